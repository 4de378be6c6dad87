"""Where a consumer reads on after a rebalance, beside a Kafka that only answers."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Coroutine, Mapping
from typing import Any

import pytest
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from mode.utils.locks import Event

from pipeline.worker import transport
from pipeline.worker.transport import Consumer

PLACE = TP("news.articles.v1", 0)


class Kafka:
    """What the consumer's thread answers: commits, first offsets; and what it is told: seeks."""

    def __init__(self, committed: int | None, begin: int) -> None:
        self._committed, self._begin = committed, begin
        self.position: int | None = None

    async def seek_to_committed(self) -> Mapping[TP, int | None]:
        """As aiokafka: nothing is sought where nothing is committed, or 0."""
        if self._committed:
            self.position = self._committed
        return {PLACE: self._committed}

    def assignment(self) -> set[TP]:
        return {PLACE}

    async def earliest_offsets(self, *places: TP) -> Mapping[TP, int]:
        return dict.fromkeys(places, self._begin)

    def seek(self, place: TP, offset: int) -> None:
        self.position = offset


def consumer(kafka: Kafka) -> Any:
    """A consumer on this Kafka that has read and dropped nine messages during a rebalance."""
    made: Any = Consumer.__new__(Consumer)
    made._thread, made.log = kafka, logging.getLogger("faust.driver")
    made.log.dev = made.log.debug
    made._committed_offset = defaultdict(lambda: None)
    made._read_offset = defaultdict(lambda: None, {PLACE: 8})
    return made


@pytest.mark.parametrize(
    ("committed", "begin", "position"),
    [(None, 0, 0), (0, 0, 0), (5, 0, 5), (5, 5, 5), (None, 7, 7), (0, 7, 7), (5, 7, 7)],
)
async def test_what_was_dropped_in_a_rebalance_is_read_again(committed: int | None, begin: int, position: int) -> None:
    """From the commit on; without one, or with one that retention has overtaken, from the beginning."""
    kafka = Kafka(committed, begin)
    made = consumer(kafka)
    await made.perform_seek()
    assert kafka.position == position
    assert (made._read_offset[PLACE] or 0) <= position
    assert made.committed(PLACE) == position


@pytest.mark.parametrize(("committed", "begin", "said"), [(5, 7, ["removed 2 messages"]), (5, 5, []), (None, 7, [])])
async def test_a_gap_is_told(committed: int, begin: int, said: list[str], caplog: pytest.LogCaptureFixture) -> None:
    """What retention took before it was read is an error in the log; what was there before the group is not."""
    await consumer(Kafka(committed, begin)).perform_seek()
    assert [part for part in said if part in caplog.text] == said
    assert len(caplog.records) == len(said)


class Flow:
    """A consumer whose flow is suspended when `suspended` is set; all else is Faust's."""

    def __init__(self) -> None:
        self.consumer: Any = Consumer.__new__(Consumer)
        self.consumer.loop = asyncio.get_running_loop()
        self.consumer._stopped, self.consumer._crashed = Event(), Event()
        self.suspended = Event()

    async def hand_over(self, delivery: Coroutine[Any, Any, Any]) -> Any:
        """As Faust's reader does with each message."""
        return await self.consumer.wait_first(delivery, self.suspended.wait())


async def test_what_need_not_wait_is_done_at_once() -> None:
    flow, tasks = Flow(), len(asyncio.all_tasks())

    async def deliver() -> str:
        assert len(asyncio.all_tasks()) == tasks
        return "put"

    assert (await flow.hand_over(deliver())).results == ["put"]


async def test_a_full_buffer_is_waited_for() -> None:
    flow, buffer = Flow(), asyncio.Queue[str](1)
    buffer.put_nowait("first")

    async def deliver() -> str:
        await buffer.put("second")
        await asyncio.sleep(0)
        return "put"

    handing = asyncio.create_task(flow.hand_over(deliver()))
    await asyncio.sleep(0.01)
    assert not handing.done()
    assert buffer.get_nowait() == "first"
    assert (await handing).results == ["put"]
    assert buffer.get_nowait() == "second"


async def test_a_suspended_flow_ends_the_waiting() -> None:
    """The message was not handed over: it is read again when the flow goes on."""
    flow, never, ended = Flow(), asyncio.Event(), []

    async def deliver() -> None:
        try:
            await never.wait()
        finally:
            ended.append(True)

    handing = asyncio.create_task(flow.hand_over(deliver()))
    await asyncio.sleep(0.01)
    flow.suspended.set()
    assert (await handing).results == [True]
    await asyncio.sleep(0)
    assert ended == [True]


@pytest.mark.parametrize("late", [False, True])
async def test_what_handing_over_raises_is_raised(late: bool) -> None:
    async def deliver() -> None:
        if late:
            await asyncio.sleep(0)
        raise ValueError("no such channel")

    with pytest.raises(ValueError, match="no such channel"):
        await Flow().hand_over(deliver())


class Buffers(Consumer):
    """A consumer that only waits for records."""

    def __init__(self, active: set[TP], buffered: set[TP]) -> None:
        self._active_partitions, self._buffered_partitions = active, buffered
        self.flow_active = True

    should_stop = False


@pytest.mark.parametrize(
    ("active", "buffered", "waited"),
    [({PLACE}, set(), 1.0), (set(), set(), 1.0), ({PLACE}, {TP("other", 0)}, transport.FULL_SECONDS)],
)
async def test_how_long_is_waited_for_records(
    active: set[TP], buffered: set[TP], waited: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not long while a buffer is full: nothing else tells that it has room again."""
    asked: list[float] = []

    async def faust(_: object, timeout: float) -> None:  # noqa: ASYNC109 - Faust's own
        asked.append(timeout)

    monkeypatch.setattr(driver.Consumer, "_wait_next_records", faust)
    await Buffers(active, buffered)._wait_next_records(1.0)
    assert asked == [waited]


async def test_full_buffers_are_waited_for_until_one_has_room(monkeypatch: pytest.MonkeyPatch) -> None:
    made, asked = Buffers(set(), {PLACE}), []

    async def faust(_: object, timeout: float) -> None:  # noqa: ASYNC109 - Faust's own
        asked.append(timeout)

    monkeypatch.setattr(driver.Consumer, "_wait_next_records", faust)
    waiting = asyncio.create_task(made._wait_next_records(1.0))
    await asyncio.sleep(3 * transport.FULL_SECONDS)
    assert not asked
    made._active_partitions.add(PLACE)
    await waiting
    assert asked == [transport.FULL_SECONDS]
