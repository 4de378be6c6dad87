"""Feeds of every dialect, as they should be and as they are, → entries and articles."""

import tarfile
from collections import Counter
from pathlib import Path

import pytest

from pipeline.records import Article, Problem
from pipeline.sources.formats import feed
from pipeline.sources.formats.entries import MAX_ENTRIES, Entry, Feed
from pipeline.sources.items import Place, Rejected

URL = "https://wire.example/world/feed.xml"
PLACE = Place(path=URL, provider="wire", guid="feed", article_bytes=1_000_000)
CORPORA = Path(__file__).parents[4] / "shared" / "corpora"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"
     xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Harbour &amp;amp; Hill News</title><link>https://wire.example/</link><language>en-GB</language><ttl>15</ttl>
<atom:link rel="hub" href="https://hub.example/"/><atom:link rel="self" href="https://wire.example/rss"/>
<item><title>Ferry &amp;amp; bridge: Tom&amp;#8217;s view</title><link>../a?x=1</link><guid isPermaLink="false">hh-1</guid>
  <pubDate>Sun, 16 Jun 2024 10:00:00 +0200</pubDate><dc:creator>Ada Quill</dc:creator><category>transport</category>
  <source url="https://other.example/">Other Agency</source>
  <description>Short.</description>
  <content:encoded><![CDATA[<p>The ferry <b>sank</b>.</p><p>Nobody was hurt&nbsp;&mdash; all swam.</p>
    <script>x()</script>]]></content:encoded>
</item>
<item><title>5 &lt; 6</title><guid>hh-2</guid><description>Plain text &amp;amp; nothing else</description></item>
</channel></rss>"""

ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="en">
<title>Hill</title><link rel="self" href="/atom"/>
<at:deleted-entry ref="urn:h:1" when="2024-06-16T08:00:00Z"/>
<at:deleted-entry ref="urn:h:2" when="2024-06-16T11:00:00+02:00"><at:comment>Not so.</at:comment></at:deleted-entry>
<entry xml:base="https://b.example/q/"><id>urn:h:3</id><title type="text">a &lt;b&gt; c</title><link href="z"/>
  <published>2024-06-15T08:00:00Z</published><updated>2024-06-16T08:00:00Z</updated>
  <summary>Short.</summary>
  <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Rebels <b>left</b>.</p><p>So they say.</p></div></content>
</entry></feed>"""

RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://wire.example/"><title>T</title><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency></channel>
<item rdf:about="https://wire.example/9"><title>Nine</title><link>https://wire.example/9</link><description>Text.</description>
<dc:date>2024-06-16T08:00:00Z</dc:date></item></rdf:RDF>"""


def read(text: str | bytes, **rest: str) -> Feed:
    found = feed.read(text if isinstance(text, bytes) else text.encode(), URL, **rest)
    assert isinstance(found, Feed)
    return found


def test_rss() -> None:
    found = read(RSS)
    assert (found.title, found.hub, found.self_url, found.pace_seconds) == (
        "Harbour & Hill News",
        "https://hub.example/",
        "https://wire.example/rss",
        900.0,
    )
    assert found.entries == (
        Entry(
            guid="hh-1",
            url="https://wire.example/a?x=1",
            headline="Ferry & bridge: Tom’s view",
            text="The ferry sank.\n\nNobody was hurt — all swam.",
            published_at="2024-06-16T08:00:00.000Z",
            language="en-GB",
            credit="Other Agency",
            origin={
                "format": "rss20",
                "text_from": "content",
                "summary": "Short.",
                "authors": [{"name": "Ada Quill"}],
                "author": "Ada Quill",
                "tags": [{"term": "transport", "scheme": None, "label": None}],
            },
        ),
        Entry(
            guid="hh-2",
            headline="5 < 6",
            text="Plain text & nothing else",
            language="en-GB",
            origin={"format": "rss20", "text_from": "summary"},
        ),
    )


def test_atom_and_its_tombstones() -> None:
    """feedparser keeps one of them at most."""
    found = read(ATOM)
    assert found.self_url == "https://wire.example/atom"
    assert found.entries == (
        Entry(
            guid="urn:h:3",
            url="https://b.example/q/z",
            headline="a <b> c",
            text="Rebels left.\n\nSo they say.",
            published_at="2024-06-15T08:00:00.000Z",
            language="en",
            origin={
                "format": "atom10",
                "text_from": "content",
                "updated_at": "2024-06-16T08:00:00.000Z",
                "summary": "Short.",
            },
        ),
        Entry(guid="urn:h:1", deleted=True, origin={"format": "atom10", "updated_at": "2024-06-16T08:00:00.000Z"}),
        Entry(
            guid="urn:h:2",
            deleted=True,
            origin={"format": "atom10", "updated_at": "2024-06-16T09:00:00.000Z", "comment": "Not so."},
        ),
    )


def test_rdf() -> None:
    found = read(RDF)
    assert found.pace_seconds == 1_800
    (entry,) = found.entries
    assert (entry.guid, entry.url, entry.published_at) == (
        "https://wire.example/9",
        "https://wire.example/9",
        "2024-06-16T08:00:00.000Z",
    )


def test_articles_of_a_file() -> None:
    """Golden: whole articles, each in its first version."""
    first, second = feed.parse(RSS.encode(), PLACE)
    assert isinstance(first, Article)
    assert second == Article(
        provider="wire",
        guid="hh-2",
        text="Plain text & nothing else",
        headline="5 < 6",
        language="en-GB",
        origin={"format": "rss20", "text_from": "summary"},
    )
    assert (first.key, first.version, first.status) == ("wire|hh-1", "1", "usable")
    canceled = [item for item in feed.parse(ATOM.encode(), PLACE) if isinstance(item, Article)][1:]
    assert [(item.guid, item.status, item.text) for item in canceled] == [
        ("urn:h:1", "canceled", ""),
        ("urn:h:2", "canceled", ""),
    ]


def one(item: str, head: str = "") -> Entry:
    (entry,) = read(f"<rss version='2.0'><channel>{head}<item>{item}</item></channel></rss>").entries
    return entry


def test_an_identity_does_not_depend_on_where_the_feed_is() -> None:
    """And one that is no URL is no link either."""
    entry = one("<title>x</title><guid>story-7</guid>")
    assert (entry.guid, entry.url) == ("story-7", None)


def test_a_permalink_is_the_link() -> None:
    entry = one("<title>x</title><guid>https://wire.example/7</guid>")
    assert (entry.guid, entry.url) == ("https://wire.example/7", "https://wire.example/7")


def test_a_headline_is_better_than_nothing() -> None:
    entry = one("<title>Minister resigns</title><guid>1</guid>")
    assert (entry.text, entry.origin["text_from"]) == ("Minister resigns", "title")


def test_links_that_run_something_are_none() -> None:
    assert one("<title>x</title><link>javascript:alert(1)</link>").url is None


@pytest.mark.parametrize("date", ["", "soon", "Thu, 99 Foo 2024", "0000-00-00T00:00:00Z"])
def test_no_date_is_none(date: str) -> None:
    assert one(f"<title>x</title><guid>1</guid><pubDate>{date}</pubDate>").published_at is None


def test_charset_lies_are_repaired_and_said() -> None:
    text = RSS.replace("Short.", "Été").replace("utf-8", "iso-8859-1")
    assert (read(text).entries[0].origin["summary"], read(text).entries[0].origin["encoding"]) == ("Été", "utf-8")
    latin = read(RSS.replace("Short.", "Été").encode("cp1252")).entries[0].origin
    assert (latin["summary"], latin["encoding"]) == ("Été", "windows-1252")


def test_ill_formed_xml_is_read_and_said() -> None:
    (entry,) = read("<rss version='2.0'><channel><item><title>A & B</title><guid>1</guid></item>").entries
    assert (entry.headline, "flaw" in entry.origin) == ("A & B", True)


def test_an_empty_feed_is_a_feed() -> None:
    assert read("<rss version='2.0'><channel><title>Quiet</title></channel></rss>") == Feed(entries=(), title="Quiet")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not-a-feed"),
        (b"<html><body>404</body></html>", "not-a-feed"),
        (b"\x89PNG\r\n\x1a\n", "not-a-feed"),
        (b"{}", "not-a-feed"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"/>', "refused-xml"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"/>'.encode("utf-16"), "refused-xml"),
        (b" " * (feed.MAX_FEED_BYTES + 1), "too-large"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom">' + b"<entry>" * (feed.MAX_PARSED_ENTRIES + 1), "too-large"),
        (
            b'<a:feed xmlns:a="http://www.w3.org/2005/Atom">' + b"<a:entry/>" * (feed.MAX_PARSED_ENTRIES + 1),
            "too-large",
        ),
    ],
    ids=lambda value: f"{len(value)} bytes" if isinstance(value, bytes) else value,
)
def test_no_feed(data: bytes, code: str) -> None:
    found = feed.read(data, URL)
    assert isinstance(found, Problem)
    assert found.code == code
    (item,) = feed.parse(data, PLACE)
    assert isinstance(item, Rejected)
    assert item.problem == found


def test_a_page_that_names_its_feed() -> None:
    """The next step is said."""
    page = b'<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head><body>x</body></html>'
    assert feed.read(page, URL) == Problem(
        code="not-a-feed", message="a web page, whose feed is at https://wire.example/rss"
    )


def test_too_many_entries_are_counted() -> None:
    items = "".join(f"<item><guid>{number}</guid><title>x</title></item>" for number in range(MAX_ENTRIES + 3))
    found = read(f"<rss version='2.0'><channel>{items}</channel></rss>")
    assert (len(found.entries), found.beyond, found.empty) == (MAX_ENTRIES, 3, 0)


def test_what_only_begins_like_an_entry_is_none() -> None:
    found = read(
        f"<rss version='2.0'><channel>{'<items/>' * (feed.MAX_PARSED_ENTRIES + 1)}<item><title>x</title></item>"
    )
    assert (len(found.entries), found.beyond) == (1, 0)


def test_entries_that_say_nothing_are_counted() -> None:
    found = read("<rss version='2.0'><channel><item><guid>1</guid></item></channel></rss>")
    assert (found.entries, found.empty) == ((), 1)


@pytest.mark.skipif(not CORPORA.exists(), reason="the corpora are not here")
@pytest.mark.parametrize(("corpus", "fewest"), [("feedparser-tests", {"ok": 1_836}), ("feedvalidator", {"ok": 1_655})])
def test_corpus(corpus: str, fewest: dict[str, int]) -> None:
    """Every file of a corpus is a feed with sound entries, or one problem; how many of which was looked at once."""
    counts: Counter[str] = Counter()
    with tarfile.open(CORPORA / f"{corpus}.tar.gz") as archive:
        for member in archive:
            stream = archive.extractfile(member) if member.name.endswith(".xml") else None
            if stream is None:
                continue
            found = feed.read(stream.read(), URL)
            counts[found.code if isinstance(found, Problem) else "ok"] += 1
            for item in feed.parse(b"", PLACE) if isinstance(found, Problem) else []:
                assert isinstance(item, Rejected)
            entries = () if isinstance(found, Problem) else found.entries
            assert len({entry.guid for entry in entries}) == len(entries)
            assert all(entry.guid and len(entry.guid) <= 512 for entry in entries)
    assert set(counts) <= {"ok", "not-a-feed", "refused-xml", "too-large"}
    assert counts["ok"] == fewest["ok"]
