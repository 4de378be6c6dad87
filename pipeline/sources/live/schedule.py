"""Every source has a task and a clock of its own: one that is slow, or hostile, or broken delays nobody else."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from pipeline.errors import TickertapeError
from pipeline.records import Problem
from pipeline.sources.live import pace
from pipeline.sources.live.base import Memory, Polled, Source

logger = logging.getLogger(__name__)
# A poll has limits of its own for all it waits for; this is for the one that was forgotten.
POLL_SECONDS = 300.0
# After a poll that broke off: a minute, then twice that each time.
BROKEN_SECONDS = 60.0
# After one whose articles were not all confirmed: it will bring them again, and must not do so without end.
UNCONFIRMED_SECONDS = 10.0

Result = TypeVar("Result")
# Takes what a poll brought; the memory that is now Kafka's truth, and whether all was confirmed.
Settle = Callable[[Polled, int], Awaitable[Memory]]
# Waits so long, or until the event; a test waits for nothing.
Pause = Callable[[float, asyncio.Event], Awaitable[None]]


class Clock(Protocol):
    """Milliseconds since 1970."""

    def __call__(self) -> int:
        """Now."""


async def pause(seconds: float, woken: asyncio.Event) -> None:
    """Wait so long, or until woken."""
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    except TimeoutError:
        return


class Schedule:
    """Polls sources until `stop` is called; `settle` of each is what makes its polls count."""

    def __init__(self, clock_ms: Clock, pause: Pause = pause) -> None:
        self._clock_ms, self._pause = clock_ms, pause
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin no more polls, break off those that wait for the world, finish what is being confirmed."""
        self._stopping.set()

    async def stopped(self) -> None:
        """Wait for that."""
        await self._stopping.wait()

    async def follow(
        self, source: Source, memory: Memory, settle: Settle, woken: asyncio.Event, *, first_seconds: float = 0.0
    ) -> None:
        """After `first_seconds`: poll, settle, wait; again and again.

        Raises what `settle` raises; a poll that raises has a bug, and is a problem.
        """
        broken_ms: int | None = None
        await self._unless_stopped(self._pause(first_seconds, woken))
        while not self._stopping.is_set():
            at_ms = self._clock_ms()
            polled = await self._unless_stopped(poll(source, memory, at_ms))
            if polled is None:
                return
            if isinstance(polled, Problem):
                broken_ms = at_ms if broken_ms is None else broken_ms
                wait_seconds = pace.backoff(BROKEN_SECONDS, broken_ms, at_ms)
                polled = Polled(wait_seconds=pace.jittered(wait_seconds, source.name, at_ms), problem=polled)
            else:
                broken_ms = None
            memory = await settle(polled, at_ms)
            is_confirmed = polled.memory is None or polled.memory == memory
            wait_seconds = polled.wait_seconds if is_confirmed else max(polled.wait_seconds, UNCONFIRMED_SECONDS)
            await self._unless_stopped(self._pause(wait_seconds, woken))

    async def _unless_stopped(self, doing: Awaitable[Result]) -> Result | None:
        """Its result; None when it was broken off."""
        task = asyncio.ensure_future(doing)
        stopping = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait([task, stopping], return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            for each in (task, stopping):
                each.cancel()
            await asyncio.gather(task, stopping, return_exceptions=True)


async def poll(source: Source, memory: Memory, now_ms: int) -> Polled | Problem:
    """One poll; Problem: it broke off, which is a bug of ours that must not end all other sources."""
    try:
        async with asyncio.timeout(POLL_SECONDS):
            return await source.poll(memory, now_ms)
    except TickertapeError:
        raise
    except TimeoutError:
        return Problem(code="poll-timed-out", message=f"a poll took more than {POLL_SECONDS:g} s and was broken off")
    except Exception as error:
        logger.exception("a poll broke off", extra={"source": source.name})
        return Problem(code="poll-failed", message=f"{type(error).__name__}: see the log")
