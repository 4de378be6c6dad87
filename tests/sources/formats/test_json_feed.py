"""JSON Feed 1.0 and 1.1 → entries."""

import pytest

from pipeline import codec
from pipeline.records import Problem
from pipeline.sources.formats import feed
from pipeline.sources.formats.entries import Entry, Feed

URL = "https://wire.example/feed.json"
VERSION = "https://jsonfeed.org/version/1.1"


def read(**values: object) -> Feed | Problem:
    return feed.read(codec.encode({"version": VERSION, "title": "Wire"} | values), URL)


def test_a_feed() -> None:
    found = read(
        language="en",
        feed_url="https://wire.example/feed.json",
        hubs=[{"type": "rssCloud", "url": "https://no.example/"}, {"type": "WebSub", "url": "https://hub.example/"}],
        items=[
            {
                "id": 7,
                "url": "/7",
                "title": "Seven",
                "content_html": "<p>One.</p><p>Two.</p>",
                "summary": "Short.",
                "date_published": "2024-06-16T10:00:00+02:00",
                "date_modified": "2024-06-16T09:00:00Z",
                "tags": ["a"],
            },
            {"id": "8", "content_text": "Text.", "language": "de"},
        ],
    )
    assert found == Feed(
        title="Wire",
        hub="https://hub.example/",
        self_url="https://wire.example/feed.json",
        entries=(
            Entry(
                guid="7",
                url="https://wire.example/7",
                headline="Seven",
                text="One.\n\nTwo.",
                published_at="2024-06-16T08:00:00.000Z",
                language="en",
                origin={
                    "format": "json-feed",
                    "text_from": "content",
                    "updated_at": "2024-06-16T09:00:00.000Z",
                    "summary": "Short.",
                    "tags": ["a"],
                },
            ),
            Entry(guid="8", text="Text.", language="de", origin={"format": "json-feed", "text_from": "content"}),
        ),
    )


@pytest.mark.parametrize(
    ("item", "text", "text_from"),
    [
        ({"summary": "Short.", "title": "T"}, "Short.", "summary"),
        ({"title": "T"}, "T", "title"),
        ({"content_html": "<img src=x>", "summary": "Short."}, "Short.", "summary"),
        ({"content_text": " ", "content_html": "<b>x</b>"}, "x", "content"),
    ],
)
def test_the_best_text_that_there_is(item: dict[str, str], text: str, text_from: str) -> None:
    found = read(items=[{"id": "1"} | item])
    assert isinstance(found, Feed)
    assert [(one.text, one.origin["text_from"]) for one in found.entries] == [(text, text_from)]


def test_wrong_types_are_no_values() -> None:
    """Nothing of it breaks; what says nothing is counted."""
    found = read(items=[{"id": {"a": 1}, "title": 3, "date_published": 7, "url": []}, "x", None], hubs=7, feed_url=8)
    assert found == Feed(title="Wire", entries=(), empty=3)


@pytest.mark.parametrize("data", [b"{", b"{}", b'{"version":"2.0"}', b"{" * 100_000, b'{"version":7,"items":[]}'])
def test_no_json_feed(data: bytes) -> None:
    found = feed.read(data, URL)
    assert isinstance(found, Problem)
    assert found.code == "not-a-feed"
