"""What was put off is sent when it is due, beside its state, once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.errors import BrokerError
from pipeline.records import Message, Outgoing
from pipeline.stages.base import Releases
from pipeline.worker.deliver import Send
from pipeline.worker.releases import MOST, Releaser
from pipeline.worker.state import StateStore
from tests.worker.fakes import FakeProducer
from tests.worker.stages import LIVE, POOLED


def due(state: bytes) -> int | None:
    return int(state[1:]) if state.startswith(b"@") else None


def message(state: bytes) -> Outgoing:
    return Outgoing(topic=LIVE.name, key=b"k", value=state, headers=(("released", b"1"),))


PUTS_OFF = replace(POOLED, releases=Releases(due_ms=due, message=message))


def sent(value: bytes, partition: int) -> Send:
    return Send(topic="p.test.live.v1", key=b"k", value=value, headers=(("released", b"1"),), partition=partition)


async def store(*states: tuple[int, bytes]) -> StateStore:
    def read(_: frozenset[int]) -> Iterator[Message]:
        for number, (partition, value) in enumerate(states):
            yield Message(
                topic="s", partition=partition, offset=number, timestamp_ms=0, key=b"%d" % number, value=value
            )

    made = StateStore(read, due)
    await made.restore(frozenset(range(9)))
    return made


async def test_what_is_due_goes_to_its_partition_and_the_rest_waits() -> None:
    producer = FakeProducer()
    releaser = Releaser(
        PUTS_OFF, "p.", state=await store((2, b"@20"), (1, b"@10"), (0, b"@30"), (0, b"never")), producer=producer
    )
    assert await releaser.send_due(9) == 0
    assert await releaser.send_due(20) == 2
    assert await releaser.send_due(20) == 0
    assert producer.taken == [sent(b"@10", 1), sent(b"@20", 2)]


async def test_many_at_once_go_a_few_at_a_time() -> None:
    producer = FakeProducer()
    state = await store(*((0, b"@%d" % number) for number in range(MOST + 3)))
    releaser = Releaser(PUTS_OFF, "", state=state, producer=producer)
    assert [await releaser.send_due(100) for _ in range(3)] == [MOST, 3, 0]
    assert [one.value for one in producer.taken] == [b"@%d" % number for number in range(MOST + 3)]


async def test_what_kafka_never_takes_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    """It stays where it waits, and its neighbours go."""
    caplog.set_level("WARNING")
    producer = FakeProducer(b"@1")
    releaser = Releaser(PUTS_OFF, "", state=await store((0, b"@1"), (0, b"@2")), producer=producer)
    assert await releaser.send_due(5) == 2
    assert [one.value for one in producer.taken] == [b"@2"]
    assert [record.message for record in caplog.records] == ["a release was refused"]


async def test_without_kafka_it_is_a_bad_world() -> None:
    releaser = Releaser(PUTS_OFF, "", state=await store((0, b"@1")), producer=FakeProducer(down=True))
    with pytest.raises(BrokerError):
        await releaser.run(lambda: 5)


async def test_a_stage_that_puts_nothing_off_is_done_at_once() -> None:
    releaser = Releaser(POOLED, "", state=await store((0, b"@1")), producer=FakeProducer())
    assert await releaser.send_due(5) == 0
    await releaser.run(lambda: 5)
