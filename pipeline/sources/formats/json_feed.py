"""JSON Feed 1.0 and 1.1 (jsonfeed.org) → entries."""

from typing import Any

from pipeline import codec, instants
from pipeline.records import Problem
from pipeline.sources.formats import prose
from pipeline.sources.formats.entries import MAX_ENTRIES, Entry, Feed, identified, joined, kept, sound, web

VERSION = "https://jsonfeed.org/version/1"
MAPPED = {
    "id",
    "url",
    "title",
    "content_html",
    "content_text",
    "summary",
    "date_published",
    "date_modified",
    "language",
}


def read(data: bytes, url: str) -> Feed | Problem:
    """The feed of UTF-8 bytes that came from `url`."""
    try:
        feed = codec.decode(data)
    except codec.DecodeError as error:
        return Problem(code="not-a-feed", message=f"{error.code}: {error}")
    if not isinstance(feed, dict) or not str(feed.get("version")).startswith(VERSION):
        return Problem(code="not-a-feed", message="a JSON object, but no JSON Feed: check the URL")
    items = [one for one in _list(feed, "items") if isinstance(one, dict)]
    hubs = [one for one in _list(feed, "hubs") if isinstance(one, dict) and one.get("type") == "WebSub"]
    found = [_entry(one, feed, url) for one in items[:MAX_ENTRIES]]
    return Feed(
        entries=identified(found),
        beyond=max(0, len(items) - MAX_ENTRIES),
        empty=sum(entry.is_empty for entry in found) + len(_list(feed, "items")) - len(items),
        title=_line(feed.get("title")),
        hub=next((address for one in hubs if (address := web(one.get("url")))), None),
        self_url=web(feed.get("feed_url")),
    )


def _entry(one: dict[str, Any], feed: dict[str, Any], url: str) -> Entry:
    headline, summary = _line(one.get("title")), _line(one.get("summary"))
    text, text_from = _text(one, summary, headline)
    updated_at = _instant(one.get("date_modified"))
    origin: dict[str, Any] = {"format": "json-feed", "text_from": text_from}
    if updated_at:
        origin["updated_at"] = updated_at
    if summary and text_from == "content":
        origin["summary"] = kept(summary)
    language = one.get("language") or feed.get("language")
    return Entry(
        guid=sound(str(one.get("id") if isinstance(one.get("id"), str | int | float) else "").strip()),
        url=web(joined(url, one.get("url"))),
        headline=headline,
        text=text,
        published_at=_instant(one.get("date_published")) or updated_at,
        language=language[:35] if isinstance(language, str) else None,
        origin=origin | {name: kept(value) for name, value in list(one.items())[:40] if name not in MAPPED},
    )


def _text(one: dict[str, Any], summary: str | None, headline: str | None) -> tuple[str, str]:
    """Text where the feed has it, else its HTML without the markup, else the summary, else the headline again."""
    text = one.get("content_text")
    if isinstance(text, str) and text.strip():
        return text.strip(), "content"
    markup = one.get("content_html")
    if isinstance(markup, str) and (words := prose.of_html(markup)):
        return words, "content"
    return (summary, "summary") if summary else (headline or "", "title")


def _list(feed: dict[str, Any], name: str) -> list[Any]:
    value = feed.get(name)
    return value if isinstance(value, list) else []


def _line(value: Any) -> str | None:
    return " ".join(value.split()) or None if isinstance(value, str) else None


def _instant(value: Any) -> str | None:
    """Ours of theirs; None where it is none, or lies before the year 1."""
    try:
        moment = instants.to_ms(value) if isinstance(value, str) else None
        return None if moment is None else instants.from_ms(moment)
    except OverflowError:
        return None
