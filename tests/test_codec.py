"""Bytes to records and back."""

from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import codec
from pipeline.records import Article, Outcome
from tests.builders import make_article, make_outcome

LEAVES = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.recursive(
    LEAVES | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(PLAIN)
def test_plain_values_come_back(value: Any) -> None:
    """By each of the three ways to write them."""
    assert codec.decode(codec.encode(value)) == value
    assert codec.decode(codec.encode_sorted(value)) == value
    assert codec.decode(codec.encode_pretty(value)) == value


def test_the_three_ways_to_write() -> None:
    value = {"b": "é", "a": [1]}
    assert codec.encode(value) == '{"b":"é","a":[1]}'.encode()
    assert codec.encode_sorted(value) == '{"a":[1],"b":"é"}'.encode()
    assert codec.encode_pretty(value) == '{\n  "b": "é",\n  "a": [\n    1\n  ]\n}\n'.encode()


def test_what_is_json_already_is_put_in_as_it_stands() -> None:
    assert codec.encode({"a": [codec.ready(b'{"b":1}')], "c": 2}) == b'{"a":[{"b":1}],"c":2}'


@pytest.mark.parametrize("record", [make_article(origin={"a": [1, None]}), make_outcome()])
def test_records_come_back(record: Article | Outcome) -> None:
    assert codec.decode_record(type(record), codec.encode(record)) == record
    assert codec.build(type(record), codec.plain(record)) == record


def code_of(data: bytes) -> str | None:
    try:
        codec.decode(data)
    except codec.DecodeError as error:
        return error.code
    return None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "invalid-json"),
        (b"{", "invalid-json"),
        (b'{"a": 1} x', "invalid-json"),
        (b"NaN", "invalid-json"),
        (b"1e400", "invalid-json"),
        (rb'"\ud800"', "invalid-json"),
        (b"[" * 100_000, "invalid-json"),
        (b"\xef\xbb\xbf{}", "invalid-json"),
        (b'"\xff"', "invalid-utf8"),
        (b'"\xed\xa0\x80"', "invalid-utf8"),
        (b"\xff\xfe{\x00}\x00", "invalid-utf8"),
    ],
)
def test_bytes_that_are_no_json(data: bytes, code: str) -> None:
    """Half surrogates, byte order marks and other people's encodings among them."""
    assert code_of(data) == code


@given(st.binary())
def test_any_bytes_are_a_value_or_a_decode_error(data: bytes) -> None:
    assert code_of(data) in (None, "invalid-json", "invalid-utf8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    name: str
    count: int = 0


@pytest.mark.parametrize(
    "value", [{}, {"name": 1}, {"name": "a", "count": "1"}, {"name": "a", "count": 1.5}, [], None, "a"]
)
def test_values_that_are_no_such_record(value: Any) -> None:
    """Types are strict: no text is taken for a number."""
    with pytest.raises(codec.DecodeError) as caught:
        codec.build(Sample, value)
    assert caught.value.code == "invalid-record"


def test_unknown_fields_are_ignored_and_missing_ones_have_their_defaults() -> None:
    assert codec.build(Sample, {"name": "a", "new": [1]}) == Sample(name="a", count=0)
