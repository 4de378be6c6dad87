"""NITF 3.x, with and without namespace: one document, one item; and the document whose status it changes.

The item is the `doc-id`; a `du-key` groups versions too, but providers reuse it, and a reused key would take back last
month's story: it names the item only where there is no `doc-id`, together with its day.
"""

from typing import Any

from pipeline.records import Problem
from pipeline.sources.formats import prose, stamps
from pipeline.sources.formats.draft import Draft, finish, kept, plain, reading
from pipeline.sources.guards import xml
from pipeline.sources.guards.xml import Document, Element
from pipeline.sources.items import Item, Place, reject

TAKEN_BACK = ("withheld", "canceled")


def parse(data: bytes, place: Place) -> list[Item]:
    """The item of the document, and one of status only for the other document that it withholds or cancels."""
    document = xml.parse(data)
    if isinstance(document, Problem):
        return [reject(place, None, document.code, document.message, data)]
    if xml.local(document.root) != "nitf":
        return [reject(place, None, "not-nitf", f"the root is <{xml.local(document.root)[:100]}>, not <nitf>", data)]
    item = draft(document, place)
    drafts = [item, *_taken_back(xml.find(document.root, "head/docdata"), item)]
    return [finish(each, place, data) for each in drafts]


def draft(document: Document, place: Place) -> Draft:
    """The words of a NITF document."""
    root = document.root
    docdata, head = xml.find(root, "head/docdata"), xml.find(root, "body/body.head")
    issued = _dates(docdata, "date.issue")
    status = xml.attribute(docdata, "management-status")
    doc_id = xml.find(docdata, "doc-id")
    return Draft(
        guid=xml.attribute(doc_id, "id-string") or _reused(docdata, issued) or place.guid,
        text=text(root),
        version=_version(docdata),
        versioned=(
            *issued,
            *_dates(docdata, "date.release"),
            xml.attribute(xml.find(head, "dateline/story.date"), "norm"),
        ),
        headline=headline(root),
        slug=xml.attribute(xml.find(docdata, "fixture"), "fix-id"),
        language=_language(root),
        status=status,
        embargo=_embargo(docdata, status, issued),
        lines=tuple(_messages(docdata)),
        signals=tuple(_signals(root, docdata)),
        urgency=xml.attribute(xml.find(docdata, "urgency"), "ed-urg"),
        credit=xml.content(xml.find(head, "distributor")) or xml.attribute(doc_id, "regsrc"),
        origin={"format": "nitf"} | reading(document) | _origin(root, docdata, head),
    )


def text(root: Element) -> str:
    """The prose of the body, in paragraphs."""
    return "\n\n".join(filter(None, (prose.of_element(each) for each in xml.find_all(root, "body/body.content"))))


def headline(root: Element) -> str:
    """The main headline, or the title."""
    hedline = xml.find(root, "body/body.head/hedline")
    return xml.content(xml.find(hedline, "hl1")) or xml.content(hedline) or xml.content(xml.find(root, "head/title"))


def _version(docdata: Element | None) -> str:
    du_key = xml.find(docdata, "du-key")
    numbers = (xml.attribute(du_key, "version"), xml.attribute(du_key, "generation"))
    return next((number for number in numbers if number.isdecimal()), "")


def _reused(docdata: Element | None, issued: tuple[str, ...]) -> str:
    key, day = xml.attribute(xml.find(docdata, "du-key"), "key"), stamps.first(*issued)
    return f"{key}/{day[:10]}" if key and day else key


def _dates(docdata: Element | None, name: str) -> tuple[str, ...]:
    return tuple(xml.attribute(each, "norm") or xml.content(each) for each in xml.find_all(docdata, name))


def _embargo(docdata: Element | None, status: str, issued: tuple[str, ...]) -> str | None:
    """The release date is one where the status says so, or where it lies after the issue; else it is only a date."""
    release = next(iter(_dates(docdata, "date.release")), "")
    if status.lower() == "embargoed":
        return release
    at, issued_at = stamps.instant(release), stamps.first(*issued)
    return release if at and issued_at and at > issued_at else None


def _messages(docdata: Element | None) -> list[str]:
    return [
        message
        for each in xml.children(docdata, "ed-msg")
        if (message := xml.attribute(each, "info") or xml.content(each))
    ]


def _signals(root: Element, docdata: Element | None) -> list[str]:
    head = xml.find(root, "head")
    kinds = [xml.attribute(each, "tobject-type") for each in xml.children(head, "tobject")]
    kinds += [xml.attribute(each, "tobject.property.type") for each in xml.descendants(head, "tobject.property")]
    corrections = ["correction" for _ in xml.children(docdata, "correction")]
    return [*filter(None, kinds), *corrections]


def _language(root: Element) -> str:
    places = (root, xml.find(root, "body"), xml.find(root, "body/body.content"))
    return next((found for place in places if (found := xml.attribute(place, "lang"))), "")


def _origin(root: Element, docdata: Element | None, head: Element | None) -> dict[str, Any]:
    replaces = xml.attribute(docdata, "management-doc-idref")
    lines = {name: xml.content(xml.find(head, name)) for name in ("dateline", "byline", "abstract")}
    others = kept(xml.find(root, "head"), "title", "docdata")
    end = xml.find(root, "body/body.end")
    return {
        **lines,
        "replaces": [replaces] if replaces else [],
        "management": xml.attributes(docdata) if docdata is not None else {},
        "docdata": kept(docdata, "urgency", "ed-msg"),
        "head": others,
        "body_head": kept(head, "hedline", *lines),
        "body_end": plain(end) if end is not None else "",
    }


def _taken_back(docdata: Element | None, item: Draft) -> list[Draft]:
    """The referenced document, where this one says that it is withheld or canceled."""
    other = xml.attribute(docdata, "management-doc-idref")
    status = (xml.attribute(docdata, "management-idref-status") or item.status).lower()
    if not other or other == item.guid or status not in TAKEN_BACK:
        return []
    origin = {"format": "nitf", "taken_back_by": item.guid}
    return [Draft(guid=other, text="", version=item.version, versioned=item.versioned, status=status, origin=origin)]
