"""An event loop whose clock stands until somebody turns it, and whose threads are calls that wait for their turn."""

import asyncio
import selectors
from collections.abc import Callable
from typing import Any


class _Still(selectors.SelectSelector):
    """Waits for nothing: instead of sleeping until the next timer it moves the clock there, as far as it may go."""

    loop: "VirtualLoop"

    def select(self, timeout: float | None = None) -> list[Any]:
        if timeout is None or self.loop.now + timeout > self.loop.until:
            self.loop.now = self.loop.until
            self.loop.stop()
        else:
            self.loop.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """Nothing in it depends on real time or on threads, so a run is the same whenever it is repeated."""

    def __init__(self) -> None:
        self.now = self.until = 0.0
        self.jobs: list[tuple[asyncio.Future[Any], Callable[[], Any]]] = []
        still = _Still()
        still.loop = self
        super().__init__(still)

    def time(self) -> float:
        """What the clock says, in seconds."""
        return self.now

    def turn(self, seconds: float) -> None:
        """Let time go by, and everything happen that becomes due; 0: only what is ready now."""
        self.until = self.now + seconds
        self.run_forever()

    def call(self, function: Callable[..., Any], *args: Any) -> None:
        """Call it within the loop, and let everything happen that this makes ready."""
        self.call_soon(function, *args)
        self.turn(0.0)

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:  # type: ignore[override]
        """What would run in a thread becomes a job, which `work` does."""
        future = self.create_future()
        self.jobs.append((future, lambda: func(*args)))
        return future

    def work(self, job: int) -> None:
        """Do one of the jobs, and let everything happen that this makes ready."""
        future, function = self.jobs.pop(job)
        if not future.cancelled():
            self.call(lambda: future.set_result(function()))

    def end(self) -> None:
        """Cancel what still runs, and close."""
        for task in asyncio.all_tasks(self):
            task.cancel()
        self.turn(0.0)
        self.close()
