"""Web pages: the article's text without its surroundings, and what the page says of it."""

import re
from pathlib import Path

import pytest

from pipeline.records import Article
from pipeline.sources.formats import html
from pipeline.sources.formats.page_head import PageHead, host, page_head
from pipeline.sources.guards import xml
from pipeline.sources.items import Item, Place, Rejected
from tests.corpora import unpacked
from tests.sources.formats.pages import FIRST, LINKED_DATA, SECOND, page

PLACE = Place(path="ferry.html", provider="pages", guid="ferry.html", article_bytes=1_000_000)
URL = "https://www.norhamn.example/news/ferry?from=mail"
TEXT = f"{FIRST}\n{SECOND}"


def head(markup: str, url: str | None = None) -> PageHead:
    root = xml.html(markup)
    assert root is not None
    return page_head(root, url)


def test_a_page_is_an_article() -> None:
    """Menu, headline and footer are not its text; times have their hour; the rest is kept."""
    markup = page(
        LINKED_DATA + '<link rel="canonical" href="/news/ferry#top"><meta property="og:site_name" content="Post">'
    )
    assert html.parse(markup.encode(), PLACE, URL, "utf-8", "2026-02-25T06:00:00.000Z") == [
        Article(
            provider="pages",
            guid="https://www.norhamn.example/news/ferry",
            text=TEXT,
            version_created_at="2026-02-25T06:00:00.000Z",
            headline="Ferry stops",
            url="https://www.norhamn.example/news/ferry",
            published_at="2026-02-24T17:06:00.000Z",
            language="en-GB",
            origin={
                "format": "html",
                "encoding": "utf-8",
                "author": "A. Aho, B. Bø",
                "site": "Post",
                "correction": "An earlier version named the wrong harbour.",
                "modified_at": "2026-02-24T18:05:00.000Z",
            },
        )
    ]


def test_a_page_that_says_nothing_of_itself() -> None:
    """A year in the footer is no date of the article."""
    assert html.parse(page().encode(), PLACE) == [
        Article(
            provider="pages",
            guid="ferry.html",
            text=f"Ferry stops\n{TEXT}",
            headline="Ferry stops | The Norhamn Post",
            origin={"format": "html", "encoding": "utf-8"},
        )
    ]


@pytest.mark.parametrize(
    ("canonical", "guid"),
    [
        ("https://norhamn.example/a", "https://norhamn.example/a"),
        ("/a", "https://www.norhamn.example/a"),
        ("https://elsewhere.example/a", URL),
        ("javascript:alert(1)", URL),
        ("https://[", URL),
        ("", URL),
    ],
)
def test_a_page_names_itself_only_on_its_own_host(canonical: str, guid: str) -> None:
    found = html.parse(page(f'<link rel="canonical" href="{canonical}">').encode(), PLACE, URL)[0]
    assert isinstance(found, Article)
    assert (found.guid, found.url) == (guid, guid)


@pytest.mark.parametrize(
    ("declared", "meta", "repaired"),
    [
        ("windows-1252", "", False),
        (None, '<meta charset="windows-1252">', False),
        (None, '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">', False),
        (None, "", True),
        ("utf-8", "", True),
    ],
)
def test_charsets(declared: str | None, meta: str, repaired: bool) -> None:
    """HTTP's word, else the page's own, unless the bytes say otherwise."""
    data = page(meta, first=FIRST.replace("Norhamn", "Nörhamn")).encode("windows-1252")
    found = html.parse(data, PLACE, URL, declared)[0]
    assert isinstance(found, Article)
    assert "Nörhamn" in found.text
    assert found.origin.get("encoding_repaired", False) is repaired


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no-text"),
        (b"<html><body></body></html>", "no-text"),
        (b"<html><body><script>var a = 1</script></body></html>", "no-text"),
        (b"\xff\xfe", "no-text"),
        (b'<!DOCTYPE html [<!ENTITY a "b">]><p>text</p>', "refused-xml"),
        (b"<p " + b"a='1' " * 2_000 + b">text</p>", "refused-xml"),
        (b"<i>" * 300_000, "refused-xml"),
        (b"x" * (xml.MAX_BYTES + 1), "too-large"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_what_is_no_article(data: bytes, code: str) -> None:
    items = html.parse(data, PLACE)
    assert [item.problem.code for item in items if isinstance(item, Rejected)] == [code]
    assert len(items) == 1


def test_without_the_extra_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "trafilatura", None)
    found = html.parse(page().encode(), PLACE)[0]
    assert isinstance(found, Rejected)
    assert found.problem.code == "extra-missing"
    assert "pip install 'tickertape[html]'" in found.problem.message


@pytest.mark.parametrize(
    ("markup", "published_at"),
    [
        ('<meta property="article:published_time" content="2026-02-24T18:05:00+01:00">', "2026-02-24T17:05:00.000Z"),
        ('<meta name="DC.date.issued" content="2026-02-24">', "2026-02-24T00:00:00.000Z"),
        ('<meta itemprop="datePublished" content="2026-02-24T18:05Z">', "2026-02-24T18:05:00.000Z"),
        ('<time itemprop="datePublished" datetime="2026-02-24T18:05Z">', "2026-02-24T18:05:00.000Z"),
        ('<time pubdate datetime="2026-02-24T18:05Z">', "2026-02-24T18:05:00.000Z"),
        ('<time datetime="2026-02-24T18:05Z">', None),
        ('<meta name="date" content="today"><meta name="pubdate" content="2026-02-24">', "2026-02-24T00:00:00.000Z"),
        ('<script type="application/ld+json">{"@type":"NewsArticle","datePublished":</script>', None),
        ('<script type="application/ld+json">[[[{"@type":"Thing","datePublished":"2026-02-24"}]]]</script>', None),
        ('<script type="application/ld+json">[{"@type":"Article","datePublished":["2026-02-24"]}]</script>',
         "2026-02-24T00:00:00.000Z"),
        ('<script type="application/ld+json">{"@type":"Article","datePublished":{"a":1},"author":[[1]]}</script>', None),
        ('<script type="application/ld+json">' + "[" * 2_000 + "</script>", None),
    ],
)  # fmt: skip
def test_when_a_page_was_published(markup: str, published_at: str | None) -> None:
    assert head(page(markup)).published_at == published_at


@pytest.mark.parametrize(
    ("markup", "language"),
    [
        (page(lang=" lang='de_AT'"), "de-AT"),
        (page('<meta property="og:locale" content="en_GB">'), "en-GB"),
        (page(lang=" lang='{{lang}}'"), None),
        (page(), None),
    ],
)
def test_languages(markup: str, language: str | None) -> None:
    assert head(markup).language == language


def test_hosts() -> None:
    assert [host(url) for url in (URL, "urn:x", None, "http://[")] == ["norhamn.example", "", "", ""]


def clear(items: list[Item]) -> bool:
    return len(items) == 1 and (
        isinstance(items[0], Article) or bool(re.fullmatch(r"[a-z0-9-]+", items[0].problem.code))
    )


@pytest.mark.parametrize("corpus", ["html5lib-tests", "go-fuzz-corpus/stdhtml"])
def test_corpora(corpus: str, corpus_folder: Path) -> None:
    """Every file gives one clear result; what html5lib wants read as HTML does, too."""
    name, _, part = corpus.partition("/")
    folder = unpacked(name, corpus_folder)
    files = [path for path in folder.rglob("*") if path.is_file() and part in str(path.parent)]
    assert len(files) > 25
    for path in files:
        assert clear(html.parse(path.read_bytes(), PLACE)), path
