"""The worker process: several stages in one Faust worker, its signals and its end."""

import asyncio
import gc
import logging
import os
import signal
from collections.abc import Sequence
from functools import partial
from typing import Any, NoReturn

import faust

from pipeline.errors import BrokerError
from pipeline.settings import Settings
from pipeline.stages.base import Stage
from pipeline.worker.apps import App, create_app
from pipeline.worker.fatal import fatal

# Beyond the drain: commit, leave the group, close connections. Measured 2-3 s; Faust sleeps one of them.
GRACE_SECONDS = 8.0
INTERRUPTED = 128 + signal.SIGINT


class Worker(faust.Worker):
    """Faust's worker, but a signal stops all lanes at once, a second Ctrl-C ends, and nothing drains for ever."""

    logger = logging.getLogger("faust.worker")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spinner = None  # it writes terminal codes even into a pipe

    async def on_start(self) -> None:
        """All stages at once; Faust starts one when the other has begun to read."""
        await super().on_start()
        await asyncio.gather(*(app.maybe_start() for app in self._apps()))

    def _apps(self) -> list[App]:
        return [service for service in (self.app, *self.services) if isinstance(service, App)]

    def _on_sigint(self) -> None:
        if self._signal_stop_time:
            os._exit(INTERRUPTED)
        super()._on_sigint()

    def _schedule_shutdown(self, signal: signal.Signals) -> None:
        if not self._signal_stop_time:
            apps = self._apps()
            for app in apps:
                app.close()
            limit = max(app.settings.drain_seconds for app in apps) + GRACE_SECONDS
            self.loop.call_later(limit, fatal, BrokerError(f"not stopped within {limit:g} s; a restart reads again"))
        super()._schedule_shutdown(signal)


def run(stages: Sequence[Stage], settings: Settings, **options: Any) -> NoReturn:
    """Run the stages until a signal; ends the process, with 0 after an orderly stop. `options` are `create_app`'s."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    waiting = {stage.name for stage in stages}

    def ready(name: str) -> None:
        waiting.discard(name)
        if not waiting and not printed:
            printed.append(name)
            # What is loaded stays: a whole collection took 0.15 s, in which nothing else happened; without it 0.02.
            gc.collect()
            gc.freeze()
            print(f"ready: {', '.join(stage.name for stage in stages)} (pid {os.getpid()})", flush=True)  # noqa: T201

    printed: list[str] = []
    apps = [create_app(stage, settings, on_ready=partial(ready, stage.name), **options) for stage in stages]
    worker = Worker(*apps, override_logging=False, redirect_stdouts=False, quiet=True, loop=loop)
    worker.execute_from_commandline()
