"""Failpoints: armed, a step is fatal at its nth time; not armed, there is nothing."""

import signal
from collections.abc import Sequence
from typing import Any

import pytest

from pipeline.errors import SettingsError
from pipeline.worker import failpoints
from pipeline.worker.deliver import Delivery, Send
from pipeline.worker.ledger import Ledger
from pipeline.worker.pool import Inline, Pool
from pipeline.worker.state import StateStore
from pipeline.worker.transport import Consumer

PARTS = {
    "ledger": (Ledger,),
    "runner": (Inline, Pool),
    "delivery": (Delivery,),
    "state": (StateStore,),
    "consumer": (Consumer,),
}


@pytest.fixture
def received() -> Any:
    """The signals that this process was sent."""
    numbers: list[int] = []
    before = signal.signal(signal.SIGUSR1, lambda number, _: numbers.append(number))
    yield numbers
    signal.signal(signal.SIGUSR1, before)


class Part:
    """Some part of a lane."""

    def __init__(self) -> None:
        self.calls: list[Any] = []

    def put(self, *args: Any) -> str:
        self.calls.append(args)
        return "done"

    async def _publish(self, records: Sequence[Send]) -> None:
        self.calls.append(list(records))


SENDS = [Send(topic=name, key=None, value=None) for name in ("one", "two", "three")]


def test_every_step_is_a_method_of_its_part() -> None:
    """A renamed method must not leave a failpoint that nothing passes."""
    for part, method, _ in failpoints.STEPS.values():
        assert all(callable(getattr(kind, method)) for kind in PARTS[part])


def test_the_signal_comes_at_the_nth_time_only(received: list[int]) -> None:
    """And the method does its work each time."""
    part = Part()
    failpoints.arm("remembered:2:SIGUSR1", state=part)
    counts = []
    for number in range(3):
        assert part.put(number) == "done"
        counts.append(len(received))
    assert counts == [0, 1, 1]
    assert part.calls == [(0,), (1,), (2,)]


async def test_amid_only_part_of_the_records_is_sent(received: list[int]) -> None:
    """Of the first message all, of the second one record; then the process would be no more."""
    part = Part()
    failpoints.arm("half-published:2:SIGUSR1", delivery=part)
    await part._publish(SENDS)
    await part._publish(SENDS)
    assert part.calls == [SENDS, SENDS[:1]]
    assert received == [signal.SIGUSR1]


async def test_after_a_step_its_work_is_done(received: list[int]) -> None:
    """The signal comes when the records are confirmed."""
    part = Part()
    failpoints.arm("published:1:SIGUSR1", delivery=part)
    step = part._publish(SENDS)
    assert received == []
    await step
    assert (part.calls, received) == ([SENDS], [signal.SIGUSR1])


@pytest.mark.parametrize(
    "text", ["published", "published:x:SIGKILL", "published:1:BANG", "nowhere:1:SIGKILL", "taken:0:SIGKILL"]
)
def test_nonsense_is_refused_at_the_start(text: str) -> None:
    """Nobody waits for a crash that never comes."""
    with pytest.raises(SettingsError, match="TICKERTAPE_FAILPOINT"):
        failpoints.parse(text)
