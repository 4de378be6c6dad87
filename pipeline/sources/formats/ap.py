"""AP Media API: the pages of a feed, and their items; the text of an item is a NITF document of its own.

Sources: api.ap.org/media/v/docs (Feed, Getting_Content_Updates, Content_Metadata_Fields). Fields are absent where they do not
apply, and new ones are to be expected. Statuses, signals, versions and times are read where ninjs is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pipeline import codec
from pipeline.records import Problem
from pipeline.sources.formats import ninjs, nitf, stamps, terms
from pipeline.sources.guards import xml
from pipeline.sources.items import Item, Place, Rejected, reject

# 400 with this: the query token of `next_page` was not used for 72 hours.
TOKEN_EXPIRED = 6060
NEWS = "newscontent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An item of a page, `raw` as JSON: what has to be fetched for it, and when it was made (None: it does not say).

    `text_url` is where its NITF is, `uri` where all of its metadata are (that say so).
    """

    raw: bytes
    name: str
    text_url: str
    uri: str
    needs_text: bool
    made_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page of a feed, the oldest first; `next_page` is the address of what comes after."""

    entries: tuple[Entry | Rejected, ...]
    next_page: str


def page(data: bytes, place: Place) -> Page | Problem:
    """The page that an answer is."""
    value = _object(data)
    inside = value.get("data") if value else None
    if not isinstance(inside, dict):
        message = "the answer is no page of a feed: is `url` that of /content/feed?"
        return Problem(code="not-ap-feed", message=message)
    items = inside.get("items")
    return Page(
        entries=tuple(_entries(items if isinstance(items, list) else [], place)),
        next_page=_word(inside.get("next_page")),
    )


def error_code(data: bytes) -> int | None:
    """The number that AP gave an error; None if it gave none."""
    value = _object(data)
    error = value.get("error") if value else None
    said = error.get("code") if isinstance(error, dict) else None
    return int(said) if isinstance(said, int) or (isinstance(said, str) and said.isdecimal()) else None


def text_url(data: bytes) -> str:
    """Where the text is, as the answer of an item's own `uri` says: "" if it does not."""
    value = _object(data)
    inside = value.get("data") if value else None
    item = inside.get("item") if isinstance(inside, dict) else None
    return _text_url(item) if isinstance(item, dict) else ""


def parse(raw: bytes, text: bytes | None, place: Place) -> Item:
    """The article of an item and its NITF document (None: it needs none). To be called in a child."""
    value = codec.decode(raw)
    if text is not None:
        document = xml.parse(text)
        if isinstance(document, Problem):
            return reject(place, None, document.code, f"its text: {document.message}", raw)
        value = value | {"body_text": nitf.text(document.root)}
    return ninjs.item(value, place, raw)


def _entries(items: list[Any], place: Place) -> Iterator[Entry | Rejected]:
    for number, each in enumerate(items, start=1):
        value = each.get("item") if isinstance(each, dict) else None
        if not isinstance(value, dict):
            yield reject(place, number, "invalid-record", "an entry of the feed without an item")
            continue
        try:
            raw = codec.encode(value)
        except TypeError:  # the codec reads deeper nesting than it writes
            yield reject(place, number, "invalid-record", "nested too deeply")
            continue
        yield Entry(
            raw=raw,
            name=_name(value),
            text_url=_text_url(value),
            uri=_word(value.get("uri")),
            needs_text=_needs_text(value),
            made_at=stamps.first(_word(value.get("versioncreated")), _word(value.get("firstcreated"))),
        )


def _needs_text(value: dict[str, Any]) -> bool:
    """What is taken back, or is no news, is not read: its text is not fetched either."""
    signals = value.get("signals")
    is_news = not isinstance(signals, list) or NEWS in signals
    status = terms.status(_word(value.get("pubstatus")))
    return is_news and status == "usable" and _word(value.get("type")).lower() in ("", "text")


def _name(value: dict[str, Any]) -> str:
    altids = value.get("altids")
    return (_word(altids.get("itemid")) if isinstance(altids, dict) else "") or "without altids.itemid"


def _text_url(value: dict[str, Any]) -> str:
    renditions = value.get("renditions")
    found = renditions.get("nitf") if isinstance(renditions, dict) else None
    return _word(found.get("href")) if isinstance(found, dict) else ""


def _object(data: bytes) -> dict[str, Any] | None:
    try:
        value = codec.decode(data)
    except codec.DecodeError:
        return None
    return value if isinstance(value, dict) else None


def _word(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""
