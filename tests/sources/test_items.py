"""JSON values become articles or are refused, and no field goes missing."""

import os
from pathlib import Path
from typing import Any

import pytest

from pipeline import codec
from pipeline.records import Article, Problem
from pipeline.sources.items import Place, Rejected, article_of_json, shown

PLACE = Place(path="in.jsonl", provider="folder", guid="in.jsonl", article_bytes=1_000)


def taken(value: Any) -> Article | Rejected:
    return article_of_json(codec.encode(value), PLACE, 7)


@pytest.mark.parametrize(
    ("value", "article"),
    [
        pytest.param(
            {"id": "1", "text": "Rain.", "title": "Weather", "published_at": "2026-02-24T10:00:00Z"},
            Article(provider="folder", guid="1", text="Rain.", headline="Weather", published_at="2026-02-24T10:00:00Z"),
            id="the shape of annotate",
        ),
        pytest.param(
            {"provider": "wire", "guid": "g", "text": "", "version": "3", "status": "canceled", "origin": {"desk": 1}},
            Article(provider="wire", guid="g", text="", version="3", status="canceled", origin={"desk": 1}),
            id="our shape",
        ),
        pytest.param(
            {"id": "1", "text": "x", "desk": "africa", "tags": [1, {"a": None}]},
            Article(provider="folder", guid="1", text="x", origin={"desk": "africa", "tags": [1, {"a": None}]}),
            id="unknown fields are kept",
        ),
        pytest.param(
            {"id": "mine", "guid": "g", "title": "T", "headline": "H", "text": "x"},
            Article(provider="folder", guid="g", text="x", headline="H", origin={"id": "mine", "title": "T"}),
            id="our name goes before its alias, which is kept",
        ),
        pytest.param(
            {"id": "1", "text": "x", "origin": {"a": 1}, "b": 2},
            Article(provider="folder", guid="1", text="x", origin={"a": 1, "b": 2}),
            id="unknown fields join an origin",
        ),
        pytest.param(
            {"id": "1", "text": "x", "origin": {"a": 1}, "a": 2},
            Article(provider="folder", guid="1", text="x", origin={"a": 2, "origin": {"a": 1}}),
            id="and hide nothing in it",
        ),
    ],
)
def test_what_is_an_article(value: dict[str, Any], article: Article) -> None:
    assert taken(value) == article


@pytest.mark.parametrize(
    ("raw", "code", "message"),
    [
        (b"{", "invalid-json", "unexpected end of data: line 1 column 2 (char 1)"),
        (b'{"id": NaN}', "invalid-json", None),
        (b'{"id":"\xff"}', "invalid-utf8", "byte 7 is not UTF-8"),
        (b'{"id":"1","text":"\\ud800"}', "invalid-json", None),
        (b"[" * 100_000, "invalid-json", None),
        (b"[]", "invalid-record", "a JSON object is wanted, not a list"),
        (b'"x"', "invalid-record", "a JSON object is wanted, not text"),
        (b"null", "invalid-record", "a JSON object is wanted, not null"),
        (b"true", "invalid-record", "a JSON object is wanted, not true or false"),
        (b"1", "invalid-record", "a JSON object is wanted, not a number"),
        (b"{}", "invalid-record", 'the record: "guid" is a required property'),
        (b'{"id":"1"}', "invalid-record", 'the record: "text" is a required property'),
        (b'{"id":1,"text":"x"}', "invalid-record", 'guid: 1 is not of type "string"'),
        (b'{"id":"","text":"x"}', "invalid-record", None),
        (b'{"id":"1","text":null}', "invalid-record", 'text: null is not of type "string"'),
        (b'{"id":"1","text":"x","origin":[]}', "invalid-record", 'origin: [] is not of type "object"'),
        (b'{"id":"1","text":"x","published_at":"yesterday"}', "invalid-record", None),
        (b'{"id":"1","text":"x","provider":"a|b"}', "invalid-record", None),
        (b'{"id":"1","text":"x","y":' + b"[" * 600 + b"]" * 600 + b"}", "invalid-record", "origin: nested too deeply"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_not(raw: bytes, code: str, message: str | None) -> None:
    """The place, a code for machines, and the bytes as they were."""
    found = article_of_json(raw, PLACE, 7)
    assert isinstance(found, Rejected)
    assert (found.where, found.problem.code, found.raw, found.key) == ("in.jsonl:7", code, raw, None)
    assert message is None or found.problem.message == message


def test_one_byte_too_many() -> None:
    """The limit is on the encoded article, and a rejected one still knows its key."""
    fitting = Article(provider="folder", guid="1", text="")
    room = PLACE.article_bytes - len(codec.encode(fitting))
    assert isinstance(taken({"id": "1", "text": "x" * room}), Article)
    found = taken({"id": "1", "text": "x" * (room + 1)})
    assert isinstance(found, Rejected)
    assert found.problem == Problem(code="too-large", message="1,001 bytes; TICKERTAPE_ARTICLE_BYTES allows 1,000")
    assert found.key == "folder|1"


def test_a_name_that_is_no_utf8_can_be_written() -> None:
    assert shown(Path(os.fsdecode(b"caf\xe9.txt"))) == "caf\\xe9.txt"
