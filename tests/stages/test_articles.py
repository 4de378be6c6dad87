"""Messages to articles, or the words in which they are refused."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import codec
from pipeline.records import Article, Problem
from pipeline.stages.articles import admit
from tests.builders import make_article, make_message


def message_of(value: Any, key: bytes | None = b"test|1") -> Any:
    return make_message(codec.encode(value), key=key)


def test_an_article_is_read_whole() -> None:
    article = make_article(origin={"slug": "TALKS", "codes": [1, None]}, embargo_until="noon", replay_id="r1")
    assert admit(make_message(article)) == article


def test_the_least_article_has_the_defaults() -> None:
    admitted = admit(message_of({"provider": "test", "guid": "1", "text": "Rain."}))
    assert admitted == Article(provider="test", guid="1", text="Rain.")


def test_a_newer_producers_fields_are_no_error() -> None:
    value = {"provider": "test", "guid": "1", "text": "Rain.", "priority": 3}
    assert admit(message_of(value)) == Article(provider="test", guid="1", text="Rain.")


def test_no_value() -> None:
    assert admit(replace(make_message(), value=None)) == Problem(code="null-value", message="the message has no value")


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (b"", Problem(code="invalid-json", message="Input is a zero-length, empty document: line 1 column 1 (char 0)")),
        (b'{"provider":', Problem(code="invalid-json", message="unexpected end of data: line 1 column 13 (char 12)")),
        (b'{"text": "\xff"}', Problem(code="invalid-utf8", message="byte 10 is not UTF-8")),
        (b"null", Problem(code="invalid-record", message='the record: null is not of type "object"')),
        (b"[]", Problem(code="invalid-record", message='the record: [] is not of type "object"')),
        (
            b'{"provider": "test", "guid": "1", "text": 5}',
            Problem(code="invalid-record", message='text: 5 is not of type "string"'),
        ),
        (
            b'{"provider": "test", "text": "Rain."}',
            Problem(code="invalid-record", message='the record: "guid" is a required property'),
        ),
    ],
    ids=["empty", "cut off", "not UTF-8", "null", "list", "wrong type", "missing"],
)
def test_what_cannot_be_read(value: bytes, problem: Problem) -> None:
    assert admit(make_message(value)) == problem


@pytest.mark.parametrize("key", [None, b"", b"test|2", b"TEST|1", b"test|1 ", b"\xff", b"x" * 1_000_000])
def test_the_key_must_be_the_articles_own(key: bytes | None) -> None:
    """Or versions of one item would meet in no order."""
    assert admit(make_message(key=key)) == Problem(code="key-mismatch", message="the key must be 'test|1'")


def test_a_problem_does_not_repeat_megabytes() -> None:
    problem = admit(message_of({"provider": "test", "guid": "1", "text": "", "status": "x" * 1_000_000}))
    assert isinstance(problem, Problem)
    assert len(problem.message) == 300


def test_depth_without_end_is_a_value() -> None:
    """Neither a crash, nor an exception."""
    deep = b'{"provider":"test","guid":"1","text":"Rain.","origin":{"a":' + b"[" * 900 + b"]" * 900 + b"}}"
    assert isinstance(admit(make_message(deep)), Article)
    deeper = b'{"provider":"test","guid":"1","text":"Rain.","origin":{"a":' + b"[" * 5000 + b"]" * 5000 + b"}}"
    problem = admit(make_message(deeper))
    assert isinstance(problem, Problem)
    assert problem.code == "invalid-json"


FIELDS = st.sampled_from(
    ["provider", "guid", "text", "version", "published_at", "status", "origin", "language", "other"]
)
VALUES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.text()
    | st.lists(st.text())
    | st.dictionaries(st.text(), st.none())
)


@given(st.dictionaries(FIELDS, VALUES), st.none() | st.binary())
def test_any_record_is_an_article_or_a_problem(value: dict[str, Any], key: bytes | None) -> None:
    """And an article's key is always the message's."""
    admitted = admit(message_of({"provider": "test", "guid": "1", "text": "Rain."} | value, key))
    assert isinstance(admitted, Problem) or admitted.key.encode() == key
