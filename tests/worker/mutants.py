"""Lanes that are broken in one place each; whoever looks for such faults must find these."""

import asyncio
from collections.abc import Callable, Sequence

from pipeline.stages.base import Handled, Work
from pipeline.worker.blame import Failure
from pipeline.worker.deliver import Send
from pipeline.worker.lane import Lane
from pipeline.worker.ledger import Entry, Ledger


def acknowledges_early(lane: Lane) -> None:
    """An input counts as done when it is handled, before Kafka has what it caused."""
    run = lane._runner.run

    async def early(works: Sequence[Work]) -> list[Handled] | Failure:
        result = await run(works)
        for work in () if isinstance(result, Failure) else works:
            place = work.message.topic, work.message.partition
            entry = next(one for one in lane.ledger._partitions[place] if one.message is work.message)
            lane.ledger.finish(entry)
        return result

    lane._runner.run = early  # type: ignore[method-assign]


def acknowledges_on_arrival(lane: Lane) -> None:
    """As Faust's own streams do."""
    take = lane.take

    async def at_once(entry: Entry) -> None:
        entry.acknowledge()
        await take(entry)

    lane.take = at_once  # type: ignore[method-assign]


def commits_the_highest(lane: Lane) -> None:
    """What is finished takes all along that came before it."""

    class Highest(Ledger):
        def finish(self, entry: Entry) -> None:
            for earlier in list(self._partitions.get((entry.message.topic, entry.message.partition), ())):
                if earlier.message.offset <= entry.message.offset:
                    super().finish(earlier)

    lane.ledger = Highest()


def leaves_the_order_to_faust(lane: Lane) -> None:
    """Acknowledges whatever is finished: Faust jumps a hole of one, and any hole in what was never committed."""

    class Unordered(Ledger):
        def finish(self, entry: Entry) -> None:
            entry.acknowledge()
            entry.acknowledge = lambda: None
            super().finish(entry)

    lane.ledger = Unordered()


def _writing_in_order(lane: Lane, *order: int) -> None:
    """Outputs (0), state (1) and outcome (2) of a message go out in this order."""
    delivery = lane._delivery
    send = delivery._send
    held: list[Sequence[Send]] = []

    async def hold(records: Sequence[Send]) -> None:
        held.append(records)

    async def write(records: Sequence[Send]) -> None:
        parts = (*held, records)
        held.clear()  # nothing has been awaited since the first was held, so these are of one message
        for part in order:
            await send(parts[part])

    delivery._publish = delivery._remember = hold  # type: ignore[method-assign]
    delivery._record = write  # type: ignore[method-assign]


def tells_before_it_sends(lane: Lane) -> None:
    """The outcome is written before the outputs."""
    _writing_in_order(lane, 2, 0, 1)


def tells_before_it_remembers(lane: Lane) -> None:
    """The outcome is written before the state, which may then never be."""
    _writing_in_order(lane, 0, 2, 1)


def remembers_before_it_sends(lane: Lane) -> None:
    """The state is written before the outputs, which the next worker then believes to be out."""
    _writing_in_order(lane, 1, 0, 2)


def lets_a_key_overlap(lane: Lane) -> None:
    """Messages of one key are handled at the same time."""

    def start(entry: Entry) -> bool:
        entry.started = not entry.forgotten
        return entry.started

    lane._backlog._start = start  # type: ignore[method-assign]


def does_not_wait_for_states(lane: Lane) -> None:
    """Handles messages before the states of their partitions are read back."""
    assign = lane.assign

    def at_once(partitions: frozenset[int]) -> None:
        assign(partitions)
        lane._restored = asyncio.get_running_loop().create_future()
        lane._restored.set_result(None)

    lane.assign = at_once  # type: ignore[method-assign]


# An input that counts as done before it is keeps no drain waiting, so that its key may overlap with what comes after it.
# One fault has several consequences, and which of them shows first depends on what else happens.
COMPLAINTS = (
    "is committed and has no outcome|has no output|missing from what went out|two outcomes|overlapped|changed places"
)
MUTANTS: tuple[Callable[[Lane], None], ...] = (
    acknowledges_early,
    acknowledges_on_arrival,
    commits_the_highest,
    leaves_the_order_to_faust,
    tells_before_it_sends,
    tells_before_it_remembers,
    remembers_before_it_sends,
    lets_a_key_overlap,
    does_not_wait_for_states,
)
