"""Files and bodies read beside the event loop, a bounded part at a time; documents among them in children, as everywhere."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Event
from typing import Any

from pipeline.records import Article
from pipeline.sources.items import Item
from pipeline.sources.live.base import Apart
from pipeline.sources.readers import Call

# Of one poll: as many as Kafka confirms within a second or two, and as much as nobody's memory minds.
ITEMS = 2_000
BYTES = 32 * 1024 * 1024
# A poll ends well before schedule.POLL_SECONDS, whatever a file makes its readers do.
READ_MS = 60_000


def calling(apart: Apart) -> Call:
    """`apart` for a thread that reads; to be made in the event loop."""
    loop = asyncio.get_running_loop()

    def call(function: Any, *arguments: Any, **limits: float) -> Any:
        return asyncio.run_coroutine_threadsafe(apart(function, *arguments, **limits), loop).result()

    return call


@dataclass(slots=True)
class Budget:
    """How much of a poll is left; `stopped` is set when nobody waits for it any more."""

    clock_ms: Callable[[], int]
    until_ms: int
    stopped: Event
    items: int = ITEMS
    bytes: int = BYTES

    @property
    def is_spent(self) -> bool:
        """Whether to stop here."""
        return self.items <= 0 or self.bytes <= 0 or self.clock_ms() >= self.until_ms or self.stopped.is_set()

    def hold(self, item: Item) -> Item:
        """The item, counted, without the bytes that only a dead letter would need."""
        self.items -= 1
        if isinstance(item, Article):
            self.bytes -= len(item.text)
            return item
        return replace(item, raw=None)


async def beside(function: Callable[..., Any], budget: Budget, *arguments: Any) -> Any:
    """What a function makes of the budget in a thread; broken off, the thread ends after the item that it is at."""
    try:
        return await asyncio.to_thread(function, budget, *arguments)
    except asyncio.CancelledError:
        budget.stopped.set()
        raise
