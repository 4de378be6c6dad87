"""What goes out, in which order, and what takes its place when Kafka refuses."""

from dataclasses import replace

import pytest

from pipeline.errors import BrokerError
from pipeline.records import Message, Outgoing, Problem
from pipeline.stages.base import Handled, Part, Work
from pipeline.worker.deliver import Delivery, RefusedError, Send
from tests.worker.fakes import FakeProducer
from tests.worker.stages import DEAD, OUT, OUTCOMES, POOLED, give_up

MESSAGE = Message(topic="p.in", partition=2, offset=7, timestamp_ms=0, key=b"k", value=b"in")
WORK = Work(message=MESSAGE)
HANDLED = Handled(
    outgoing=(
        Outgoing(topic=OUT.name, key=b"k", value=b"one", headers=(("h", b"1"),)),
        Outgoing(topic=OUT.name, key=b"k2", value=None),
    ),
    state=b"state",
    final=Outgoing(topic=OUTCOMES.name, key=b"k", value=b"done"),
)
ONE = Send(topic="p.test.out.v1", key=b"k", value=b"one", headers=(("h", b"1"),))
TOMBSTONE = Send(topic="p.test.out.v1", key=b"k2", value=None)
DONE = Send(topic="p.test.outcomes.v1", key=b"k", value=b"done")
STATE = Send(topic="p.test.state.v1", key=b"k", value=b"state", partition=2)


async def deliver(producer: FakeProducer, handled: Handled = HANDLED, work: Work = WORK) -> Handled:
    return await Delivery(POOLED, "p.", producer).deliver(work, handled)


def dead(reason: str) -> Handled:
    return give_up(WORK, Problem(code="output-refused", message=reason))


async def test_outputs_first_then_the_state_beside_the_input_then_the_outcome() -> None:
    producer = FakeProducer()
    assert await deliver(producer) == HANDLED
    assert producer.taken == [ONE, TOMBSTONE, STATE, DONE]


@pytest.mark.parametrize(
    ("handled", "expected"),
    [
        (Handled(), []),
        (replace(HANDLED, outgoing=(), state=None), [DONE]),
        (replace(HANDLED, final=None, outgoing=()), [STATE]),
    ],
    ids=["nothing", "an outcome", "a state"],
)
async def test_what_there_is_none_of_is_not_sent(handled: Handled, expected: list[Send]) -> None:
    producer = FakeProducer()
    await deliver(producer, handled)
    assert producer.taken == expected


async def test_a_message_without_a_key_has_no_state() -> None:
    producer = FakeProducer()
    await deliver(producer, work=Work(message=replace(MESSAGE, key=None)))
    assert producer.taken == [ONE, TOMBSTONE, DONE]


async def test_a_refused_output_becomes_a_dead_letter_but_its_neighbours_went_out() -> None:
    producer = FakeProducer(b"one")
    assert await deliver(producer) == dead("p.test.out.v1: refused")
    assert [record.topic for record in producer.taken] == ["p.test.dead.v1", "p.test.outcomes.v1"]


async def test_neighbours_that_fell_with_another_messages_record_are_sent_again() -> None:
    """`send_all` returns them; alone, Kafka takes them."""
    producer = FakeProducer()
    producer.refused = {b"done"}
    handled = replace(HANDLED, final=Outgoing(topic=OUTCOMES.name, key=b"k", value=b"fine"))
    assert await deliver(producer, handled) == handled


@pytest.mark.parametrize("where", ["outgoing", "final", "state"])
async def test_a_record_above_its_topics_limit_is_refused_before_anything_is_sent(where: str) -> None:
    large = b"x" * 5_000_000
    outgoing = (*HANDLED.outgoing, Outgoing(topic=OUT.name, key=b"k", value=large))
    handled = {
        "outgoing": replace(HANDLED, outgoing=outgoing),
        "final": replace(HANDLED, final=Outgoing(topic=OUTCOMES.name, key=b"k", value=large)),
        "state": replace(HANDLED, state=large),
    }[where]
    producer = FakeProducer()
    delivered = await deliver(producer, handled)
    assert delivered.outgoing[0].topic == DEAD.name
    assert [record.topic for record in producer.taken] == ["p.test.dead.v1", "p.test.outcomes.v1"]


async def test_if_even_the_dead_letter_is_refused_the_worker_must_end() -> None:
    with pytest.raises(BrokerError, match="tickertape topics apply"):
        await deliver(FakeProducer(b"one", "p.test.dead.v1"))


async def test_kafka_that_does_not_confirm_is_no_fault_of_the_message() -> None:
    with pytest.raises(BrokerError, match="did not confirm"):
        await deliver(FakeProducer(down=True))


RUN = [WORK, Work(message=replace(MESSAGE, offset=8))]
PARTS = Handled(parts=(Part(name=b"b", value=b"2"), Part(name=b"a", value=None)), state=b"newer")


async def test_a_run_goes_out_as_a_whole_and_its_states_in_order() -> None:
    """Outputs of all; then, in one partition, what each of them leaves; then the outcomes."""
    producer = FakeProducer()
    await Delivery(POOLED, "p.", producer).deliver_all(RUN, [HANDLED, PARTS])
    states = [
        Send(topic="p.test.state.v1", key=key, value=value, partition=2)
        for key, value in ((b"k|b", b"2"), (b"k|a", None), (b"k", b"newer"))
    ]
    assert producer.taken == [ONE, TOMBSTONE, STATE, *states, DONE]


async def test_a_run_with_a_refused_output_is_not_given_up_as_a_whole() -> None:
    producer = FakeProducer(b"one")
    with pytest.raises(RefusedError):
        await Delivery(POOLED, "p.", producer).deliver_all(RUN, [HANDLED, PARTS])
    assert producer.taken == []
