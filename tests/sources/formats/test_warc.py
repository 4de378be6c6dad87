"""Web archives: a page is an article, what is none is left out, and damage costs only what is damaged."""

import gzip
import io
import random
import tracemalloc
from typing import Any

import pytest
import zstandard

from pipeline.records import Article, Problem
from pipeline.sources.folder import LeftOut
from pipeline.sources.formats import warc
from pipeline.sources.items import Item, Place, Rejected
from tests.sources.formats.pages import FIRST, LINKED_DATA, SECOND, packed, page, record

PLACE = Place(path="a.warc.gz", provider="crawl", guid="a.warc.gz", article_bytes=1_000_000)
PAGES = [record(f"https://www.norhamn.example/{number}", page().encode()) for number in range(4)]


def here(function: Any, *arguments: Any) -> Any:
    """Parses in this process; tests/sources/guards/test_child.py has the one apart."""
    return function(*arguments)


def read(data: bytes) -> list[Item | LeftOut]:
    return list(warc.read(io.BytesIO(data), PLACE, here))


def guids(items: list[Item | LeftOut]) -> list[str]:
    return [item.guid.rpartition("/")[2] for item in items if isinstance(item, Article)]


def refused(items: list[Item | LeftOut]) -> list[tuple[str, str]]:
    return [(item.where, item.problem.code) for item in items if isinstance(item, Rejected)]


def test_a_page_is_an_article() -> None:
    """The host is the provider, the time of the fetch that of the version."""
    about = record("", b"software: crawl", kind="warcinfo")
    answer = record("https://www.norhamn.example/ferry", page(LINKED_DATA).encode())
    assert read(packed([about, answer])) == [
        LeftOut("a.warc.gz@0"),
        Article(
            provider="norhamn.example",
            guid="https://www.norhamn.example/ferry",
            text=f"{FIRST}\n{SECOND}",
            version_created_at="2026-02-25T06:00:00.000Z",
            headline="Ferry stops",
            url="https://www.norhamn.example/ferry",
            published_at="2026-02-24T17:06:00.000Z",
            language="en-GB",
            origin={
                "format": "html",
                "encoding": "utf-8",
                "author": "A. Aho, B. Bø",
                "correction": "An earlier version named the wrong harbour.",
                "modified_at": "2026-02-24T18:05:00.000Z",
            },
        ),
    ]


@pytest.mark.parametrize("pack", [b"".join, packed, lambda records: zstandard.compress(b"".join(records))])
def test_plain_and_compressed(pack: Any) -> None:
    assert guids(read(pack(PAGES))) == ["0", "1", "2", "3"]


@pytest.mark.parametrize(
    ("kind", "head"),
    [
        ("request", ""),
        ("metadata", ""),
        ("revisit", ""),
        ("resource", ""),
        ("response", "HTTP/1.1 404 Not Found"),
        ("response", "HTTP/1.1 301 Moved"),
        ("response", "HTTP/1.1 200 OK\r\nContent-Type: application/pdf"),
        ("response", "HTTP/1.1 200 OK\r\nContent-Type: text/plain"),
    ],
)
def test_what_is_no_page_is_left_out_and_counted(kind: str, head: str) -> None:
    items = read(packed([record("https://norhamn.example/x", b"x", kind=kind, head=head), PAGES[1]]))
    assert items[0] == LeftOut("a.warc.gz@0")
    assert guids(items) == ["1"]


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip", gzip.compress(page().encode(), mtime=0)),
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\"utf-8\"\r\nTransfer-Encoding: chunked",
         b"%x\r\n%b\r\n0\r\n\r\n" % (len(page().encode()), page().encode())),
        ("HTTP/2 200\r\nContent-Type: application/xhtml+xml", page().encode()),
    ],
)  # fmt: skip
def test_encodings_of_http(head: str, body: bytes) -> None:
    assert guids(read(packed([record("https://norhamn.example/x", body, head=head)]))) == ["x"]


SECOND_MEMBER = packed(PAGES[1:2])
DAMAGES = {
    "a member with zeros in it": packed(PAGES[:1]) + SECOND_MEMBER[:200] + bytes(40) + SECOND_MEMBER[240:] + packed(PAGES[2:]),
    "a member cut short": packed(PAGES[:1]) + SECOND_MEMBER[:-30] + packed(PAGES[2:]),
    "junk between members": packed(PAGES[:1]) + b"junk" * 50 + packed(PAGES[2:]),
    "junk between plain records": PAGES[0] + b"junk\r\n" * 50 + b"".join(PAGES[2:]),
    "a record that says it is longer": PAGES[0] + record("https://norhamn.example/1", b"x", size=10**6) + b"".join(PAGES[2:]),
    "a record that says it is endless": PAGES[0] + record("https://norhamn.example/1", b"x", size=10**15) + b"".join(PAGES[2:]),
}  # fmt: skip


