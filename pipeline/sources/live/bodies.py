"""What the body of an HTTP answer holds that is news, whatever its format, packed or not.

Items that carry a version of their own (ninjs, NewsML-G2, most NITF) keep it. Those that do not are as a feed's entries: each
content of one is a version, `version_created_at` the poll that first saw it.
"""

import io
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from urllib.parse import unquote, urlsplit

from pipeline import codec, ids, instants
from pipeline.records import Article, Problem
from pipeline.sources import files
from pipeline.sources.folder import LeftOut
from pipeline.sources.formats.sniff import HEAD_BYTES, sniff
from pipeline.sources.items import Item, Place, Rejected, reject
from pipeline.sources.live import conditional, reading, seen
from pipeline.sources.live.base import Response
from pipeline.sources.live.reading import Budget
from pipeline.sources.readers import FORMATS, Call

# What is remembered of so many items, 63 bytes of each, fits a memory (base.MEMORY_BYTES).
MOST_ITEMS = 20_000
# What servers often leave out of names, told by the first bytes.
MAGIC = {b"PK\x03\x04": ".zip", b"\x1f\x8b": ".gz", b"\x28\xb5\x2f\xfd": ".zst"}
EMPTY = (b"", b"[]")
MEDIA_TYPES = {"application/x-ndjson": ".ndjson", "application/jsonl": ".jsonl", "text/csv": ".csv"}


@dataclass(frozen=True, slots=True)
class Known:
    """An item as it is remembered (seen.Named): its name, and what stands for what it says."""

    guid: str
    digest: str


@dataclass(slots=True)
class Found:
    """`shown` are all items of a body, `sent` those of them that are news and go now, as `items`; whether others are `waiting`
    for the next poll. `articles`: how many of those shown were not rejected; `is_cut`: it took too long."""

    items: list[Item] = field(default_factory=list)
    shown: list[Known] = field(default_factory=list)
    sent: list[tuple[Known, int]] = field(default_factory=list)
    articles: int = 0
    waiting: bool = False
    is_cut: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether that was all of it."""
        return not self.waiting and not self.is_cut

    @property
    def goes_on(self) -> bool:
        """Whether the next poll will come further than this one."""
        return bool(self.sent) and not self.is_cut


@dataclass(frozen=True, slots=True)
class Body:
    """The body of `answer`, in one of readers.FORMATS (`format_name`; empty: by name and content); what of it was `known`
    before; `call` parses apart."""

    answer: Response
    place: Place
    format_name: str
    known: seen.Seen
    call: Call

    def read(self, budget: Budget, now_ms: int) -> Found | Problem:
        """All of its items; those that are news are held as long as the budget lasts. A Problem if it is no list of items."""
        # A web page with status 200 is mostly a notice of an error, and no article.
        if not self.format_name and sniff(self.answer.body[:HEAD_BYTES]) == "html":
            message = f'{self.answer.url} is a web page; if that is the article, say so: format = "html"'
            return Problem(code="unexpected-page", message=message)
        found = Found()
        for item in self._items():
            found.is_cut = budget.stopped.is_set() or budget.clock_ms() > budget.until_ms + reading.READ_MS
            if found.is_cut:
                break
            if not isinstance(item, LeftOut):
                self._take(item, found, budget, now_ms)
        return found if found.articles else _nothing(found, self.answer) or found

    def _take(self, item: Item, found: Found, budget: Budget, now_ms: int) -> None:
        """Count an item, and hold it if it is news."""
        one = known(item)
        found.shown.append(one)
        found.articles += isinstance(item, Article)
        for _, revision in seen.news([one], self.known):
            if budget.is_spent:
                found.waiting = True
            else:
                found.items.append(budget.hold(_versioned(item, revision, now_ms)))
                found.sent.append((one, revision))

    def _items(self) -> Iterator[Item | LeftOut]:
        options = files.Options(
            provider=self.place.provider,
            article_bytes=self.place.article_bytes,
            format_name=self.format_name or None,
        )
        name = _name(self.answer)
        place = replace(self.place, guid=name)
        found = files.read_stream(name, io.BytesIO(self.answer.body), place, options, self.call)
        yield from islice(found, MOST_ITEMS)
        if next(found, None) is not None:
            message = f"more than {MOST_ITEMS:,} items; the others are not read: ask the server for fewer"
            yield reject(self.place, None, "too-many-items", message)


def _name(answer: Response) -> str:
    """A file's name for a body: from its address, with the ending that its bytes or its media type call for."""
    name = unquote(posixpath.basename(urlsplit(answer.url).path))[-200:].replace("/", "_") or "index"
    media_type = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    by_bytes = next((ending for magic, ending in MAGIC.items() if answer.body.startswith(magic)), None)
    ending = by_bytes or MEDIA_TYPES.get(media_type, "")
    return name if name.lower().endswith(ending) else name + ending


def _nothing(found: Found, answer: Response) -> Problem | None:
    """Why there is no article in a body; None: it is an empty list."""
    if found.shown:
        rejected = [item.problem for item in found.items if isinstance(item, Rejected)]
        return rejected[0] if len(found.shown) == 1 and rejected else None
    if answer.body.strip() in EMPTY:
        return None
    message = f"{answer.url} is in no format that is known; say which it is: format = one of {', '.join(FORMATS)}"
    return Problem(code="unknown-format", message=message)


def too_slow(answer: Response) -> Problem:
    """What is said of a body whose end is never reached."""
    message = f"{answer.url} takes minutes to read, and its end was not reached: ask the server for fewer items"
    return Problem(code="too-slow", message=message)


def known(item: Item) -> Known:
    """How an item is remembered."""
    if isinstance(item, Rejected):
        said = (item.where, item.problem.code, item.problem.message, conditional.fingerprint(item.raw or b""))
        return Known("|".join(("rejected", *said)), "rejected")
    versioned = (item.version, item.version_created_at) if item.version_created_at else ()
    return Known("|".join((item.key, *versioned)), ids.digest(codec.encode(item).decode()))


def _versioned(item: Item, revision: int, now_ms: int) -> Item:
    """The article with a version, if it has none of its own."""
    if isinstance(item, Rejected) or item.version_created_at:
        return item
    return replace(item, version=str(revision), version_created_at=instants.from_ms(now_ms))
