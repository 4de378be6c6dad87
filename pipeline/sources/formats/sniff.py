"""Which format bytes are in: root element, JSON keys, control bytes. Names are those of the tables of readers."""

import re

from pipeline import codec
from pipeline.sources.guards.encoding import decode

HEAD_BYTES = 64 * 1024
ROOTS = {
    "newsMessage": "newsml",
    "newsItem": "newsml",
    "packageItem": "newsml",
    "conceptItem": "newsml",
    "knowledgeItem": "newsml",
    "planningItem": "newsml",
    "catalogItem": "newsml",
    "NewsML": "newsml1",
    "nitf": "nitf",
    "rss": "feed",
    "feed": "feed",
    "RDF": "feed",
    "channel": "feed",
    "html": "html",
}
ROOT = re.compile(r"<(?:[A-Za-z_][\w.-]{0,100}:)?([A-Za-z_][\w.-]{0,100})[\s/>]")
# What may stand before the root: white space, declarations, comments, a DOCTYPE.
PROLOG = re.compile(
    r"\s+|<\?[^>]{0,2000}\?>|<!--(?:(?!-->)[\s\S]){0,10000}-->|<![Dd][Oo][Cc][Tt][Yy][Pp][Ee]([^>\[]{0,1000})>"
)
HTML = re.compile(r"<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
ANPA = re.compile(r"\x16{0,9}\x01\s{0,4}[A-Za-z]\d{3,4}[\x00-\x20]")
SEVEN_NINE = re.compile(r"\x16{0,9}\x01\s{0,4}[A-Za-z]{1,12}\s?\d{1,6}\s{1,3}\d\s")
MAIN_TEXT = frozenset(("maintext", "date_publish", "date_download", "source_domain"))
NINJS = frozenset(
    "pubstatus pubStatus versioncreated versionCreated firstcreated firstCreated body_text body_xhtml body_html bodies headlines "
    "embargoed embargoedUntil altids infosources infoSources urgency type $schema".split()
)


def sniff(data: bytes) -> str | None:
    """ "ninjs", "newsml", "newsml1", "nitf", "iptc7901", "anpa", "feed", "json-feed", "news-please", "article", "html" or None.

    AP's content is "ninjs", which reads it. A list of JSON objects is what its first one is.
    """
    head = decode(_width(data[:HEAD_BYTES])).text.lstrip("\ufeff \t\r\n\0\x0b\x0c")
    if head.startswith(("\x16", "\x01")):
        return "iptc7901" if SEVEN_NINE.match(head) else "anpa" if ANPA.match(head) else None
    if head.startswith("<"):
        return _marked_up(head)
    return _json(data) if head.startswith(("{", "[")) else None


def _marked_up(head: str) -> str | None:
    place = 0
    while found := PROLOG.match(head, place):
        if (found[1] or "").strip().lower().startswith("html"):
            return "html"
        place = found.end()
    root = ROOT.match(head, place)
    name = root[1] if root else ""
    return ROOTS.get(name) or ROOTS.get(name.lower()) or ("html" if HTML.match(head, place) else None)


def _json(data: bytes) -> str | None:
    """Lines of JSON are told by their first line."""
    text = decode(data).text.encode()
    value = _decoded(text)
    if value is None:
        value = _decoded(text.lstrip().partition(b"\n")[0])
    if isinstance(value, list):
        value = value[0] if value else None
    return _keys(value.keys() | set()) if isinstance(value, dict) else None


def _keys(keys: set[str]) -> str | None:
    """Ninjs has only `uri` that it must have; so a `uri` beside any of its other names."""
    if "items" in keys and ("version" in keys or "feed_url" in keys or "home_page_url" in keys):
        return "json-feed"
    if len(keys & MAIN_TEXT) >= 2:
        return "news-please"
    if "guid" in keys and "provider" in keys and "text" in keys:
        return "article"
    if ("uri" in keys or "altids" in keys) and keys & NINJS:
        return "ninjs"
    return "article" if "text" in keys and keys & {"guid", "id"} else "ninjs" if "uri" in keys else None


def _decoded(text: bytes) -> object:
    try:
        return codec.decode(text)
    except codec.DecodeError:
        return None


def _width(head: bytes) -> bytes:
    """UTF-16 without a mark reads as ASCII once its zeros are gone: enough for a root element."""
    return head.replace(b"\0", b"") if head[:2] in (b"<\0", b"\0<", b"{\0", b"\0{") else head
