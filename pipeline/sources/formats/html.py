"""A web page → its article: the only door to trafilatura, which is the extra [html]. Only in a killable child."""

import re
from typing import Any

from pipeline import ids
from pipeline.sources.formats.page_head import PageHead, host, page_head
from pipeline.sources.guards import xml
from pipeline.sources.guards.encoding import Decoded, decode
from pipeline.sources.items import Item, Place, article, reject

EXTRA = "web pages are read with trafilatura: pip install 'tickertape[html]'"
META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
# Where the HTML standard looks for it, and some.
CHARSET_BYTES = 4_096
MAX_GUID_CHARS = 512


def parse(
    data: bytes,
    place: Place,
    url: str | None = None,
    charset: str | None = None,
    fetched_at: str | None = None,
) -> list[Item]:
    """The article of a page, or why there is none. `url`: where it was fetched; `charset`: what HTTP declared.

    The guid is the page's canonical address, if it lies on the host that the page came from; else that where it was
    fetched; else the place's. `fetched_at` orders its versions: fetched again later, it is a later version.
    """
    if len(data) > xml.MAX_BYTES:
        return [reject(place, None, "too-large", f"{len(data):,} bytes of HTML; at most {xml.MAX_BYTES:,} are read")]
    declared = META_CHARSET.search(data[:CHARSET_BYTES])
    decoded = decode(data, charset or (declared[1].decode("ascii") if declared else None))
    root = xml.html(decoded.text)
    if root is None:
        refused = xml.refusal(decoded.text)
        code, message = (refused.code, refused.message) if refused else ("no-text", "there is nothing in it")
        return [reject(place, None, code, message, data)]
    try:
        text = _text(decoded.text, url)
    except ImportError:
        return [reject(place, None, "extra-missing", EXTRA, data)]
    head = page_head(root, url)
    text = _without(text, head.headline)
    if not text:
        return [reject(place, None, "no-text", "no article text on this page", data)]
    return [article(_values(text, head, place, url, fetched_at) | _origin(head, decoded), place, None, data)]


def _text(markup: str, url: str | None) -> str:
    """The main text, in paragraphs; raises ImportError."""
    import trafilatura

    found = trafilatura.extract(markup, url=url, include_comments=False, with_metadata=False)
    return (found or "").strip()


def _without(text: str, headline: str | None) -> str:
    """The text without the headline that trafilatura puts before it."""
    first, _, rest = text.partition("\n")
    return rest.strip() if headline and first.strip() == headline else text


def _values(text: str, head: PageHead, place: Place, url: str | None, fetched_at: str | None) -> dict[str, Any]:
    address = head.canonical if head.canonical and (url is None or host(head.canonical) == host(url)) else url
    guid = address or place.guid
    return {
        "provider": place.provider,
        "guid": guid if len(guid) <= MAX_GUID_CHARS else f"digest:{ids.digest(guid)}",
        "text": text,
        "version_created_at": fetched_at or head.modified_at,
        "headline": head.headline,
        "url": address,
        "published_at": head.published_at,
        "language": head.language,
    }


def _origin(head: PageHead, decoded: Decoded) -> dict[str, Any]:
    origin: dict[str, Any] = {"format": "html", "encoding": decoded.encoding, **head.about}
    if decoded.repaired:
        origin["encoding_repaired"] = True
    if head.modified_at:
        origin["modified_at"] = head.modified_at
    return {"origin": origin}
