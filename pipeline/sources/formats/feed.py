"""RSS 0.9x and 2.0, RDF, Atom and JSON Feed → entries: the only door to feedparser. Foreign bytes: only in a killable child.

feedparser reads what is ill-formed, too, which is most of what makes feeds hard. What it does not do is done here: charsets,
identities, plain text, tombstones (RFC 6721).
"""

import calendar
import io
import re
import time
from typing import Any

import feedparser

from pipeline import instants
from pipeline.records import Problem
from pipeline.sources.formats import charset, json_feed, prose, tombstones
from pipeline.sources.formats.entries import MAX_ENTRIES, Entry, Feed, identified, joined, kept, sound, values, web
from pipeline.sources.guards import xml
from pipeline.sources.items import Item, Place, article, reject

MAX_FEED_BYTES = 5 * 1024 * 1024
# Measured: feedparser takes 15 to 25 µs for an entry that says nothing. 100,000 of them are read in the parsers' 2 s by one
# machine and not by the next.
MAX_PARSED_ENTRIES = 10 * MAX_ENTRIES
XHTML = "application/xhtml+xml"
# https://web.resource.org/rss/1.0/modules/syndication/
PERIOD_SECONDS = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:entry|item)\b", re.IGNORECASE)
# What it says of the encoding is settled by then.
DECLARATION = re.compile(r"\A\s*<\?xml\s[^>]{0,500}\?>")
NO_FEED = "neither RSS, Atom nor JSON Feed: check the URL"
ADVERTISED = ("application/rss+xml", "application/atom+xml", "application/feed+json")
MAPPED = set(
    "content guidislink id language link links published source summary title updated created expired base".split()
)
DERIVED = ("_detail", "_parsed")
REFERENCE = re.compile(r"&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)


def parse(data: bytes, place: Place) -> list[Item]:
    """The articles of a feed in a file, each in its first version."""
    feed = read(data, place.path)
    if isinstance(feed, Problem):
        return [reject(place, None, feed.code, feed.message, data)]
    items = [
        article(values(entry, place.provider, 1, entry.origin.get("updated_at")), place, None, b"")
        for entry in feed.entries
    ]
    items += [reject(place, None, problem.code, problem.message) for problem in feed.left_out]
    return items


def read(data: bytes, url: str, declared: str | None = None) -> Feed | Problem:
    """The feed of bytes that came from `url`, with the charset that the transport `declared`; or why there is none."""
    if len(data) > MAX_FEED_BYTES:
        return Problem(code="too-large", message=f"a feed of more than {MAX_FEED_BYTES:,} bytes")
    decoded = charset.read(data, declared)
    text = DECLARATION.sub("", decoded.text, count=1).lstrip()
    if text.startswith("{"):
        return json_feed.read(text.encode(), url)
    if refused := xml.refusal(text):
        return refused
    if len(ENTRY.findall(text)) > MAX_PARSED_ENTRIES:
        return Problem(code="too-large", message=f"a feed of more than {MAX_PARSED_ENTRIES:,} entries")
    parsed = feedparser.parse(
        io.BytesIO(text.encode()),
        # Without content-location: links are resolved here, for feedparser would resolve identities, too, and a feed that
        # moves would change them all.
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    dialect = parsed.get("version")
    if not parsed.entries and (not dialect or parsed.bozo):
        return Problem(code="not-a-feed", message=_advertised(text, url) or _flaw(parsed) or NO_FEED)
    marks = {"format": dialect or "unknown"} | ({"encoding": decoded.encoding} if decoded.repaired else {})
    if flaw := _flaw(parsed):
        marks["flaw"] = flaw
    deleted = tombstones.deleted(text.encode(), marks)
    found = [_entry(one, parsed.feed, url, marks) for one in parsed.entries[:MAX_ENTRIES]]
    return Feed(
        entries=identified([*found, *deleted[:MAX_ENTRIES]]),
        beyond=max(0, len(parsed.entries) - MAX_ENTRIES) + max(0, len(deleted) - MAX_ENTRIES),
        empty=sum(entry.is_empty for entry in found),
        title=_words(parsed.feed, "title"),
        hub=_link(parsed.feed, "hub", url),
        self_url=_link(parsed.feed, "self", url),
        pace_seconds=_pace(parsed.feed),
    )


def _advertised(text: str, url: str) -> str | None:
    """What to say of a web page that names its feed."""
    page = xml.html(text) if "<link" in text else None
    for link in xml.descendants(page, "link"):
        if xml.attribute(link, "rel").lower() == "alternate" and xml.attribute(link, "type").lower() in ADVERTISED:
            return f"a web page, whose feed is at {web(joined(url, xml.attribute(link, 'href')))}"
    return None


def _flaw(parsed: Any) -> str | None:
    """Why a strict parser would refuse it."""
    return kept(f"{parsed.get('bozo_exception', 'malformed')}")[:200] if parsed.bozo else None


def _entry(one: Any, feed: Any, base: str, marks: dict[str, str]) -> Entry:
    headline = _words(one, "title")
    text, text_from = _text(one, headline)
    published_at, updated_at = _instant(one, "published"), _instant(one, "updated")
    origin: dict[str, Any] = marks | {"text_from": text_from}
    if updated_at:
        origin["updated_at"] = updated_at
    if text_from == "content" and (summary := _words(one, "summary")):
        origin["summary"] = kept(summary)
    rest = {name: value for name, value in list(one.items())[:40] if name not in MAPPED and not name.endswith(DERIVED)}
    if links := [link.get("href") for link in one.get("links", []) if link.get("rel") != "alternate"]:
        rest["links"] = links
    source = one.get("source")
    return Entry(
        guid=sound(str(one.get("id") or "").strip()),
        url=_address(one, base),
        headline=headline,
        text=text,
        published_at=published_at or updated_at or _instant(one, "created"),
        language=_language(one, feed),
        credit=(_words(source, "title") or "")[:512] or None if source else None,
        origin=origin | {name: kept(value) for name, value in rest.items()},
    )


def _text(one: Any, headline: str | None) -> tuple[str, str]:
    """(the longest content, else the summary, else the headline again; which of them it is)."""
    contents = [_plain(each) for each in one.get("content", []) if _readable(each)]
    longest = max(contents, key=len, default="")
    if longest:
        return longest, "content"
    summary = _words(one, "summary", paragraphs=True)
    return (summary, "summary") if summary else (headline or "", "title")


def _readable(detail: Any) -> bool:
    kind = str(detail.get("type") or "text/html")
    return kind.startswith("text/") or kind == XHTML


def _words(values: Any, name: str, *, paragraphs: bool = False) -> str | None:
    """The plain text of a field; on one line unless `paragraphs`."""
    detail = values.get(f"{name}_detail") or {"value": values.get(name)}
    text = _plain(detail)
    return (text if paragraphs else " ".join(text.split())) or None


def _plain(detail: Any) -> str:
    """Markup is taken out; a reference in what calls itself plain text was escaped once too often."""
    value = str(detail.get("value") or "")
    is_markup = str(detail.get("type")) in ("text/html", XHTML) or REFERENCE.search(value)
    return sound(prose.of_html(value) if is_markup else value.strip())


def _instant(one: Any, name: str) -> str | None:
    # dict's own `get`: feedparser's gives the date of publication where there is none of the update
    moment: time.struct_time | None = dict.get(one, f"{name}_parsed")
    try:
        return instants.from_ms(calendar.timegm(moment) * 1000) if moment else None
    except (ValueError, OverflowError):
        return None


def _language(one: Any, feed: Any) -> str | None:
    detail = (one.get("content") or [one.get("summary_detail") or {}])[0]
    said = one.get("language") or detail.get("language") or feed.get("language")
    return sound(str(said)).strip()[:35] or None if said else None


def _address(one: Any, base: str) -> str | None:
    """Where a person can read it. An identity that is no URL is no link, whatever RSS says of isPermaLink."""
    link = str(one.get("link") or "")
    return web(link) if link == one.get("id") else web(joined(base, link)) if link else None


def _link(feed: Any, relation: str, base: str) -> str | None:
    links = (link for link in feed.get("links", []) if relation in str(link.get("rel")).split())
    found = (web(joined(base, str(link.get("href") or ""))) for link in links)
    return next((url for url in found if url), None)


def _pace(feed: Any) -> float | None:
    """RSS's ttl in minutes, else the syndication module's period and frequency."""
    ttl, period = str(feed.get("ttl", "")).strip(), str(feed.get("sy_updateperiod", "")).strip().lower()
    if ttl.isdecimal() and 0 < len(ttl) < 7:
        return float(ttl) * 60
    often = str(feed.get("sy_updatefrequency", "1")).strip()
    if period in PERIOD_SECONDS and often.isdecimal() and int(often[:6]) > 0:
        return PERIOD_SECONDS[period] / int(often[:6])
    return None
