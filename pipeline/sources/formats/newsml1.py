"""NewsML 1.x, as dpa, PA and AFP sent it for years: every NewsItem of the document that has text.

A PublicIdentifier carries the revision; the item is what stands before it.
"""

from collections.abc import Iterator
from typing import Any

from pipeline.records import Problem
from pipeline.sources.formats import nitf, prose, stamps, terms
from pipeline.sources.formats.draft import Draft, counted, finish, kept, plain, reading
from pipeline.sources.guards import xml
from pipeline.sources.guards.xml import Document, Element
from pipeline.sources.items import Item, Place, reject

IDENTIFIER = "Identification/NewsIdentifier"


def parse(data: bytes, place: Place) -> list[Item]:
    """One result for each NewsItem, in their order."""
    document = xml.parse(data)
    if isinstance(document, Problem):
        return [reject(place, None, document.code, document.message, data)]
    if xml.local(document.root) != "NewsML":
        message = f"the root is <{xml.local(document.root)[:100]}>, not <NewsML>"
        return [reject(place, None, "not-newsml", message, data)]
    items = xml.children(document.root, "NewsItem")
    if not items:
        return [reject(place, None, "no-items", "the document has no NewsItem", data)]
    sent = xml.content(xml.find(document.root, "NewsEnvelope/DateAndTime"))
    lined = len(items) > 1
    return counted(len(items), place, data) or [
        _item(each, document, sent, place, each.sourceline if lined else None) for each in items
    ]


def _item(item: Element, document: Document, sent: str, place: Place, line: int | None) -> Item:
    text, headline = _body(item)
    draft = _draft(item, document, sent, text, headline)
    status = terms.status(draft.status)
    if not text and status == "usable":
        kinds = sorted({name for each in xml.descendants(item, "MediaType") if (name := _formal(each))})
        found = f"only {', '.join(kinds)[:200]}" if kinds else "only references to others"
        return reject(place, line, "not-text", f"the item has no text, {found}", xml.source(item))
    return finish(draft, place, xml.source(item), line)


def _draft(item: Element, document: Document, sent: str, text: str, headline: str) -> Draft:
    management = xml.find(item, "NewsManagement")
    component = xml.find(item, "NewsComponent")
    lines = next(iter(xml.descendants(component, "NewsLines")), None)
    notes = [
        note for name in ("NewsLine", "UsageTerms") for each in xml.children(lines, name) if (note := xml.content(each))
    ]
    status = _formal(xml.find(management, "Status"))
    revised = xml.content(xml.find(management, "ThisRevisionCreated"))
    return Draft(
        guid=_guid(item),
        version=xml.content(xml.find(item, f"{IDENTIFIER}/RevisionId")),
        versioned=(revised, sent, xml.content(xml.find(management, "FirstCreated"))),
        text=text,
        headline=xml.content(xml.find(lines, "HeadLine")) or headline,
        slug=xml.content(xml.find(lines, "SlugLine")) or xml.content(xml.find(item, "Identification/NameLabel")),
        language=next((name for each in xml.descendants(component, "Language") if (name := _formal(each))), "")
        or xml.attribute(component, "lang"),
        status=status,
        embargo=_embargo(management, status),
        lines=tuple(notes),
        signals=tuple(_signals(management, component)),
        urgency=_formal(xml.find(management, "Urgency")),
        credit=xml.content(xml.find(lines, "CreditLine")) or _source(component),
        origin={"format": "newsml-1"} | reading(document) | _origin(item, management, lines),
    )


def _guid(item: Element) -> str:
    parts = [xml.content(xml.find(item, f"{IDENTIFIER}/{name}")) for name in ("ProviderId", "DateId", "NewsItemId")]
    if all(parts):
        return "urn:newsml:" + ":".join(parts)
    public = xml.content(xml.find(item, f"{IDENTIFIER}/PublicIdentifier"))
    return public.rpartition(":")[0] or public


def _body(item: Element) -> tuple[str, str]:
    """(text, headline inside it) of the first content that is prose."""
    for data in xml.descendants(item, "DataContent"):
        for document in xml.descendants(data, "nitf"):
            if text := nitf.text(document):
                return text, nitf.headline(document)
        bodies = xml.descendants(data, "body.content", "body") or [data]
        raw = xml.whole(data)
        text = "\n\n".join(map(prose.of_element, bodies)) if xml.children(data) else prose.of_html(raw)
        if text:
            return text, ""
    return "", ""


def _embargo(management: Element | None, status: str) -> str | None:
    """When it becomes usable; "" where it is embargoed and nothing says until when."""
    changes = [
        xml.content(xml.find(each, "DateAndTime"))
        for each in xml.children(management, "StatusWillChange")
        if _formal(xml.find(each, "FutureStatus")).lower() in ("usable", "")
    ]
    return next(iter(changes), "") if status.lower() == terms.EMBARGOED else None


def _signals(management: Element | None, component: Element | None) -> Iterator[str]:
    for each in xml.children(management, "Instruction"):
        yield f"instruction:{_formal(each)}"
    for each in [*xml.children(management, "NewsItemType"), *xml.descendants(component, "Genre")]:
        if name := _formal(each):
            yield name


def _source(component: Element | None) -> str:
    sources = xml.descendants(component, "Source") or xml.descendants(component, "Provider")
    return next((name for each in sources if (name := _formal(xml.find(each, "Party")))), "")


def _formal(element: Element | None) -> str:
    return xml.attribute(element, "FormalName")


def _origin(item: Element, management: Element | None, lines: Element | None) -> dict[str, Any]:
    descriptions = xml.descendants(item, "DescriptiveMetadata")
    first = stamps.instant(xml.content(xml.find(management, "FirstCreated")))
    return {
        "dateline": xml.content(xml.find(lines, "DateLine")),
        "byline": xml.content(xml.find(lines, "ByLine")),
        "first_created": first or "",
        "news_lines": kept(lines, "HeadLine", "SlugLine", "DateLine", "ByLine"),
        "management": kept(management, "Urgency", "ThisRevisionCreated"),
        "identification": kept(xml.find(item, "Identification")),
        "descriptions": [plain(each) for each in descriptions],
    }
