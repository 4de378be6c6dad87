"""GDELT's lists and files point to articles: what they point to, and what lies beside them."""

import hashlib
import io
from pathlib import Path

import pytest

from pipeline.records import Problem
from pipeline.sources.formats import gdelt_list
from pipeline.sources.formats.gdelt_list import ArticlePointer, FilePointer
from pipeline.sources.items import Place, Rejected

PLACE = Place(path="lastupdate.txt", provider="gdelt", guid="lastupdate.txt", article_bytes=1_000)
AT = "http://data.gdelt.example/gdeltv2/"
MD5 = hashlib.md5(b"zipped", usedforsecurity=False).hexdigest()


def listed(*names: str) -> bytes:
    return b"".join(f"6 {MD5} {AT}{name}\n".encode() for name in names)


def test_files_and_whether_they_are_there(tmp_path: Path) -> None:
    names = (
        "20150218230000.export.CSV.zip",
        "20150218230000.mentions.CSV.zip",
        "20150218230000.translation.gkg.csv.zip",
    )
    (tmp_path / names[0]).write_bytes(b"zipped")
    (tmp_path / names[1]).write_bytes(b"damaged")
    found = list(gdelt_list.files(io.BytesIO(listed(*names)), PLACE, tmp_path))
    told = [(one.kind, one.local) for one in found if isinstance(one, FilePointer)]
    assert told == [("export", "right"), ("mentions", "wrong"), ("gkg", "absent")]
    assert found[0] == FilePointer(
        kind="export",
        slot_at="2015-02-18T23:00:00.000Z",
        url=AT + names[0],
        size_bytes=6,
        md5=MD5,
        local="right",
    )


def test_a_list_cannot_ask_about_other_files(tmp_path: Path) -> None:
    """Neither above the folder nor of names that GDELT does not give."""
    (tmp_path / "secret").write_bytes(b"zipped")
    (tmp_path / "lists").mkdir()
    data = listed("../secret", "..%2fsecret", "secret", "..")
    found = list(gdelt_list.files(io.BytesIO(data), PLACE, tmp_path / "lists"))
    assert [(one.kind, one.local) for one in found if isinstance(one, FilePointer)] == [("other", "absent")] * 4


@pytest.mark.parametrize(
    "line",
    [b"junk", b"6 abc " + AT.encode(), b"6 " + MD5.encode() + b" ftp://a.example/x", b"x" * 2_000_000, b"6 " + MD5.encode()],
    ids=lambda line: repr(line)[:20],
)  # fmt: skip
def test_a_line_that_is_no_pointer(line: bytes, tmp_path: Path) -> None:
    found = list(gdelt_list.files(io.BytesIO(line + b"\n\n"), PLACE, tmp_path))
    assert [(one.where, one.problem.code) for one in found if isinstance(one, Rejected)] == [
        ("lastupdate.txt:1", "invalid-pointer")
    ]


@pytest.mark.parametrize(
    ("name", "columns", "url", "time"),
    [
        ("20150218230000.export.CSV", 61, 60, 59),
        ("20150218230000.mentions.csv", 16, 5, 2),
        ("20150218230000.gkg.csv", 27, 4, 1),
    ],
)
def test_articles_of_a_file(name: str, columns: int, url: int, time: int) -> None:
    def row(address: str, when: str) -> str:
        cells = ["é"] * columns
        cells[url], cells[time] = address, when
        return "\t".join(cells)

    rows = [row("https://a.example/1", "20150218231500")] * 2 + ["short", row("https://a.example/2", "?")]
    place = Place(path=name, provider="gdelt", guid=name, article_bytes=1_000)
    assert list(gdelt_list.articles(io.BytesIO("\n".join(rows).encode()), place, name)) == [
        ArticlePointer(url="https://a.example/1", seen_at="2015-02-18T23:15:00.000Z"),
        Rejected(
            path=name, line=3, problem=Problem(code="invalid-pointer", message=f"not {columns} columns"), raw=b"short"
        ),
        ArticlePointer(url="https://a.example/2", seen_at=None),
    ]


@pytest.mark.parametrize(
    ("head", "is_list"),
    [
        (listed("20150218230000.export.CSV.zip"), True),
        (b"\n" + listed("x") + b"more", True),
        (b"", False),
        (b"One day 6 men", False),
        (b"{}", False),
    ],
)
def test_what_looks_like_a_list(head: bytes, is_list: bool) -> None:
    assert gdelt_list.is_list(head) is is_list


def test_there_is_no_article_in_it() -> None:
    found = list(gdelt_list.read(io.BytesIO(listed("x")), PLACE))
    assert [(one.problem.code, "tickertape pointers" in one.problem.message) for one in found if isinstance(one, Rejected)] == [
        ("pointers-only", True)
    ]  # fmt: skip
