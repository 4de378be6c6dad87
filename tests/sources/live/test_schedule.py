"""Every source has its own task and its own clock. No time passes here: the pause is the test's."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from pipeline.errors import BrokerError
from pipeline.sources.live import pace
from pipeline.sources.live.base import Memory, Polled
from pipeline.sources.live.schedule import BROKEN_SECONDS, UNCONFIRMED_SECONDS, Schedule, pause
from tests.sources.live.fakes import NOW_MS

Poll = Callable[[Memory, int], Awaitable[Polled]]


@dataclass
class Scripted:
    """A source that does what it is told."""

    does: Poll
    name: str = "wire"
    memories: list[Memory] = field(default_factory=list)

    async def poll(self, memory: Memory, now_ms: int) -> Polled:
        self.memories.append(memory)
        return await self.does(memory, now_ms)

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Time:
    """Passes when somebody pauses; stops the schedule after so many pauses."""

    pauses: int
    now_ms: int = NOW_MS
    waited: list[float] = field(default_factory=list)
    schedule: Schedule | None = None

    def __call__(self) -> int:
        return self.now_ms

    async def pause(self, seconds: float, woken: asyncio.Event) -> None:
        self.waited.append(seconds)
        self.now_ms += int(seconds * 1000)
        if len(self.waited) > self.pauses and self.schedule is not None:
            self.schedule.stop()
        await asyncio.sleep(0)


def scheduled(pauses: int) -> tuple[Schedule, Time]:
    time = Time(pauses)
    time.schedule = Schedule(time, time.pause)
    return time.schedule, time


async def keep(polled: Polled, at_ms: int) -> Memory:
    """Everything is confirmed."""
    return polled.memory or {}


async def test_each_poll_gets_the_memory_that_was_confirmed() -> None:
    schedule, time = scheduled(3)

    async def count(memory: Memory, now_ms: int) -> Polled:
        return Polled(memory={"n": memory.get("n", 0) + 1}, wait_seconds=10.0)

    async def lose_the_second(polled: Polled, at_ms: int) -> Memory:
        return {"n": 1} if polled.memory == {"n": 2} else polled.memory or {}

    source = Scripted(count)
    await schedule.follow(source, {}, lose_the_second, asyncio.Event(), first_seconds=7.0)
    assert source.memories == [{}, {"n": 1}, {"n": 1}]
    assert time.waited == [7.0, 10.0, 10.0, 10.0]


async def test_what_was_not_confirmed_comes_again_after_a_while() -> None:
    """A source that wants to go on at once does not do so without end."""
    schedule, time = scheduled(3)

    async def poll(memory: Memory, now_ms: int) -> Polled:
        return Polled(memory={"n": 1}, wait_seconds=0.0)

    async def settle(polled: Polled, at_ms: int) -> Memory:
        return {"n": 1} if len(time.waited) > 2 else {}

    await schedule.follow(Scripted(poll), {}, settle, asyncio.Event())
    assert time.waited == [0.0, UNCONFIRMED_SECONDS, UNCONFIRMED_SECONDS, 0.0]


async def test_a_poll_that_raises_is_a_problem_and_waits_grow() -> None:
    """A bug must not end all other sources."""
    schedule, time = scheduled(4)
    seen: list[str | None] = []

    async def broken(memory: Memory, now_ms: int) -> Polled:
        raise KeyError("x")

    async def note(polled: Polled, at_ms: int) -> Memory:
        seen.append(polled.problem.code if polled.problem else None)
        return {}

    await schedule.follow(Scripted(broken), {}, note, asyncio.Event())
    assert seen == ["poll-failed"] * 4
    starts = [NOW_MS]
    for wait in time.waited[1:]:
        starts.append(starts[-1] + int(wait * 1000))
    expected = [pace.jittered(pace.backoff(BROKEN_SECONDS, NOW_MS, at), "wire", at) for at in starts[:4]]
    assert time.waited[1:] == expected
    assert expected == sorted(expected)


async def test_a_kafka_that_is_gone_ends_it() -> None:
    schedule, _ = scheduled(3)

    async def fine(memory: Memory, now_ms: int) -> Polled:
        return Polled(wait_seconds=1.0)

    async def gone(polled: Polled, at_ms: int) -> Memory:
        raise BrokerError("gone")

    with pytest.raises(BrokerError):
        await schedule.follow(Scripted(fine), {}, gone, asyncio.Event())


async def test_one_that_hangs_delays_nobody() -> None:
    """And is broken off when all stop."""
    schedule, _ = scheduled(20)
    hanging = asyncio.Event()
    broken_off: list[bool] = []

    async def hang(memory: Memory, now_ms: int) -> Polled:
        hanging.set()
        try:
            await asyncio.Event().wait()
        finally:
            broken_off.append(True)
        raise AssertionError

    async def quick(memory: Memory, now_ms: int) -> Polled:
        await hanging.wait()
        return Polled(wait_seconds=1.0)

    quick_one = Scripted(quick, "quick")
    await asyncio.gather(
        schedule.follow(Scripted(hang, "hang"), {}, keep, asyncio.Event()),
        schedule.follow(quick_one, {}, keep, asyncio.Event()),
    )
    assert (len(quick_one.memories) >= 18, broken_off) == (True, [True])


async def test_what_is_being_confirmed_is_finished_when_it_stops() -> None:
    schedule, _ = scheduled(100)
    settled: list[Any] = []

    async def fine(memory: Memory, now_ms: int) -> Polled:
        return Polled(wait_seconds=1.0)

    async def slow(polled: Polled, at_ms: int) -> Memory:
        schedule.stop()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        settled.append(polled)
        return {}

    source = Scripted(fine)
    await schedule.follow(source, {}, slow, asyncio.Event())
    assert (len(settled), len(source.memories)) == (1, 1)


async def test_stopped_before_it_began() -> None:
    schedule, _ = scheduled(100)
    schedule.stop()
    await schedule.stopped()

    async def never(memory: Memory, now_ms: int) -> Polled:
        raise AssertionError

    source = Scripted(never)
    await schedule.follow(source, {}, keep, asyncio.Event())
    assert source.memories == []


async def test_a_pause_ends_when_woken() -> None:
    woken = asyncio.Event()
    woken.set()
    await pause(3_600, woken)
    await pause(0.0, asyncio.Event())
