"""IPTC ninjs 1.x, 2.x and 3.x in one mapper, and what agencies make of it (AP's content, Superdesk's extras).

Lenient: the schemas of 1.5 to 2.0 forbid additions that real items carry. What has no field of the article is kept in `origin`.
"""

from collections.abc import Iterator
from typing import Any

from pipeline import codec
from pipeline.sources.formats import prose, terms
from pipeline.sources.formats.draft import Draft, counted, finish
from pipeline.sources.guards.encoding import decode
from pipeline.sources.items import Item, Place, reject

# Fields of the article ← names in 1.x and AP's, 2.x, 3.x; the first that says something.
STATUS = ("pubstatus", "pubStatus")
EMBARGO = ("embargoed", "embargoedUntil", "embargoeduntil")
VERSIONED = ("versioncreated", "versionCreated", "version_created", "firstcreated", "firstCreated")
LANGUAGE = ("language", "lang")
NOTES = ("ednote", "edNote", "ed_note", "usageterms", "usageTerms")
BODIES_PLAIN = ("body_text", "bodyText")
BODIES_MARKED_UP = ("body_xhtml", "body_html", "bodyXhtml", "bodyHtml")
SOURCES = ("infosources", "infoSources", "infosource")
CREDITS = ("creditline", "creditLine", "source", "provider")
LINKS = ("link", "url", "canonical", "webUrl")
SIGNALS = ("signals", "signal", "profile", "genre", "genres", "itemclass")
# Holds the item: an embargo that is neither text nor number cannot be read.
NO_DATE = "not a date"
MAPPED = frozenset(
    ("uri", "version", "headline", "headlines", "slugline", "slug", "urgency", "bodies", "by", "byline")
    + ("ednote", "edNote", "ed_note", "signals", "signal")
    + (STATUS + EMBARGO + VERSIONED[:3] + LANGUAGE + BODIES_PLAIN + BODIES_MARKED_UP)
)
Values = dict[str, Any]


def parse(data: bytes, place: Place) -> list[Item]:
    """The item, or each item of a list."""
    decoded = decode(data)
    try:
        value = codec.decode(decoded.text.encode())
    except codec.DecodeError as error:
        return [reject(place, None, error.code, str(error), data)]
    values = value if isinstance(value, list) and value else [value]
    extra = {"encoding": decoded.encoding, "encoding_repaired": True} if decoded.repaired else {}
    return counted(len(values), place, data) or [
        item(each, place, data if len(values) == 1 else _again(each, data), extra) for each in values
    ]


def _again(value: Any, data: bytes) -> bytes:
    """The bytes of one item of a list; of the whole list where the codec reads deeper nesting than it writes."""
    try:
        return codec.encode(value)
    except TypeError:
        return data


def item(value: Any, place: Place, raw: bytes, extra: Values | None = None) -> Item:
    """The article of one decoded item; `extra` is added to its origin. Also for what is not read from a file."""
    if not isinstance(value, dict):
        return reject(place, None, "not-ninjs", "a ninjs item is a JSON object with a uri", raw)
    kind = _word(value.get("type")).lower()
    if kind in terms.PACKAGES:
        return reject(place, None, "no-text-package", "a package lists other items and has no text of its own", raw)
    if kind in terms.NOT_TEXT:
        return reject(place, None, "not-text", f"an item of type {kind} has no text of its own", raw)
    return finish(draft(value, extra or {}), place, raw)


def draft(value: Values, extra: Values) -> Draft:
    """The words of a ninjs object."""
    status = _first(value, STATUS)
    return Draft(
        guid=_guid(value),
        version=_word(value.get("version")),
        versioned=tuple(_word(value.get(name)) for name in VERSIONED),
        text=_text(value),
        headline=_word(value.get("headline")) or _main(value.get("headlines")) or _word(value.get("title")),
        slug=_first(value, ("slugline", "slug")) or _main(value.get("sluglines")),
        url=_url(value),
        language=_first(value, LANGUAGE),
        status=status,
        embargo=_embargo(value, status),
        lines=tuple(note for name in NOTES for note in _words(value.get(name))),
        signals=tuple(_signals(value)),
        urgency=_word(value.get("urgency")),
        credit=_credit(value),
        origin={"format": "ninjs"} | extra | {k: v for k, v in value.items() if k not in MAPPED} | _by(value),
    )


def _guid(value: Values) -> str:
    """AP's `uri` is a link to one version, with its token: there the item is `altids.itemid`."""
    altids = value.get("altids")
    chain = _word(altids.get("itemid")) if isinstance(altids, dict) else ""
    return chain or _first(value, ("uri", "guid"))


def _text(value: Values) -> str:
    if plain := _first(value, BODIES_PLAIN):
        return prose.of_plain(plain)
    bodies = [each for each in _list(value.get("bodies")) if isinstance(each, dict)]
    bodies.sort(key=lambda body: (_word(body.get("role")).lower() not in ("", "main"), "html" in _media(body)))
    for body in bodies:
        words = _word(body.get("value"))
        if text := prose.of_html(words) if "ml" in _media(body) else prose.of_plain(words):
            return text
    return prose.of_html(_first(value, BODIES_MARKED_UP))


def _media(body: Values) -> str:
    return _first(body, ("contentType", "contenttype", "content_type")).lower() or "text/html"


def _embargo(value: Values, status: str) -> str | None:
    """What stands there, be it readable or not; an empty field means something only beside the status."""
    said = next((value[name] for name in EMBARGO if value.get(name)), None)
    if said is None:
        return "" if terms.code(status)[1] == terms.EMBARGOED else None
    return _word(said) or NO_DATE


def _signals(value: Values) -> Iterator[str]:
    for name in SIGNALS:
        for each in _list(value.get(name)):
            yield from filter(
                None, (_first(each, ("code", "uri", "name", "literal")),) if isinstance(each, dict) else _words(each)
            )
    # AP: whatever does not say that it is content for news is a note to editors.
    if isinstance(value.get("altids"), dict) and "signals" in value and "newscontent" not in _list(value["signals"]):
        yield "advisory"


def _credit(value: Values) -> str:
    named = (
        _first(each, ("name", "literal")) for key in SOURCES for each in _list(value.get(key)) if isinstance(each, dict)
    )
    return next(filter(None, named), "") or _first(value, CREDITS)


def _url(value: Values) -> str:
    others = (_word(each.get("value")) for each in _list(value.get("altids")) if isinstance(each, dict))
    links = (*(_word(value.get(name)) for name in LINKS), *others)
    return next((link for link in links if link.startswith(("http://", "https://"))), "")


def _by(value: Values) -> Values:
    byline = _first(value, ("byline", "by"))
    return {"byline": byline} if byline else {}


def _main(values: Any) -> str:
    """The one whose role is main, or the first."""
    found = [each for each in _list(values) if isinstance(each, dict)]
    found.sort(key=lambda each: "main" not in _word(each.get("role")).lower())
    return next((word for each in found if (word := _word(each.get("value")))), "")


def _first(value: Values, names: tuple[str, ...]) -> str:
    return next((word for name in names if (word := _word(value.get(name)))), "")


def _word(value: Any) -> str:
    """Text and numbers as text; anything else says nothing."""
    if isinstance(value, str):
        return value.strip()
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def _words(value: Any) -> list[str]:
    return [word for each in _list(value) if (word := _word(each))]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
