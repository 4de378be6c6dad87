"""Their fields → ours: what archives call them, what the user says they are called, and what nobody knows (kept).

Three rules. Our own names (schemas/article.v1.json) and those of `tickertape annotate` are held to the contract. Other
names are read leniently: a value that will not do is no value, and stays in `origin`. What the user maps goes before both.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pipeline import ids
from pipeline.records import Article
from pipeline.sources.formats.dates import instant

FIELDS = tuple(field.name for field in fields(Article))
# What the user may say the name of; `origin` is what is left.
MAPPABLE = FIELDS[:-1]
# The shape that `tickertape annotate` reads, in our names.
ANNOTATE = {"guid": "id", "headline": "title"}
# What others call it, the likeliest first: news-please, news APIs, feeds turned into tables, schema.org.
ALIASES: dict[str, tuple[str, ...]] = {
    "guid": ("uri", "uuid", "article_id"),
    "text": ("body", "maintext", "content", "articleBody", "body_text"),
    "headline": ("head",),
    "url": ("link", "permalink"),
    "published_at": (
        "date_publish",
        "published",
        "date",
        "publishedAt",
        "pubDate",
        "datePublished",
        "publish_date",
        "publication_date",
        "seendate",
    ),
    # When a crawler fetched it: a later copy of the same page is a later version.
    "version_created_at": ("date_download",),
    "language": ("lang",),
    "provider": ("source_domain", "domain"),
}
INSTANTS = {"published_at", "version_created_at"}
MAX_GUID_CHARS = 512


def named(value: Mapping[str, Any], provider: str, names: Mapping[str, str], *, ours: bool) -> dict[str, Any]:
    """The value in our names: the provider filled in, a guid made where there is none, the unknown under `origin`.

    `names` are the user's: our field → theirs ("" for: they have none). `ours`: our own names may be held to the contract;
    False for tables, whose columns are only text.
    """
    known: dict[str, Any] = {"provider": provider}
    used: set[str] = set()
    for field in MAPPABLE:
        for name, strict in _candidates(field, names, ours):
            if name in value and (strict or (read := _read(field, value[name])) is not None):
                known[field] = value[name] if strict else read
                used.add(name)
                break
    if ours and "origin" not in names and "origin" in value:
        known["origin"] = value["origin"]
        used.add("origin")
    unknown = {name: content for name, content in value.items() if name not in used}
    if unknown:
        known["origin"] = _joined(known, unknown)
    if "guid" not in known and (guid := _guid(known)):
        known["guid"] = guid
    return known


def mapping(words: str) -> dict[str, str]:
    """ "text=body,guid=id" → our field: their name; "status=" for: they have no such field. Raises ValueError that says why."""
    names: dict[str, str] = {}
    for word in words.split(","):
        field, equals, name = (part.strip() for part in word.partition("="))
        if not equals or field not in MAPPABLE:
            raise ValueError(f"{word.strip()!r} is not FIELD=NAME with a FIELD of: {', '.join(MAPPABLE)}")
        if field in names:
            raise ValueError(f"{field} is mapped twice")
        names[field] = name
    return names


def text_names(names: Mapping[str, str]) -> list[str]:
    """What the body may be called in a table, the user's names given."""
    return [name for name, _ in _candidates("text", names, False)]


def is_ours(value: Mapping[str, Any]) -> bool:
    """Whether every name in it is one of ours, or of `tickertape annotate`."""
    return all(name in FIELDS or name in ANNOTATE.values() for name in value)


def _candidates(field: str, names: Mapping[str, str], ours: bool) -> list[tuple[str, bool]]:
    """(their name, whether its value is taken as it is), in the order in which they are tried."""
    if field in names:
        return [(names[field], False)]
    taken = set(names.values())
    own = [field] + ([ANNOTATE[field]] if field in ANNOTATE else [])
    tried = [(name, ours) for name in own] + [(name, False) for name in ALIASES.get(field, ())]
    return [(name, strict) for name, strict in tried if name not in taken]


def _read(field: str, content: Any) -> Any:
    """The value of the field that somebody else's content gives; None: it gives none."""
    if field in INSTANTS:
        return instant(content)
    if isinstance(content, int) and not isinstance(content, bool) and field != "text":
        return content if field == "urgency" else str(content)
    if not isinstance(content, str) or not content.strip():
        return None
    if field == "urgency":
        return int(content) if content in tuple("123456789") else None
    return content if field in ("text", "headline") else content.strip()


def _guid(known: Mapping[str, Any]) -> str | None:
    """A guid for an item that has none: its address, else its content.

    Never its place: read again from another folder, in another order or with new items before it, it is the same item.
    The price: an item without id and address whose text was corrected is another item.
    """
    if not isinstance(known.get("text"), str):
        return None
    url = known.get("url")
    if isinstance(url, str) and url:
        return url if len(url) <= MAX_GUID_CHARS else f"digest:{ids.digest(url)}"
    parts = (known.get("headline"), known.get("published_at"), known["text"])
    return f"content:{ids.digest(*(part if isinstance(part, str) else '' for part in parts))}"


def _joined(known: Mapping[str, Any], unknown: dict[str, Any]) -> dict[str, Any]:
    """Both in one; where they would hide each other, the origin that came along stays whole, one level down."""
    if "origin" not in known:
        return unknown
    came: Any = known["origin"]
    if isinstance(came, dict) and not came.keys() & unknown.keys():
        return came | unknown
    return unknown | {"origin": came}
