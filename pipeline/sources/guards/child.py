"""Foreign bytes are parsed apart: in a child process that is killed when it takes too long.

Every parser of HTML, XML or feeds has an input that keeps it busy for minutes, some hold the interpreter meanwhile, and one may
crash. So a pure function gets plain bytes in a child, with little memory and time, and returns plain values. This process
only waits. pebble blames exactly the call that broke its child, and starts another child.
"""

import asyncio
import logging
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pebble

from pipeline.records import Problem
from pipeline.sources.guards import confine

logger = logging.getLogger(__name__)

SECONDS = 2.0  # of processor time
PROCESSES = 2
# Measured: with lxml, feedparser and trafilatura loaded 0.15 GB are mapped, at most 0.32 GB while a page of 4.4 MB is read.
MEMORY_BYTES = 1024**3
RESULT_BYTES = 64 * 1024 * 1024
# Children ignore SIGTERM, so waiting for it to help only delays the next call.
TERM_SECONDS = 0.05
CHECK_SECONDS = 1.0
# From being scheduled to being begun; the first child with all imports took 1.3 s on a busy machine.
START_SECONDS = 60.0
# The process that did a call has the next one ready.
CALLS_PER_PROCESS = 2
PRELOAD = "pipeline.sources.guards.preload"
LOST = "its pool ended"


class Children:
    """Implements live.base.Apart, and `call` for those who have no event loop. Starts at the first call; close it.

    `preload` names modules that the children share from their start, so that no call pays for the imports. The function must be
    importable by name; arguments and result are pickled.
    """

    def __init__(self, *, processes: int = PROCESSES, preload: Sequence[str] = ()) -> None:
        self._processes, self._preload = processes, list(preload)
        self._pool: Any = None
        self._lock = threading.Lock()
        self._turn = asyncio.Semaphore(CALLS_PER_PROCESS * processes)

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __call__(self, function: Callable[..., Any], *arguments: Any, seconds: float = SECONDS) -> Any | Problem:
        """What the function returned; Problem codes: `parser-timed-out`, `parser-died`, `parser-failed`."""
        async with self._turn:
            pool, future = await asyncio.to_thread(self._schedule, function, arguments, seconds)
            if not await _answered(pool, future, seconds):
                return await asyncio.to_thread(self._died, pool, LOST)
            return await asyncio.to_thread(self._outcome, pool, future, seconds)

    def call(self, function: Callable[..., Any], *arguments: Any, seconds: float = SECONDS) -> Any | Problem:
        """The same, waiting."""
        pool, future = self._schedule(function, arguments, seconds)
        last = time.monotonic() + seconds * confine.CLOCK_FACTOR + START_SECONDS
        while not wait([future], timeout=CHECK_SECONDS).done:
            if _lost(pool, last):
                return self._died(pool, LOST)
        return self._outcome(pool, future, seconds)

    def close(self) -> None:
        """End the children, whatever they do."""
        with self._lock:
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()
            pool.join()

    def _schedule(self, function: Any, arguments: tuple[Any, ...], seconds: float) -> tuple[Any, "Future[Any]"]:
        with self._lock:
            if self._pool is None or not self._pool.active:
                self._pool = self._opened()
            future = self._pool.schedule(
                confine.run, args=(function, arguments, seconds, RESULT_BYTES), timeout=seconds * confine.CLOCK_FACTOR
            )
            return self._pool, future

    def _opened(self) -> Any:
        """`forkserver`: this process has threads, so a plain fork could copy a held lock; its memory is not the children's."""
        pebble.CONSTS.term_timeout = TERM_SECONDS
        context: Any = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([*self._preload, PRELOAD])
        return pebble.ProcessPool(
            max_workers=self._processes,
            initializer=confine.start,
            initargs=(os.getpid(), MEMORY_BYTES),
            context=context,
        )

    def _outcome(self, pool: Any, future: "Future[Any]", seconds: float) -> Any | Problem:
        """The result of a finished call."""
        try:
            return future.result()
        except TimeoutError:
            return _timed_out(seconds)
        except pebble.ProcessExpired as error:
            if error.exitcode == -confine.TIMED_OUT:
                return _timed_out(seconds)
            return Problem(code="parser-died", message=f"its process died with exit code {error.exitcode}")
        except BrokenProcessPool as error:
            return self._died(pool, str(error))

    def _died(self, pool: Any, why: str) -> Problem:
        """pebble gives a pool up when a child dies idle; the next call opens another."""
        with self._lock:
            if self._pool is pool:
                self._pool = None
        logger.warning("the parser processes broke (%s) and are started again", why)
        pool.stop()
        pool.join()
        return Problem(code="parser-died", message=f"its process died: {why}")


def _timed_out(seconds: float) -> Problem:
    return Problem(code="parser-timed-out", message=f"not parsed within {seconds:g} s; its process was killed")


async def _answered(pool: Any, future: "Future[Any]", seconds: float) -> bool:
    """Whether an answer came; a call that nobody waits for any more is cancelled, and its child killed."""
    waiting, last = asyncio.wrap_future(future), time.monotonic() + seconds * confine.CLOCK_FACTOR + START_SECONDS
    try:
        while not (await asyncio.wait([waiting], timeout=CHECK_SECONDS))[0]:
            if _lost(pool, last):
                return False
        waiting.exception()  # asked for, so that asyncio does not complain that nobody did
        return True
    finally:
        waiting.cancel()


def _lost(pool: Any, last: float) -> bool:
    """Whether a call will never be answered: pebble leaves one pending for ever if its pool ended before it was handed out,
    and if its child died in the very moment of taking it.
    """
    return not pool.active or time.monotonic() > last
