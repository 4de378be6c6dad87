"""NewsML-G2: a newsMessage with its items, or one item alone; bodies as NITF, XHTML, any other XML, or plain text.

Only news items with text become articles. Packages list other items and have none of their own, pictures and films neither:
each is rejected by name, so that the sum of what came in stays right.
"""

from itertools import chain
from typing import Any

from pipeline.records import Problem
from pipeline.sources.formats import nitf, prose, terms
from pipeline.sources.formats.draft import Draft, counted, finish, kept, reading
from pipeline.sources.guards import xml
from pipeline.sources.guards.xml import Document, Element
from pipeline.sources.items import Item, Place, reject

ITEMS = ("newsItem", "packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem")
ROOTS = ("newsMessage", *ITEMS)
READABLE = ("alternate", "canonical", "webversion")


def parse(data: bytes, place: Place) -> list[Item]:
    """One result for each item of the message, in its order."""
    document = xml.parse(data)
    if isinstance(document, Problem):
        return [reject(place, None, document.code, document.message, data)]
    name = xml.local(document.root)
    if name not in ROOTS:
        return [reject(place, None, "not-newsml", f"the root is <{name[:100]}>, not <newsMessage> or <newsItem>", data)]
    if name in ITEMS:
        return [_item(document.root, document, (), place, None, data)]
    sent = xml.content(xml.find(document.root, "header/sent"))
    sets = xml.children(document.root, "itemSet")
    items = [item for each in sets for item in xml.children(each)]
    if not items:
        return [reject(place, None, "no-items", "the message has no items", data)]
    lined = len(items) > 1
    return counted(len(items), place, data) or [
        _item(each, document, (sent,), place, _line(each) if lined else None, xml.source(each)) for each in items
    ]


def _item(item: Element, document: Document, sent: tuple[str, ...], place: Place, line: int | None, raw: bytes) -> Item:
    name, of_class = xml.local(item), terms.code(_code(xml.find(item, "itemMeta/itemClass")))[1]
    if name == "packageItem" or (of_class in terms.PACKAGES and not _body(item)[0]):
        return reject(place, line, "no-text-package", "a package lists other items and has no text of its own", raw)
    if name != "newsItem":
        return reject(place, line, "not-news", f"a <{name[:100]}> is no news item", raw)
    if of_class in terms.NOT_TEXT:
        return reject(place, line, "not-text", f"an item of class {of_class} has no text of its own", raw)
    return finish(_draft(item, document, sent), place, raw, line)


def _draft(item: Element, document: Document, sent: tuple[str, ...]) -> Draft:
    meta, about = xml.find(item, "itemMeta"), xml.find(item, "contentMeta")
    text, inner_headline = _body(item)
    embargoed = xml.find(meta, "embargoed")
    status = _code(xml.find(meta, "pubStatus"))
    headlines = [
        *map(xml.content, xml.children(about, "headline")),
        inner_headline,
        xml.content(xml.find(meta, "title")),
    ]
    slugs = (xml.content(each) for parent in (about, meta) for each in xml.children(parent, "slugline"))
    return Draft(
        guid=xml.attribute(item, "guid"),
        version=xml.attribute(item, "version"),
        versioned=(xml.content(xml.find(meta, "versionCreated")), *sent, xml.content(xml.find(meta, "firstCreated"))),
        text=text,
        headline=next(filter(None, headlines), ""),
        slug=next(filter(None, slugs), ""),
        url=_url(meta),
        language=_language(item, about),
        status=status,
        # Empty means that the end is not known yet: G2 allows it, and it holds.
        embargo=None if embargoed is None else xml.content(embargoed),
        lines=tuple(xml.content(each) for parent in (meta, about) for each in xml.children(parent, "edNote")),
        signals=tuple(_signals(meta, about)),
        urgency=xml.content(xml.find(about, "urgency")),
        credit=_credit(about),
        origin={"format": "newsml-g2"} | reading(document) | _origin(item, meta, about),
    )


def _body(item: Element) -> tuple[str, str]:
    """(text, headline inside it) of the first rendition that has prose; NITF before HTML, HTML before plain text."""
    contents = xml.find(item, "contentSet")
    marked_up = xml.children(contents, "inlineXML")
    renditions = chain(
        ((nitf.text(each), nitf.headline(each)) for inline in marked_up for each in xml.children(inline, "nitf")),
        ((_marked_up(inline), "") for inline in marked_up),
        ((_plain(inline), "") for inline in xml.children(contents, "inlineData")),
    )
    return next((rendition for rendition in renditions if rendition[0]), ("", ""))


def _marked_up(inline: Element) -> str:
    bodies = xml.descendants(inline, "body") or [inline]
    return "\n\n".join(filter(None, map(prose.of_element, bodies)))


def _plain(inline: Element) -> str:
    """Text in the file itself, HTML with its markup escaped; anything else (base64) is none."""
    kind = xml.attribute(inline, "contenttype").lower() or "text/plain"
    if not kind.startswith(("text/", "application/xhtml")) or xml.attribute(inline, "encoding"):
        return ""
    raw = xml.whole(inline)
    return prose.of_html(raw) if "html" in kind else prose.of_plain(raw)


def _code(element: Element | None) -> str:
    """What an element of a controlled vocabulary says: its code, its URI, or its own text."""
    named = (xml.attribute(element, name) for name in ("qcode", "uri", "literal"))
    return next(filter(None, named), "") or xml.content(element)


def _signals(meta: Element | None, about: Element | None) -> list[str]:
    coded = [*xml.children(meta, "signal", "role", "profile"), *xml.children(about, "genre", "signal")]
    return [found for each in coded if (found := _code(each))]


def _language(item: Element, about: Element | None) -> str:
    contents = xml.children(xml.find(item, "contentSet"), "inlineXML", "inlineData")
    tags = (xml.attribute(xml.find(about, "language"), "tag"), *(xml.attribute(each, "lang") for each in contents))
    return next(filter(None, tags), "") or xml.attribute(item, "lang")


def _credit(about: Element | None) -> str:
    """Who wrote it: the credit line, or the first source of information that has a name or a code."""
    line = xml.content(xml.find(about, "creditline"))
    sources = (xml.content(xml.find(each, "name")) or _code(each) for each in xml.children(about, "infoSource"))
    return line or terms.named(next(filter(None, sources), ""))


def _url(meta: Element | None) -> str:
    for link in xml.children(meta, "link"):
        href = xml.attribute(link, "href")
        if href.startswith(("http://", "https://")) and terms.code(xml.attribute(link, "rel"))[1] in READABLE:
            return href
    return ""


def _origin(item: Element, meta: Element | None, about: Element | None) -> dict[str, Any]:
    lines = {name: xml.content(xml.find(about, name)) for name in ("dateline", "by")}
    mapped = ("versionCreated", "embargoed", "pubStatus", "edNote", "signal")
    return {
        **lines,
        "item_meta": kept(meta, *mapped),
        "content_meta": kept(about, "headline", "slugline", "urgency", "language", *lines),
        "headlines": [xml.content(each) for each in xml.children(about, "headline")[1:]],
        "rights": kept(xml.find(item, "rightsInfo")),
        "assertions": [kept(each) for each in xml.children(item, "assert")],
        "attributes": {k: v for k, v in xml.attributes(item).items() if k not in ("guid", "version", "schemaLocation")},
    }


def _line(element: Element) -> int | None:
    line: int | None = element.sourceline
    return line
