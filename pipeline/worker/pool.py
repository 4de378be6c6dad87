"""Who handles batches: killable child processes for heavy stages, this process for light ones."""

import asyncio
import logging
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import pebble

from pipeline.errors import ModelError, PoolError
from pipeline.settings import Settings, limit_math_threads
from pipeline.stages.base import Handled, Stage, Work
from pipeline.worker import child
from pipeline.worker.blame import Failure

logger = logging.getLogger(__name__)

PRELOAD = "pipeline.worker.preload"
# Loading the model takes 1-3 s on an idle core; this is for a machine that is busy with the other workers' starts.
START_SECONDS = 120.0
# Pool processes ignore SIGTERM, so waiting for it to help only delays the others' time limits.
TERM_SECONDS = 0.05
CHECK_SECONDS = 1.0
# The process that handles a batch has the next one ready when it is done.
BATCHES_PER_PROCESS = 2


class Inline:
    """Handles batches in this process: for stages whose work is next to nothing."""

    batches = 1

    def __init__(self, stage: Stage, settings: Settings) -> None:
        self._stage, self._settings = stage, settings

    async def start(self) -> None:
        """Load what the stage needs. Raises ModelError."""
        self._stage.prepare(self._settings)

    async def stop(self) -> None:
        """Nothing to stop."""

    async def probe(self) -> None:
        """This process is alive."""

    async def run(self, works: Sequence[Work]) -> list[Handled] | Failure:
        """See blame.Runner."""
        return child.attempt(self._stage.handle, works, self._settings)


class Pool:
    """Handles batches in child processes, each of which can be killed alone (pebble blames exactly one task).

    `forkserver`: this process has threads, so a plain fork could copy a held lock.
    """

    def __init__(self, stage: Stage, settings: Settings, *, preload: str = PRELOAD) -> None:
        self._stage, self._settings, self._preload = stage, settings, preload
        self._processes = settings.pool_workers or len(os.sched_getaffinity(0))
        self.batches = BATCHES_PER_PROCESS * self._processes
        self._pool: Any = None
        self._stopped = False

    async def start(self) -> None:
        """Start the processes. Raises ModelError if the stage's data cannot be loaded, PoolError if none can start."""
        limit_math_threads()
        pebble.CONSTS.term_timeout = TERM_SECONDS
        self._open()
        # Asked whether it is active, it starts its processes; the first waits until the forkserver has loaded the model. Not in
        # the loop, where other stages may have begun: their watchdogs took it for a standstill.
        await asyncio.to_thread(getattr, self._pool, "active")
        await self.probe()

    async def stop(self) -> None:
        """End the processes, whatever they do; what still waits for one waits until it is cancelled."""
        self._stopped = True
        self._pool.stop()
        await asyncio.to_thread(self._pool.join)

    async def probe(self) -> None:
        """Let a process load the stage's data. Raises ModelError, PoolError."""
        args = (self._stage.prepare, self._settings, self._preload)
        try:
            problem = await self._schedule(child.prepare, args, START_SECONDS)
        except ImportError as error:
            raise ModelError(f"the NLP processes cannot import {self._preload}: {error}; reinstall it") from error
        if isinstance(problem, Failure):
            raise PoolError(f"the NLP processes do not start ({problem.message}): run `tickertape doctor`")

    async def run(self, works: Sequence[Work]) -> list[Handled] | Failure:
        """See blame.Runner."""
        args = (self._stage.handle, works, self._settings)
        result: list[Handled] | Failure = await self._schedule(child.run, args, self._settings.batch_seconds)
        return result

    def _open(self) -> None:
        context: Any = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload([self._preload])
        self._pool = pebble.ProcessPool(
            max_workers=self._processes,
            initializer=child.start,
            initargs=(os.getpid(), self._settings),
            context=context,
        )

    async def _schedule(self, function: Any, args: tuple[Any, ...], seconds: float) -> Any:
        """The function's result or a Failure; what the function raises is raised here."""
        pool = self._pool
        try:
            future = asyncio.wrap_future(pool.schedule(function, args=args, timeout=seconds))
            while not (await asyncio.wait([future], timeout=CHECK_SECONDS))[0]:
                if not pool.active:  # pebble leaves tasks that it had not yet handed out pending for ever
                    raise BrokenProcessPool("the pool ended")
            return future.result()
        except pebble.ProcessExpired as error:
            return Failure(code="process-died", message=f"the process died with exit code {error.exitcode}")
        except TimeoutError:
            return Failure(code="timed-out", message=f"not done within {seconds:g} s")
        except (BrokenProcessPool, RuntimeError) as error:
            if self._stopped:
                await asyncio.get_running_loop().create_future()
            if pool is self._pool and pool.active:
                raise
            await self._reopen(pool)
            return Failure(code="process-died", message=f"the pool broke: {error}")

    async def _reopen(self, broken: Any) -> None:
        """A new pool in place of a broken one (pebble gives up when a process dies idle), once for all its tasks."""
        if broken is self._pool:
            logger.warning("the pool broke and is opened again")
            self._open()
            broken.stop()
            await asyncio.to_thread(broken.join)
