"""A JSON file: an object or a list of them; what is wrong with one does not touch the others."""

import io
from collections import Counter
from pathlib import Path

import pytest

from pipeline.records import Article, Problem
from pipeline.sources.formats import json_file
from pipeline.sources.items import Item, Place, Rejected
from tests.corpora import unpacked

PLACE = Place(path="a.json", provider="folder", guid="a.json", article_bytes=1_000_000)


def read(data: bytes, place: Place = PLACE) -> list[Item]:
    return list(json_file.read(io.BytesIO(data), place))


def refused(items: list[Item]) -> list[tuple[str, str]]:
    return [(item.where, item.problem.code) for item in items if isinstance(item, Rejected)]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\n \t"])
def test_one_object_or_a_list(mark: bytes) -> None:
    article = Article(provider="folder", guid="1", text="x")
    assert read(mark + b'{"id": "1",\n "text": "x"}\n') == [article]
    assert read(mark + b'[{"id": "1", "text": "x"},\n {"id": "1", "text": "x"}]\n') == [article, article]


def test_every_element_ends_as_an_article_or_is_rejected_with_its_line() -> None:
    data = b'[\n{"id":"1","body":"x"},\n7,\n{"id":"2","date":""},\n{bad},\n"\xff",\n{"id":"3","body":"z"}\n]\nmore'
    items = read(data)
    assert [item.guid for item in items if isinstance(item, Article)] == ["1", "3"]
    assert refused(items) == [
        ("a.json:3", "invalid-record"),
        ("a.json:4", "no-text"),
        ("a.json:5", "invalid-json"),
        ("a.json:6", "invalid-utf8"),
        ("a.json:8", "invalid-json"),
    ]
    assert [item.raw for item in items if isinstance(item, Rejected)][:3] == [b"7", b'{"id":"2","date":""}', b"{bad}"]


def test_a_list_that_breaks_off() -> None:
    assert read(b'[{"id":"1","text":"x"},\n{"id":"2","te') == [
        Article(provider="folder", guid="1", text="x"),
        Rejected(
            path="a.json",
            line=2,
            problem=Problem(code="invalid-json", message="the array does not end; what stood before was read"),
        ),
    ]


@pytest.mark.parametrize("data", [b"", b" ", b"{", b"null", b'"x"', b"{} {}", b"[" * 100_000, b"]"])
def test_what_holds_no_article_is_one_rejected(data: bytes) -> None:
    assert [code for _, code in refused(read(data))] in (["invalid-json"], ["invalid-record"])


@pytest.mark.parametrize("data", [b"[]", b" [ ] "])
def test_an_empty_list_is_no_item(data: bytes) -> None:
    assert read(data) == []


def test_json_test_suite(corpus_folder: Path) -> None:
    """Each file is refused in its place, alone and as the element of a list; the list's other elements are read."""
    files = sorted(path for path in unpacked("JSONTestSuite", corpus_folder).rglob("*.json"))
    assert len(files) > 200
    for path in files:
        data = path.read_bytes()
        assert all(isinstance(item, Rejected) for item in read(data)), path
        if path.name.startswith("y_"):
            found = read(b'[{"id":"1","text":"x"},' + data.removeprefix(b"\xef\xbb\xbf") + b',{"id":"2","text":"y"}]')
            assert [item.guid for item in found if isinstance(item, Article)] == ["1", "2"], path


def test_reuters_21578(corpus_folder: Path) -> None:
    """21,578 items of 1987, of which 19,043 have a body; two have dates that nobody can read."""
    folder = unpacked("reuters21578", corpus_folder)
    items = [item for path in sorted(folder.rglob("*.json")) for item in read(path.read_bytes())]
    outcomes = Counter("article" if isinstance(item, Article) else item.problem.code for item in items)
    assert outcomes == {"article": 19_043, "no-text": 2_535}
    articles = [item for item in items if isinstance(item, Article)]
    assert len({article.guid for article in articles}) == 19_043
    assert sum(article.published_at is None for article in articles) == 2
    assert all("date" in article.origin for article in articles if article.published_at is None)
