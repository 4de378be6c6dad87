"""Whatever the bytes, each parser gives at least one clear result, and never raises."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.records import Article
from pipeline.sources.formats.sniff import sniff
from pipeline.sources.items import Rejected
from tests.sources.formats.shelf import CORPORA, NAMES, PARSERS, PLACE, corpus, fixture, format_of

NASTY = [
    b"", b"\x00", b"\xff\xfe", b"<", b">", b"&", b"\"", b"]]>", b"<![CDATA[", b"<!--", b"&#x110000;", b"\x01", b"\x02", b"\x03",
    b"null", b"[]", b"{}", b"1e999", b"|", b"\xed\xa0\x80", b"99999999999999999999", b"xmlns:a=''", b"<p>", b"\\ud800",
]  # fmt: skip
MUTATIONS = st.lists(
    st.tuples(st.integers(0, 5_000), st.integers(0, 60), st.sampled_from(NASTY) | st.binary(max_size=8)), max_size=8
)


def mutated(data: bytes, changes: list[tuple[int, int, bytes]]) -> bytes:
    """The bytes with pieces cut out and others put in."""
    for place, length, piece in changes:
        at = place % (len(data) + 1)
        data = data[:at] + piece + data[at + length :]
    return data


def check(data: bytes, name: str) -> None:
    items = PARSERS[name](data, PLACE)
    assert items
    assert all(isinstance(item, Article | Rejected) for item in items)
    assert all(item.problem.code and item.problem.message for item in items if isinstance(item, Rejected))


@settings(max_examples=300)
@given(st.sampled_from(NAMES), MUTATIONS)
def test_mutated_fixtures(name: str, changes: list[tuple[int, int, bytes]]) -> None:
    data = mutated(fixture(name), changes)
    check(data, format_of(name))
    sniff(data)


@given(st.sampled_from(sorted(PARSERS)), st.binary(max_size=300))
def test_any_bytes(name: str, data: bytes) -> None:
    check(data, name)
    assert sniff(data) is None or isinstance(sniff(data), str)


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=10)
    | st.just("2026-03-01T00:00:00Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FIELDS = (
    "type version versioncreated pubstatus embargoed embargoedUntil headline headlines bodies body_text body_html altids "
    "urgency language signals infosources source link ednote profile genre slugline associations byline".split()
)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=8))
def test_ninjs_of_any_values(values: dict[str, object]) -> None:
    """Fields that hold what no schema allows."""
    check(json.dumps({"uri": "u", **values}).encode(), "ninjs")


@pytest.mark.parametrize("name", sorted(PARSERS))
@pytest.mark.parametrize(
    "data",
    [
        b"[" * 100_000,
        b'{"uri":"u","a":' + b"[" * 900 + b"]" * 900 + b"}",
        b'{"uri":"u","embargoed":' + b"[" * 900 + b"]" * 900 + b"}",
        b'[{"uri":"u","a":' + b"[" * 900 + b"]" * 900 + b"},1]",
        b"<nitf>" + b"<p>" * 100_000,
        b"\x01a0001 r i x 03-01 1\n\x02" + b" " * 1_000_000 + b"\x03",
        b"\x01abc0001 4 pl 1\n\x02" + b"a\n" * 300_000 + b"\x03",
        b"\x01" * 100_000,
        b"\x01abc0001 4 pl 1\nx\x02" * 5_000,
        b"\x16\x16\x01a0001\x1fr i x 03-01 1\n\x02" + b"Eds: x\n" * 100_000 + b"\x03",
    ],
    ids=range(10),
)
def test_large_and_deep(name: str, data: bytes) -> None:
    check(data, name)


@pytest.mark.skipif(not (CORPORA / "go-fuzz-corpus.tar.gz").is_file(), reason="../shared/corpora is not there")
@pytest.mark.parametrize(("folder", "names"), [("xml", ("newsml", "newsml1", "nitf")), ("json", ("ninjs",))])
def test_every_file_of_a_fuzzer(folder: str, names: tuple[str, ...]) -> None:
    """814 files of XML, 1,728 of JSON."""
    files = corpus("go-fuzz-corpus", f"go-fuzz-corpus/{folder}/")
    assert len(files) > 800
    for data in files.values():
        sniff(data)
        for name in names:
            check(data, name)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("newsml", b"<newsMessage><itemSet>" + b"<newsItem guid='g'/>" * 10_001 + b"</itemSet></newsMessage>"),
        ("newsml1", b"<NewsML>" + b"<NewsItem/>" * 10_001 + b"</NewsML>"),
        ("ninjs", b"[" + b"1," * 10_000 + b"1]"),
        ("iptc7901", b"\x01abc0001 4 pl 1\n\x02x\x03" * 10_001),
        ("anpa", b"\x01a0001 r i x\n\x02x\x03" * 10_001),
    ],
)
def test_too_many_items(name: str, data: bytes) -> None:
    (item,) = PARSERS[name](data, PLACE)
    assert isinstance(item, Rejected)
    assert item.problem.code == "too-many-items"
