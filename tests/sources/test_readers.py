"""Which reader a file calls for."""

import io
import json

import pytest

from pipeline.records import Article, Problem
from pipeline.sources.items import Place, Rejected
from pipeline.sources.readers import DOCUMENTS, FORMATS, MIXED, STREAMS, by_content, by_name, reader
from tests.sources.formats.pages import page
from tests.sources.formats.shelf import NAMES, fixture, format_of

PLACE = Place(path="a", provider="folder", guid="a", article_bytes=1_000_000)
NEWS_PLEASE = {"maintext": "x", "date_publish": "None", "url": "https://a.example/1"}


@pytest.mark.parametrize(
    ("name", "format_name"),
    [
        ("a.jsonl", "jsonl"),
        ("A.NDJSON", "jsonl"),
        ("a.csv", "csv"),
        ("a.tsv", "csv"),
        ("a.html", "html"),
        ("a.rss", "feed"),
        ("a.warc", "warc"),
        ("20150218230000.export.CSV", "gdelt"),
        ("20150218230000.translation.gkg.csv", "gdelt"),
        ("export.CSV", "csv"),
        ("a.xml", None),
        ("a.json", None),
        ("a.txt", None),
        ("a", None),
        (".jsonl", None),
    ],
)
def test_names(name: str, format_name: str | None) -> None:
    assert by_name(name) == format_name


@pytest.mark.parametrize("name", NAMES)
def test_wire_formats_are_known_by_their_bytes(name: str) -> None:
    """Under their own names, and under one that says nothing."""
    assert by_content(name, fixture(name)) == by_content("0001", fixture(name)) == format_of(name)


NINJS_LINES = b'{"uri":"urn:1","body_text":"x"}\n{"uri":"urn:2","body_text":"y"}\n'


@pytest.mark.parametrize(
    ("name", "head", "format_name"),
    [
        ("a.json", b'{"id":"1","text":"x"}', "json"),
        ("a.json", b"[", "json"),
        ("a.json", b"junk", "json"),
        ("a.json", json.dumps(NEWS_PLEASE).encode(), "json"),
        ("a", json.dumps(NEWS_PLEASE).encode() + b"\n", "jsonl"),
        ("a", json.dumps(NEWS_PLEASE, indent=1).encode(), "json"),
        ("a", json.dumps([NEWS_PLEASE]).encode(), "json"),
        ("a.json", NINJS_LINES, "jsonl"),
        ("a", NINJS_LINES, "jsonl"),
        ("a.json", NINJS_LINES.split(b"\n")[0] + b"\n", "ninjs"),
        ("a.txt", b"Rain fell.", "text"),
        ("a.txt", b"<html><body>a page about pages", "text"),
        ("a.txt", b"6 " + b"a" * 32 + b" http://a.example/x\n", "gdelt"),
        ("a.xml", b"<rss version='2.0'>", "feed"),
        ("a.xml", b"<html>", "html"),
        ("a.xml", b"<svg/>", None),
        ("a.xml", b"", None),
        ("README.md", b"# Title", None),
        ("a", b"\x7fELF", None),
        ("a", b"", None),
    ],
)
def test_bytes(name: str, head: bytes, format_name: str | None) -> None:
    assert by_content(name, head) == format_name


def test_every_format_has_a_reader() -> None:
    """Whose every answer to nonsense is an item or nothing."""
    assert {*STREAMS, *DOCUMENTS, *MIXED} == set(FORMATS)
    for format_name in FORMATS:
        read = reader(format_name, lambda function, *arguments: function(*arguments))
        items = list(read(io.BytesIO(b"nonsense"), PLACE))
        assert all(isinstance(item, Article | Rejected) for item in items)
        assert items or format_name == "csv"


def test_a_document_goes_apart() -> None:
    calls = []

    def call(function: object, *arguments: object) -> Problem:
        calls.append((function, *arguments))
        return Problem(code="parser-timed-out", message="m")

    data = page().encode()
    items = list(reader("html", call)(io.BytesIO(data), PLACE))
    assert calls == [(DOCUMENTS["html"], data, PLACE)]
    assert items == [Rejected(path="a", line=None, problem=Problem(code="parser-timed-out", message="m"), raw=data)]


def test_a_document_too_large_is_never_parsed() -> None:
    items = list(reader("nitf", None)(io.BytesIO(b"x" * 6_000_000), PLACE))  # type: ignore[arg-type]
    assert [item.problem.code for item in items if isinstance(item, Rejected)] == ["too-large"]


def test_a_document_without_items_says_so() -> None:
    items = list(reader("feed", lambda *_: [])(io.BytesIO(b"<rss/>"), PLACE))
    assert [item.problem.code for item in items if isinstance(item, Rejected)] == ["no-items"]
