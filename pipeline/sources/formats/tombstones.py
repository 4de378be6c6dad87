"""Atom tombstones (RFC 6721): which entries a feed says are deleted. feedparser keeps the last of them at most."""

from typing import Any

from pipeline import instants
from pipeline.records import Problem
from pipeline.sources.formats.entries import Entry, kept
from pipeline.sources.guards import xml

ELEMENT = "deleted-entry"


def deleted(data: bytes, marks: dict[str, str]) -> list[Entry]:
    """The deleted entries of a feed; none where it is no well-formed XML. `marks` begin their origin."""
    document = xml.parse(data) if ELEMENT.encode() in data else None
    if document is None or isinstance(document, Problem):
        return []
    found = [(xml.attribute(one, "ref"), one) for one in xml.descendants(document.root, ELEMENT)]
    return [Entry(guid=guid, deleted=True, origin=_origin(one, marks)) for guid, one in found if guid]


def _origin(element: xml.Element, marks: dict[str, str]) -> dict[str, Any]:
    when, comment = xml.attribute(element, "when"), xml.content(xml.find(element, "comment"))
    moment = instants.exact_ms(when)
    said: dict[str, Any] = {"updated_at": instants.from_ms(moment)} if moment is not None else {"when": kept(when)}
    return marks | said | ({"comment": kept(comment)} if comment else {})
