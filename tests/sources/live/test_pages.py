"""The page behind a summary, read by the extractor that we ship."""

import pytest

from pipeline.sources.formats import html
from pipeline.sources.formats.entries import Entry
from pipeline.sources.guards.child import Children
from pipeline.sources.items import Place
from pipeline.sources.live.base import Response
from pipeline.sources.live.pages import Pages, charset
from tests.sources.live.fakes import FakeWeb, here

PLACE = Place(path="https://wire.example/rss", provider="wire", guid="feed", article_bytes=1_000_000)
SENTENCE = "The ferry ran aground near the old lighthouse on Sunday, and all of its passengers were brought ashore. "
PAGE = f"""<html><head><title>Ferry – Harbour News</title>
<meta property="article:published_time" content="2024-06-16T09:30:00+02:00"></head>
<body><nav><a href="/">Home</a></nav><article><h1>Ferry aground</h1><p>{SENTENCE * 3}</p><p>{SENTENCE * 2}</p></article>
<footer>All rights reserved</footer></body></html>"""


async def test_text_and_time_of_day() -> None:
    page = Response(status=200, url="https://wire.example/1", body=PAGE.encode())
    entry = Entry(guid="1", url="https://wire.example/1", headline="Ferry aground", text="Short.")
    (found,) = await Pages(FakeWeb([page]), here, html.parse, PLACE).full([entry])
    assert found.text.split("\n")[0] == (SENTENCE * 3).strip()
    assert "rights" not in found.text
    assert "Home" not in found.text
    assert found.published_at is not None
    assert found.published_at.startswith("2024-06-16T07:30:00")
    assert (found.guid, found.headline, found.origin) == (
        "1",
        "Ferry aground",
        {"text_from": "page", "summary": "Short."},
    )


async def test_in_a_child_it_is_the_same() -> None:
    """What goes there and comes back can be pickled."""
    page = Response(status=200, url="https://wire.example/1", body=PAGE.encode())
    entry = Entry(guid="1", url="https://wire.example/1", headline="Ferry aground", text="Short.")
    with Children() as apart:
        found = await Pages(FakeWeb([page]), apart, html.parse, PLACE).full([entry])
    assert found == await Pages(FakeWeb([page]), here, html.parse, PLACE).full([entry])


async def test_a_page_without_text_says_so() -> None:
    page = Response(status=200, url="https://wire.example/1", body=b"<html><body></body></html>")
    entry = Entry(guid="1", url="https://wire.example/1", text="Short.")
    (found,) = await Pages(FakeWeb([page]), here, html.parse, PLACE).full([entry])
    assert found.text == "Short."
    assert found.origin["page"].startswith("no-text")


async def test_nobody_is_asked_for_what_has_no_page() -> None:
    web = FakeWeb([])
    entries = [Entry(guid="1", text="Short."), Entry(guid="2", deleted=True)]
    first, second = await Pages(web, here, html.parse, PLACE).full(entries)
    assert first.origin["page"].startswith("no-link")
    assert (second, web.asked) == (entries[1], [])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("text/html; charset=koi8-r", "koi8-r"),
        ('text/html; x=y; CHARSET="utf-8"', "utf-8"),
        ("text/html", None),
        ("text/html; charset=", None),
        ("", None),
    ],
)
def test_charset(said: str, expected: str | None) -> None:
    assert charset({"content-type": said} if said else {}) == expected
