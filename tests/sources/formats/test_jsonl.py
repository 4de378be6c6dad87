"""JSON Lines: which shape they have, what each line becomes, and who is blamed for a line that cannot be parsed."""

import io
import json
from collections.abc import Sequence
from typing import Any

import pytest

from pipeline.records import Article, Problem
from pipeline.sources.formats import jsonl
from pipeline.sources.items import Item, Place, Rejected

PLACE = Place(path="wire.jsonl", provider="desk", guid="wire.jsonl", article_bytes=1_000_000)


def ninjs(number: int, **fields: Any) -> bytes:
    return json.dumps({"uri": f"urn:{number}", "body_html": f"<p>Rain fell on {number}.</p>", **fields}).encode()


def here(function: Any, *args: Any) -> Any:
    """As a child does, but here."""
    return function(*args)


def read(data: bytes, call: Any = here) -> list[Item]:
    return list(jsonl.read(io.BytesIO(data), PLACE, call))


def said(found: Sequence[Item]) -> list[tuple[Any, ...]]:
    """(guid, text), or (line, code)."""
    return [(one.guid, one.text) if isinstance(one, Article) else (one.line, one.problem.code) for one in found]


def test_lines_of_ninjs() -> None:
    """Blank lines are none; what is broken is named by its line, and those around it come through."""
    picture = ninjs(3, type="picture")
    data = b"\n".join([b"\xef\xbb\xbf" + ninjs(1), b"", b"{bad", picture, b"[]", ninjs(5)])
    assert said(read(data)) == [
        ("urn:1", "Rain fell on 1."), (3, "invalid-json"), (4, "not-text"), (5, "not-ninjs"), ("urn:5", "Rain fell on 5."),
    ]  # fmt: skip


def test_the_article_of_a_line_is_that_of_a_file() -> None:
    """Golden: what a file of its own would become."""
    (found,) = read(ninjs(1, headline="Rain", language="en"))
    assert found == Article(
        provider="desk",
        guid="urn:1",
        text="Rain fell on 1.",
        headline="Rain",
        language="en",
        origin={"format": "ninjs"},
    )


def test_the_first_line_tells_the_shape() -> None:
    """An article of ours may have a `uri` beside its text, which is kept."""
    ours = b'{"id":"1","text":"x","uri":"urn:1"}'
    assert said(read(ours + b"\n" + ninjs(2))) == [("1", "x"), (2, "no-text")]


def test_many_lines_are_parsed_some_at_a_time() -> None:
    asked: list[int] = []

    def call(function: Any, some: Any, place: Place) -> Any:
        asked.append(len(some))
        return function(some, place)

    assert len(read(b"\n".join(map(ninjs, range(150))), call)) == 150
    assert asked == [64, 64, 22]


@pytest.mark.parametrize("code", ["timed-out", "died"])
def test_a_line_that_cannot_be_parsed_is_blamed_alone(code: str) -> None:
    """Its neighbours are parsed again, each by itself."""

    def call(function: Any, some: Any, place: Place) -> Any:
        return Problem(code=code, message="") if any(number == 2 for number, _ in some) else function(some, place)

    found = read(b"\n".join(map(ninjs, range(1, 4))), call)
    assert said(found) == [("urn:1", "Rain fell on 1."), (2, code), ("urn:3", "Rain fell on 3.")]
    assert isinstance(found[1], Rejected)
    assert found[1].raw == ninjs(2)
