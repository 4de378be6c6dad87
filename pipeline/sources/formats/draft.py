"""What an item says, in its own words → the article. Every wire format ends here, and goes through the one gate.

The provider is the place's, never the document's: an agency names itself now in one way, now in another, or not at all in a
cancel, and all versions of an item must have one key. Who wrote it is the `credit`. `published_at` is the time of the version:
its text says "on Tuesday" from there.
"""

from dataclasses import dataclass, field
from typing import Any

from pipeline import codec
from pipeline.sources.formats import stamps, terms
from pipeline.sources.guards import xml
from pipeline.sources.guards.xml import Document, Element
from pipeline.sources.items import Item, Place, article, reject

# Of what the article has no field for, as much as helps to understand it later.
ORIGIN_BYTES = 64 * 1024
NOTE_CHARS = 300
# Of one file: 0.12 ms an item, so that a file of nothing but empty items is no way to keep us busy.
MAX_ITEMS = 10_000
NAME_CHARS = 512


@dataclass(slots=True, kw_only=True)
class Draft:
    """The words of the source. `versioned` are times of this version, the best first; `embargo` None: none was given,
    "": one without a time. `lines` are notes to editors, where an embargo may stand in prose."""

    guid: str
    text: str
    version: str = ""
    versioned: tuple[str, ...] = ()
    headline: str = ""
    slug: str = ""
    url: str = ""
    language: str = ""
    status: str = ""
    embargo: str | None = None
    lines: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    urgency: str = ""
    credit: str = ""
    origin: dict[str, Any] = field(default_factory=dict)


def finish(draft: Draft, place: Place, raw: bytes, line: int | None = None) -> Item:
    """The article of a draft; without a name or with a status that we do not know it is rejected."""
    if not draft.guid:
        return reject(place, line, "no-guid", "nothing names the item; ask the provider for its identifier", raw)
    status = terms.status(draft.status)
    if status is None:
        known = ", ".join(sorted(word for word in terms.STATUSES if word))
        message = f"status {draft.status[:100]!r} is none of: {known}; add it to sources/formats/terms.py"
        return reject(place, line, "unknown-status", message, raw)
    headline = " ".join(draft.headline.split())
    said = terms.meanings(draft.signals, headline, draft.slug)
    if status == "usable":
        status = "canceled" if "cancel" in said else "withheld" if "withhold" in said else status
    versioned_at = stamps.first(*draft.versioned)
    value = {
        "provider": place.provider,
        "guid": draft.guid,
        "text": draft.text,
        "version": draft.version or "1",
        "version_created_at": versioned_at,
        "headline": headline or None,
        "url": draft.url or None,
        "published_at": versioned_at,
        "language": draft.language.replace("_", "-") or None,
        "status": status,
        "embargo_until": _embargo(draft),
        "purpose": terms.purpose(said),
        "urgency": terms.urgency(draft.urgency),
        "credit": _credit(draft.credit, place),
        "origin": bounded(_origin(draft, said)),
    }
    return article(value, place, line, raw)


def counted(count: int, place: Place, raw: bytes) -> list[Item]:
    """The rejection of a file of too many items; nothing if it may be read."""
    message = f"{count:,} items; at most {MAX_ITEMS:,} are read from one file: split it"
    return [reject(place, None, "too-many-items", message, raw)] if count > MAX_ITEMS else []


def reading(document: Document) -> dict[str, Any]:
    """What `origin` says of how bytes became text."""
    repaired = {"encoding_repaired": True} if document.repaired else {}
    return {"encoding": document.encoding} | repaired


def plain(element: Element) -> Any:
    """An element as plain values: its text, or attributes, "text" and children by name."""
    value: dict[str, Any] = dict(xml.attributes(element))
    for child in xml.children(element):
        value.setdefault(xml.local(child), []).append(plain(child))
    text = " ".join((element.text or "").split())
    if not value:
        return text
    return value | {"text": text} if text else value


def kept(element: Element | None, *mapped: str) -> dict[str, Any]:
    """The children of an element as plain values, by name; those `mapped` to fields of the article left out."""
    value: dict[str, Any] = {}
    for child in xml.children(element):
        if xml.local(child) not in mapped:
            value.setdefault(xml.local(child), []).append(plain(child))
    return value


def bounded(origin: dict[str, Any]) -> dict[str, Any]:
    """As much of it as fits, in its order; the names of the rest under "left_out"."""
    fitting: dict[str, Any] = {}
    room = ORIGIN_BYTES
    for name, value in origin.items():
        if value in ("", None, [], {}):
            continue
        size = _size(name, value)
        if size <= room:
            fitting[name] = value
            room -= size
    left_out = [name[:100] for name in origin if name not in fitting and origin[name] not in ("", None, [], {})]
    return fitting | {"left_out": left_out[:100]} if left_out else fitting


def _size(name: str, value: Any) -> int:
    try:
        return len(codec.encode({name: value}))
    except TypeError:  # nested more deeply than the codec writes
        return ORIGIN_BYTES + 1


def _origin(draft: Draft, said: set[str]) -> dict[str, Any]:
    own: dict[str, Any] = {"correction": True} if "correction" in said else {}
    said_at = next(filter(None, draft.versioned), "")
    unread = "" if stamps.instant(said_at) else said_at[:NOTE_CHARS]
    own |= {"slugline": draft.slug, "notes": [*filter(None, draft.lines)], "signals": [*filter(None, draft.signals)]}
    return {**draft.origin, **own, "version_created": unread}


def _embargo(draft: Draft) -> str | None:
    """The instant; or, where there is an embargo whose end cannot be read, its words: the wire machine then holds the item."""
    words = (draft.embargo or "").strip()
    if words:
        return stamps.embargo(words) or words[:NOTE_CHARS]
    note = terms.embargo_note(draft.lines)
    if note:
        return note[:NOTE_CHARS]
    in_force = draft.embargo is not None or terms.code(draft.status)[1] == terms.EMBARGOED
    return terms.EMBARGOED if in_force else None


def _credit(name: str, place: Place) -> str | None:
    name = " ".join(name.split())[:NAME_CHARS]
    return None if name.casefold() == place.provider.casefold() else name or None