@pytest.mark.parametrize("data", DAMAGES.values(), ids=DAMAGES.keys())
def test_damage_is_one_rejected_and_reading_goes_on(data: bytes) -> None:
    items = read(data)
    assert guids(items) == ["0", "2", "3"]
    assert [code for _, code in refused(items)] == ["damaged-record"]


def test_an_archive_that_breaks_off() -> None:
    items = read(packed(PAGES)[:-40])
    assert guids(items) == ["0", "1", "2"]
    offset = len(packed(PAGES[:3]))
    assert items[-1] == Rejected(
        path=f"a.warc.gz@{offset}",
        line=None,
        problem=Problem(code="damaged-record", message="the file ends in the middle of it"),
    )


@pytest.mark.parametrize(
    "data", [b"no archive", gzip.compress(b"no archive", mtime=0), b"\x1f\x8b\x08\x00" * 9, b"\0" * 300_000]
)
def test_what_is_no_archive_is_one_rejected(data: bytes) -> None:
    assert refused(read(data)) == [("a.warc.gz@0", "damaged-record")]


BOMB = gzip.compress(b" " * 6_000_000, mtime=0)


@pytest.mark.parametrize(
    ("head", "body", "code"),
    [
        ("no status line", b"x", "damaged-response"),
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip", b"plain", "damaged-response"),
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked", b"plain", "damaged-response"),
        ("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip", BOMB, "too-large"),
        ("HTTP/1.1 200 OK", b"x" * 6_000_000, "too-large"),
        ("HTTP/1.1 200 OK", b"<p>", "no-text"),
    ],
)  # fmt: skip
def test_a_response_that_cannot_be_used_is_one_rejected(head: str, body: bytes, code: str) -> None:
    items = read(packed([record("https://norhamn.example/x", body, head=head), PAGES[1]]))
    assert [found for _, found in refused(items)] == [code]
    assert guids(items) == ["1"]


def test_a_parser_that_dies_costs_its_page() -> None:
    def deadly(*_: Any) -> Problem:
        return Problem(code="parser-died", message="m")

    items = list(warc.read(io.BytesIO(packed(PAGES[:1])), PLACE, deadly))
    assert refused(items) == [("a.warc.gz@0", "parser-died")]


def test_a_stream_that_cannot_go_back_says_what_was_not_read() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    items = list(warc.read(Pipe(DAMAGES["junk between members"]), PLACE, here))
    assert guids(items) == ["0"]
    assert [code for _, code in refused(items)] == ["damaged-record", "damaged-rest"]


def test_a_stream_that_breaks_says_so_itself() -> None:
    """What was read before is there."""

    class Breaking(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            if not data:
                raise ConnectionError
            return data

    items = warc.read(Breaking(packed(PAGES[:2])), PLACE, here)
    assert guids([next(items), next(items)]) == ["0", "1"]
    with pytest.raises(ConnectionError):
        list(items)


def test_damage_everywhere_ends() -> None:
    """As many places that look like records as there can be."""
    items = read(PAGES[0] + b"WARC/1.0\r\n" * 20_000)
    assert guids(items) == ["0"]
    assert [code for _, code in refused(items)] in (["damaged-record"], ["damaged-record", "damaged-rest"])


def test_memory_stays_flat() -> None:
    """A hundred megabytes of records that are not pages, and of one that is too large."""
    large = gzip.compress(record("https://norhamn.example/x", b"\0" * 100_000_000, kind="resource"))
    tracemalloc.start()
    items = read(large + packed(PAGES[:1]))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert guids(items) == ["0"]
    assert peak < 30_000_000


def test_without_the_extra_the_way_out_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "fastwarc.warc", None)
    items = read(packed(PAGES))
    assert refused(items) == [("a.warc.gz", "extra-missing")]
    assert "pip install 'tickertape[archive,html]'" in getattr(items[0], "problem").message  # noqa: B009


def mutated(data: bytes, chance: random.Random) -> bytes:
    mutant = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(mutant))
        match chance.randrange(4):
            case 0:
                mutant[at] = chance.randrange(256)
            case 1:
                del mutant[at : at + chance.randrange(60)]
            case 2:
                mutant[at:at] = chance.randbytes(30)
            case _:
                mutant[at:at] = chance.choice(
                    [b"WARC/1.0\r\n", b"\x1f\x8b\x08\0", b"Content-Length: -1\r\n", b"\r\n\r\n"]
                )
    return bytes(mutant)


def test_mutants() -> None:
    """Whatever is done to an archive, every item is clear, and most records are still found."""
    chance = random.Random(21578)
    found = 0
    for data in [b"".join(PAGES), packed(PAGES)] * 30:
        items = read(mutated(data, chance))
        assert items
        assert all(isinstance(item, Article | Rejected | LeftOut) for item in items)
        found += len(guids(items))
    assert found > 120
