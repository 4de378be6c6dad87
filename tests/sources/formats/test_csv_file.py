"""Tables: a row is an article or is rejected with its line."""

import codecs
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Article, Problem
from pipeline.sources.formats import csv_file
from pipeline.sources.items import Item, Place, Rejected
from tests.corpora import unpacked

PLACE = Place(path="a.csv", provider="folder", guid="a.csv", article_bytes=1_000_000)


def read(data: bytes, **names: str) -> list[Item]:
    return list(csv_file.read(io.BytesIO(data), replace(PLACE, names=names)))


def articles(data: bytes, **names: str) -> list[tuple[str, str]]:
    return [(item.guid, item.text) for item in read(data, **names) if isinstance(item, Article)]


def refused(data: bytes, **names: str) -> list[tuple[str, str]]:
    return [(item.where, item.problem.code) for item in read(data, **names) if isinstance(item, Rejected)]


TABLE = """id,title,text,date,rank
1,Ferry,"The ferry ""Alma"" stopped,
the office said.",2026-02-24 18:05:00,7

2,,Rain fell.,,
"""


def test_a_row_is_an_article() -> None:
    """Quotes, line breaks in fields, empty rows, empty cells; unknown columns are kept."""
    assert read(TABLE.encode()) == [
        Article(
            provider="folder",
            guid="1",
            text='The ferry "Alma" stopped,\nthe office said.',
            headline="Ferry",
            published_at="2026-02-24T18:05:00.000Z",
            origin={"rank": "7"},
        ),
        Article(provider="folder", guid="2", text="Rain fell."),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
def test_the_header_shows_the_dialect(delimiter: str, line_break: str) -> None:
    """Not the rows, in which anything may stand; nor what is quoted."""
    header = delimiter.join(("id", '"x, y; z, and"', "text"))
    row = delimiter.join(("1", "", '"a,b;c\td|e"'))
    assert articles((header + line_break + row).encode()) == [("1", "a,b;c\td|e")]


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ],
)
def test_encodings(mark: bytes, encoding: str) -> None:
    assert articles(mark + "id,text\n1,Café in Łódź\n".encode(encoding)) == [("1", "Café in Łódź")]


def test_what_is_wrong_with_a_row_is_said_with_its_line() -> None:
    data = b'id,text,x\n1,a,\n2,b\n3,"b"c,\n4,\xff,\n5,,y\n6,"a\n\nb",,\n7,z,\n8,"open'
    assert articles(data) == [("1", "a"), ("7", "z")]
    assert refused(data) == [
        ("a.csv:3", "wrong-columns"),
        ("a.csv:4", "invalid-csv"),
        ("a.csv:5", "invalid-utf8"),
        ("a.csv:6", "no-text"),
        ("a.csv:7", "wrong-columns"),
        ("a.csv:11", "invalid-csv"),
    ]


def test_a_rejected_row_is_whole() -> None:
    assert read(b'id,text\n1,"a\nb",c\n') == [
        Rejected(
            path="a.csv",
            line=2,
            problem=Problem(code="wrong-columns", message="3 fields, where the header has 2"),
            raw=b'1,"a\nb",c',
        )
    ]


def test_columns_mapped_by_the_user() -> None:
    assert articles(b"nr,story,text\n7,x,a caption\n", text="story", guid="nr") == [("7", "x")]


@pytest.mark.parametrize(
    ("data", "names", "code"),
    [
        (b"a,b\n1,2\n", {}, "no-text-column"),
        (b"id,text\n1,x\n", {"text": "story"}, "no-such-column"),
        (b"id,text\n1,x\n", {"text": ""}, "no-text-column"),
        (b'"id,text\n1,x\n', {}, "invalid-csv"),
        (b"id,te\xffxt\n1,x\n", {}, "invalid-utf8"),
        (b"text" + b",x" * 1_000 + b"\n", {}, "too-large"),
        (b"\xff\xfei\x00d\x00\x00", {}, "invalid-utf16"),
    ],
    ids=lambda value: repr(value)[:30],
)
def test_a_table_that_cannot_be_read_is_one_rejected(data: bytes, names: dict[str, str], code: str) -> None:
    assert [found for _, found in refused(data, **names)] == [code]
    assert articles(data, **names) == []


@pytest.mark.parametrize("data", [b"", b"\n", b"id,text\n", b"\xef\xbb\xbf", b"id,text\n\n,\n"])
def test_no_rows_no_items(data: bytes) -> None:
    assert read(data) == []


def test_columns_of_one_name_and_of_none_are_kept_apart() -> None:
    assert read(b"id,text,,x,x\n1,a,b,c,d\n") == [
        Article(provider="folder", guid="1", text="a", origin={"column 3": "b", "x": "c", "x 5": "d"})
    ]


def test_a_quote_that_is_never_closed_ends_the_file() -> None:
    """What follows could be the middle of a text, and must not pass for rows."""
    data = b'text\nfirst\n"' + b"not a row\n" * (csv_file.MAX_ROW_BYTES // 10 + 10)
    items = read(data)
    assert items[0] == Article(provider="folder", guid=getattr(items[0], "guid"), text="first")  # noqa: B009
    assert [(item.line, item.problem.code) for item in items[1:] if isinstance(item, Rejected)] == [(3, "too-large")]


CELLS = st.text(alphabet='ab",;\n é', min_size=1, max_size=8).filter(lambda cell: cell.strip())


@given(st.lists(st.tuples(CELLS, CELLS), max_size=6))
def test_what_csv_writes_is_read(rows: list[tuple[str, str]]) -> None:
    """By the rules of RFC 4180."""

    def quoted(cells: tuple[str, ...]) -> str:
        return ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)

    table = "\r\n".join(["headline,text", *map(quoted, rows)])
    found = [(item.headline, item.text) for item in read(table.encode()) if isinstance(item, Article)]
    assert found == rows


def test_fuzz_corpus(corpus_folder: Path) -> None:
    """Every file ends in items, alone and below a sound header."""

    def files() -> Iterator[bytes]:
        folder = unpacked("go-fuzz-corpus", corpus_folder)
        return (path.read_bytes() for path in sorted((folder / "csv" / "corpus").iterdir()))

    for data in files():
        for table in (data, b"id,text\n" + data):
            items = read(table)
            assert all(isinstance(item, Article | Rejected) for item in items)
            assert items or not table.removeprefix(b"id,text\n").strip(b'\n\r,\xef\xbb\xbf"; \t')
