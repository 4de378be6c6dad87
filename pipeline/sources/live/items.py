"""A document, a list or an archive behind one URL, polled: what is in it and was not sent yet is sent.

Items that carry a version of their own (ninjs, NewsML-G2, most NITF) keep it. Those that do not are as a feed's entries: each
content of one is a version, `version_created_at` the poll that first saw it.
"""

import io
import posixpath
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import unquote, urlsplit

from pipeline import codec, ids, instants
from pipeline.records import Article, Problem
from pipeline.sources import files
from pipeline.sources.folder import LeftOut
from pipeline.sources.formats.sniff import sniff
from pipeline.sources.items import Item, Place, Rejected, reject
from pipeline.sources.live import conditional, pace, reading, secret, seen
from pipeline.sources.live.base import Apart, Fetch, Memory, Polled, Response
from pipeline.sources.live.conditional import Patience
from pipeline.sources.live.reading import Budget
from pipeline.sources.live.secret import Secret
from pipeline.sources.readers import FORMATS, Call

TYPE = "http"
ACCEPT = "application/json, application/x-ndjson, application/xml;q=0.9, application/zip;q=0.9, */*;q=0.5"
INTERVAL_SECONDS = 60.0
FETCH_SECONDS = 60.0
# A wire that comes back is not left waiting for longer.
LONGEST_SECONDS = 900.0
BODY_BYTES = 32 * 1024 * 1024
# What is remembered of so many items, 63 bytes of each, fits a memory (base.MEMORY_BYTES).
MOST_ITEMS = 20_000
# What servers often leave out of names, told by the first bytes.
MAGIC = {b"PK\x03\x04": ".zip", b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst"}
EMPTY = (b"", b"[]")
MEDIA_TYPES = {"application/x-ndjson": ".ndjson", "application/jsonl": ".jsonl", "text/csv": ".csv"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is at `url`, in one of readers.FORMATS (`format`; empty: by name and content). A server that wants a key gets that
    of `key_file` or `key_env` in the header `key_header`. `provider`, `interval_seconds`, `allow_private` as in every source."""

    url: str
    provider: str = ""
    format: str = ""
    interval_seconds: float = INTERVAL_SECONDS
    key_file: Path | None = None
    key_env: str = ""
    key_header: str = "authorization"
    allow_private: tuple[str, ...] = ()


@dataclass(slots=True)
class _Read:
    """What a body holds: `shown` are all of its items, `sent` those of them that are news and go now as `items`; whether
    others are `waiting` for the next poll. `articles`: how many of those shown were not rejected; `is_cut`: it took too long."""

    items: list[Item] = field(default_factory=list)
    shown: list["_Known"] = field(default_factory=list)
    sent: list[tuple["_Known", int]] = field(default_factory=list)
    articles: int = 0
    waiting: bool = False
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """An item as it is remembered: its name, and what it says."""

    guid: str
    digest: str


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
        flaw = self._flaw(answer)
        if flaw:
            return self._failed(past, flaw, answer.headers, now_ms)
        budget = Budget(self.clock_ms, self.clock_ms() + reading.READ_MS, Event())
        call = reading.calling(self.apart)
        read: _Read = await reading.beside(self._read, budget, answer, past.get("seen", {}), now_ms, call)
        if not read.articles and (problem := _nothing(read, answer)):
            return self._failed(past, problem, answer.headers, now_ms)
        all_taken = not read.waiting and not read.is_cut
        marks = conditional.validators(answer, all_taken=all_taken) | conditional.moved(answer)
        now_seen = seen.remember(read.shown, read.sent, past.get("seen", {}))
        polled = self._healthy(past, past | marks | {"seen": now_seen}, tuple(read.items), answer, now_ms)
        if all_taken:
            return polled
        return (
            replace(polled, problem=_too_slow(answer))
            if read.is_cut or not read.sent
            else replace(polled, wait_seconds=0.0)
        )

    def _flaw(self, answer: Response) -> Problem | None:
        """A web page with status 200 is mostly a notice of an error, and no article."""
        if self.options.format or sniff(answer.body) != "html":
            return None
        message = f'{answer.url} is a web page; if that is the article, say so: format = "html"'
        return Problem(code="unexpected-page", message=message)

    def _read(self, budget: Budget, answer: Response, known: seen.Seen, now_ms: int, call: Call) -> _Read:
        """All items of the body; those that are news are held as long as the budget lasts."""
        read = _Read()
        for item in self._items(answer, call):
            read.is_cut = budget.stopped.is_set() or self.clock_ms() > budget.until_ms + reading.READ_MS
            if read.is_cut:
                break
            if isinstance(item, LeftOut):
                continue
            one = _known(item)
            read.shown.append(one)
            read.articles += isinstance(item, Article)
            for _, revision in seen.news([one], known):
                if budget.is_spent:
                    read.waiting = True
                else:
                    read.items.append(budget.hold(_versioned(item, revision, now_ms)))
                    read.sent.append((one, revision))
        return read

    def _items(self, answer: Response, call: Call) -> Iterator[Item | LeftOut]:
        provider, article_bytes = self.place.provider, self.place.article_bytes
        options = files.Options(provider=provider, article_bytes=article_bytes, format_name=self.options.format or None)
        name = _name(answer)
        place = replace(self.place, guid=name)
        found = files.read_stream(name, io.BytesIO(answer.body), place, options, call)
        yield from islice(found, MOST_ITEMS)
        if next(found, None) is not None:
            message = f"more than {MOST_ITEMS:,} items; the others are not read: ask the server for fewer"
            yield reject(self.place, None, "too-many-items", message)

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


def _name(answer: Response) -> str:
    """A file's name for a body: from its address, with the ending that its bytes or its media type call for."""
    name = unquote(posixpath.basename(urlsplit(answer.url).path))[-200:].replace("/", "_") or "index"
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    by_bytes = next((ending for magic, ending in MAGIC.items() if answer.body.startswith(magic)), None)
    ending = by_bytes or MEDIA_TYPES.get(media_type, "")
    return name if name.lower().endswith(ending) else name + ending


def _nothing(read: _Read, answer: Response) -> Problem | None:
    """Why there is no article in a body; None: it is an empty list."""
    if read.shown:
        rejected = [item.problem for item in read.items if isinstance(item, Rejected)]
        return rejected[0] if len(read.shown) == 1 and rejected else None
    if answer.body.strip() in EMPTY:
        return None
    message = f"{answer.url} is in no format that is known; say which it is: format = one of {', '.join(FORMATS)}"
    return Problem(code="unknown-format", message=message)


def _too_slow(answer: Response) -> Problem:
    message = f"{answer.url} takes minutes to read, and its end was not reached: ask the server for fewer items"
    return Problem(code="too-slow", message=message)


def _known(item: Item) -> _Known:
    if isinstance(item, Rejected):
        said = (item.where, item.problem.code, item.problem.message, conditional.fingerprint(item.raw or b""))
        return _Known("|".join(("rejected", *said)), "rejected")
    versioned = (item.version, item.version_created_at) if item.version_created_at else ()
    return _Known("|".join((item.key, *versioned)), ids.digest(codec.encode(item).decode()))


def _versioned(item: Item, revision: int, now_ms: int) -> Item:
    """The article with a version, if it has none of its own."""
    if isinstance(item, Rejected) or item.version_created_at:
        return item
    return replace(item, version=str(revision), version_created_at=instants.from_ms(now_ms))
