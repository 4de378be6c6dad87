"""What a feed holds, whatever its dialect: entries, each with an identity, and how they become articles."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from pipeline import ids
from pipeline.records import Problem

# An entry costs a feed of 5 MB as little as 7 bytes; a newsroom's feed has 10 to 500.
MAX_ENTRIES = 2_000
MAX_GUID_CHARS = 512
KEPT_CHARS, KEPT_VALUES, KEPT_DEPTH = 1_000, 20, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry; `guid` is unique in its feed once `identified`. Times are instants as text. `origin`: all that is not mapped."""

    guid: str = ""
    url: str | None = None
    headline: str | None = None
    text: str = ""
    published_at: str | None = None
    language: str | None = None
    credit: str | None = None
    deleted: bool = False
    origin: dict[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read, and nothing to take back."""
        return not (self.headline or self.text or self.deleted)

    @property
    def digest(self) -> str:
        """Stands for what a reader sees; dates and links change without anybody having written anything."""
        return ids.digest(self.headline or "", self.text, "deleted" if self.deleted else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A feed: its entries, identified; how many were too many, or empty. `pace_seconds` is how often it says to come."""

    entries: tuple[Entry, ...]
    beyond: int = 0
    empty: int = 0
    title: str | None = None
    hub: str | None = None
    self_url: str | None = None
    pace_seconds: float | None = None

    @property
    def left_out(self) -> list[Problem]:
        """What of it is no entry for us."""
        problems = []
        if self.beyond:
            problems.append(
                Problem(code="too-many-entries", message=f"{self.beyond:,} entries beyond {MAX_ENTRIES:,} not read")
            )
        if self.empty:
            message = f"{self.empty:,} entries with neither headline nor text"
            problems.append(Problem(code="empty-entries", message=message))
        return problems


def identified(entries: list[Entry]) -> tuple[Entry, ...]:
    """The entries that say something, with a guid each: its own, else its link, else its content.

    A guid that stands for several links is none: each of its entries gets guid and link. (Were the first to keep it, as some
    readers do, every new entry would take it over and pass for a correction of the one before.) Of one item given twice
    the later version stays.
    """
    entries = [entry for entry in entries if not entry.is_empty]
    links: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        if not entry.deleted:
            links[_base(entry)].add(_apart(entry))
    items: dict[str, Entry] = {}
    for entry in entries:
        base = _base(entry)
        shared = len(links[base]) > 1 and not entry.deleted
        guid = _short(f"{base}#{_apart(entry)}" if shared else base)
        if guid not in items or _later(entry, items[guid]):
            repaired = {"guid": entry.guid[:KEPT_CHARS]} if entry.guid and guid != entry.guid else {}
            items[guid] = replace(entry, guid=guid, origin=entry.origin | repaired)
    return tuple(items.values())


def values(entry: Entry, provider: str, revision: int, created_at: str | None) -> dict[str, Any]:
    """The entry as the plain values of an Article: its `revision`th version, made at `created_at`."""
    return {
        "provider": provider,
        "guid": entry.guid,
        "text": entry.text,
        "version": str(revision),
        "version_created_at": created_at,
        "headline": entry.headline,
        "url": entry.url,
        "published_at": entry.published_at,
        "language": entry.language,
        "status": "canceled" if entry.deleted else "usable",
        "credit": entry.credit,
        "origin": entry.origin,
    }


def web(url: Any) -> str | None:
    """The address if a browser can open it."""
    try:
        parts = urlsplit(url.strip() if isinstance(url, str) else "")
        return parts.geturl() if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def joined(base: str, link: Any) -> str | None:
    """A link as it reads at `base`; None if it is none."""
    try:
        return urljoin(base, link.strip()) if isinstance(link, str) else None
    except ValueError:
        return None


def kept(value: Any, depth: int = KEPT_DEPTH) -> Any:
    """The value cut to what `origin` may hold: plain, shallow, short."""
    if isinstance(value, str):
        return sound(value)[:KEPT_CHARS]
    if isinstance(value, bool | float | type(None)) or (isinstance(value, int) and abs(value) < 2**53):
        return value
    if depth and isinstance(value, dict):
        some = list(value.items())[:KEPT_VALUES]
        return {sound(str(name))[:100]: kept(one, depth - 1) for name, one in some}
    if depth and isinstance(value, list | tuple):
        return [kept(one, depth - 1) for one in value[:KEPT_VALUES]]
    return str(value)[:KEPT_CHARS] if not depth else None


def sound(text: str) -> str:
    """Without lone surrogates, which no encoder takes."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _base(entry: Entry) -> str:
    return entry.guid or entry.url or f"content:{entry.digest}"


def _apart(entry: Entry) -> str:
    """What tells entries of one guid apart."""
    return entry.url or f"content:{entry.digest}"


def _short(guid: str) -> str:
    return guid if len(guid) <= MAX_GUID_CHARS else f"digest:{ids.digest(guid)}"


def _later(entry: Entry, other: Entry) -> bool:
    """Whether it replaces the other: a deletion always, else the later date; the first in the feed where that says nothing."""
    if entry.deleted != other.deleted:
        return entry.deleted
    return (entry.origin.get("updated_at") or "") > (other.origin.get("updated_at") or "")
