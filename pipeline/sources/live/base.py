"""What a live source is: something that is polled, and remembers between polls only what Kafka has confirmed.

The runner gives `poll` the memory that was saved last, sends the items that come back, waits for Kafka's confirmation of
every one, and only then saves the new memory (topic `news.source-state.v1`). Killed anywhere in between, it polls again with
the old memory: an article may come twice (and is then `unchanged`), none is lost.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipeline.records import Problem
from pipeline.sources.items import Item

# What a source remembers: plain JSON values, its own affair. At most MEMORY_BYTES encoded.
Memory = Mapping[str, Any]
MEMORY_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Polled:
    """What one poll brought: items in order, the memory to save once they are confirmed (None: as it was), when to come
    again, and what was wrong (None: the source is healthy)."""

    items: tuple[Item, ...] = ()
    memory: dict[str, Any] | None = None
    wait_seconds: float
    problem: Problem | None = None


class Source(Protocol):
    """A source declared in sources.toml."""

    name: str

    async def poll(self, memory: Memory, now_ms: int) -> Polled:
        """Look once; `now_ms` is the clock. Bad data and a bad network are values (`Rejected`, `problem`), never raised.

        Never takes longer than its own time limit; must not depend on anything but `memory`, so that a restart goes on.
        """

    async def close(self) -> None:
        """Let go of what is open; called once, also after a failure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """An HTTP answer, read whole and unpacked: `url` after redirects; header names in lower case.

    `moved_to` is where the URL has moved for good: as far as its redirects were permanent ones (301, 308) from the first on.
    """

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    moved_to: str | None = None


class Fetch(Protocol):
    """GET with every guard of `guards/` in force (addresses, redirects, size, time). A Problem is what went wrong."""

    async def __call__(
        self, url: str, *, headers: Mapping[str, str] = {}, most_bytes: int = ..., seconds: float = ...
    ) -> Response | Problem:
        """The answer, whatever its status; Problem codes: `refused-address`, `refused-url`, `too-many-redirects`,
        `too-large`, `timed-out`, `unreachable`, `damaged-encoding`."""


class Apart(Protocol):
    """Runs a pure function on foreign bytes in a child process that can be killed."""

    async def __call__(self, function: Any, *arguments: Any, seconds: float = ...) -> Any | Problem:
        """What the function returned; Problem codes: `parser-timed-out`, `parser-died`, `parser-failed`."""
