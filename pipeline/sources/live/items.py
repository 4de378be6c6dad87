"""A document, a list or an archive behind one URL, polled: what is in it and was not sent yet is sent."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Any

from pipeline.records import Problem
from pipeline.sources.items import Item, Place
from pipeline.sources.live import bodies, conditional, pace, reading, secret, seen
from pipeline.sources.live.base import Apart, Fetch, Memory, Polled, Response
from pipeline.sources.live.bodies import Body, Found
from pipeline.sources.live.conditional import Patience
from pipeline.sources.live.reading import Budget
from pipeline.sources.live.secret import Secret

TYPE = "http"
ACCEPT = "application/json, application/x-ndjson, application/xml;q=0.9, application/zip;q=0.9, */*;q=0.5"
INTERVAL_SECONDS = 60.0
FETCH_SECONDS = 60.0
# A wire that comes back is not left waiting for longer.
LONGEST_SECONDS = 900.0
BODY_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is at `url`, in one of readers.FORMATS (`format`; empty: by name and content). A server that wants a key gets that
    of `key_file` or `key_env` in the header `key_header`. `provider`, `interval_seconds`, `allow_private` as in every source;
    `map`: our field → what a CSV or JSON calls it (`fields.named`)."""

    url: str
    provider: str = ""
    format: str = ""
    interval_seconds: float = INTERVAL_SECONDS
    key_file: Path | None = None
    key_env: str = ""
    key_header: str = "authorization"
    allow_private: tuple[str, ...] = ()
    map: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class HttpSource:
    """One URL. Its memory: `url` as declared, what conditional.py has in it, and `seen`."""

    name: str
    options: Options
    place: Place
    key: Secret | None
    fetch: Fetch
    apart: Apart
    clock_ms: Callable[[], int]

    async def poll(self, memory: Memory, now_ms: int) -> Polled:
        """Look once."""
        url = self.options.url
        past = dict(memory) if memory.get("url") == url else {"url": url, "seen": memory.get("seen", {})}
        if past.get("gone"):
            return conditional.gone(url)
        if told := conditional.waiting(url, past, now_ms):
            return told
        where = past.get("moved_to") or url
        has_key = self.key is not None and secret.is_for(where, url, self.options.allow_private)
        key = self.key.read() if self.key and has_key else ""
        if isinstance(key, Problem):
            return self._failed(past, key, {}, now_ms)
        headers = conditional.conditions(past, ACCEPT) | ({self.options.key_header: key} if key else {})
        answer = await self.fetch(where, headers=headers, most_bytes=BODY_BYTES, seconds=FETCH_SECONDS)
        if isinstance(answer, Problem):
            return self._failed(past, answer, {}, now_ms)
        answer = replace(answer, body=secret.without(answer.body, key)) if key else answer
        return await self._answered(answer, past, now_ms)

    async def close(self) -> None:
        """Nothing is open."""

    async def _answered(self, answer: Response, past: dict[str, Any], now_ms: int) -> Polled:
        if conditional.is_same(answer, past):
            return self._healthy(past, past | conditional.moved(answer), (), answer, now_ms)
        if answer.status == 200:
            return await self._changed(answer, past, now_ms)
        if answer.status == 410 and "moved_to" not in past:
            return conditional.gone(self.options.url, past | {"gone": True})
        return self._failed(past, conditional.answered(answer), answer.headers, now_ms)

    async def _changed(self, answer: Response, past: dict[str, Any], now_ms: int) -> Polled:
        """A body that was not seen before."""
        known = past.get("seen", {})
        body = Body(answer, self.place, self.options.format, known, reading.calling(self.apart))
        budget = Budget(self.clock_ms, self.clock_ms() + reading.READ_MS, Event())
        found: Found | Problem = await reading.beside(body.read, budget, now_ms)
        if isinstance(found, Problem):
            return self._failed(past, found, answer.headers, now_ms)
        marks = conditional.validators(answer, all_taken=found.is_whole) | conditional.moved(answer)
        now_seen = seen.remember(found.shown, found.sent, known)
        polled = self._healthy(past, past | marks | {"seen": now_seen}, tuple(found.items), answer, now_ms)
        if found.is_whole:
            return polled
        return replace(polled, wait_seconds=0.0) if found.goes_on else replace(polled, problem=bodies.too_slow(answer))

    def _healthy(
        self, past: dict[str, Any], new: dict[str, Any], items: tuple[Item, ...], answer: Response, now_ms: int
    ) -> Polled:
        new = conditional.well(new)
        wait_seconds = max(self.options.interval_seconds, pace.asked(answer.headers, None, now_ms))
        return Polled(
            items=items,
            memory=new if new != past else None,
            wait_seconds=pace.jittered(wait_seconds, self.name, now_ms),
        )

    def _failed(self, past: dict[str, Any], problem: Problem, headers: Any, now_ms: int) -> Polled:
        whose = Patience(self.name, self.options.interval_seconds, LONGEST_SECONDS)
        return conditional.failed(whose, past, problem, headers, now_ms)
