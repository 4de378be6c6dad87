"""Atom (RFC 4287): an entry an event, and a deleted-entry (RFC 6721) for one that was taken back."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from pipeline.sinks.exports.base import RETRACTED, Event, Export, changed, utc

BEGIN = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0">
<id>urn:tickertape:events</id>
<title>Tickertape: news events</title>
<author><name>Tickertape</name></author>
<generator>Tickertape</generator>
"""
# Atom gives the order of its elements no meaning, so the feed's `updated` stands where it is known: at the end.
END = "<updated>{updated}</updated>\n</feed>\n"
NEVER = "1970-01-01T00:00:00.000Z"
KIND_SCHEME = "urn:tickertape:kind"
# What XML 1.0 cannot say at all.
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(events: Iterable[Event]) -> Iterator[bytes]:
    """The feed, an element an event."""
    yield BEGIN.encode()
    newest = NEVER
    for event in events:
        at = _updated(event)
        newest = max(newest, at)
        yield (_deleted(event, at) if event["type"] == RETRACTED else _entry(event, at)).encode()
    yield END.format(updated=newest).encode()


def takes(event: Event) -> bool:
    """An entry must say when it was updated."""
    return utc(changed(event)) is not None


def _updated(event: Event) -> str:
    """Comparable as text: every instant has the same shape."""
    return utc(changed(event)) or NEVER


def _entry(event: Event, at: str) -> str:
    data = event["data"]
    published = utc(data["article"]["published_at"])
    return "".join((
        "<entry>\n",
        f"<id>{_name(data)}</id>\n",
        f"<title>{_text(_title(data))}</title>\n",
        f"<updated>{at}</updated>\n",
        "" if published is None else f"<published>{published}</published>\n",
        _link(data["article"]["url"]),
        f"<category scheme={quoteattr(KIND_SCHEME)} term={_quoted(data['kind'])}/>\n",
        f"<summary>{_text(data['sentence']['text'])}</summary>\n",
        "</entry>\n",
    ))  # fmt: skip


def _deleted(event: Event, at: str) -> str:
    data = event["data"]
    comment = f"{data['kind']}: the article was {data['reason']}"
    return f'<at:deleted-entry ref="{_name(data)}" when="{at}"><at:comment>{_text(comment)}</at:comment></at:deleted-entry>\n'


def _name(data: dict[str, Any]) -> str:
    return f"urn:tickertape:event:{_text(data['event_id'])}"


def _title(data: dict[str, Any]) -> str:
    """ "talks-postponed (denied): Turkey, Russia → Libya @ Geneva"."""
    sides = (", ".join(one["name"] for one in data[side]) for side in ("actors", "recipients"))
    who = " → ".join(side for side in sides if side)
    modality = "" if data["modality"] == "asserted" else f" ({data['modality']})"
    place = f" @ {data['location']['name']}" if data["location"] else ""
    return f"{data['kind']}{modality}{': ' if who else ''}{who}{place}"


def _link(url: str | None) -> str:
    """Only what a browser may open: a feed is no place for `javascript:`."""
    if not url or not url.lower().startswith(("https://", "http://")):
        return ""
    return f'<link rel="alternate" href={_quoted(url)}/>\n'


def _text(text: str) -> str:
    return escape(ILLEGAL.sub("\ufffd", text))


def _quoted(text: str) -> str:
    return quoteattr(ILLEGAL.sub("\ufffd", text))


ATOM = Export(
    media_type="application/atom+xml", suffix=".atom", render=render, takes=takes, leaves_out="without any time",
    retractions=True,
)  # fmt: skip
