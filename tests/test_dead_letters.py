"""The original of a dead letter: out of the letter, or from where it stood, or a clear word why not."""

import base64
import hashlib

import pytest

from pipeline.dead_letters import Original, key, original, parse_id
from pipeline.records import Coordinates, DeadLetter, Message, Model, Problem
from pipeline.settings import Settings

STOOD = Coordinates(topic="in", partition=1, offset=5)


def letter(value: bytes | None, *, whole: bool = True, key: bytes | None = b"k") -> DeadLetter:
    return DeadLetter(
        input=STOOD,
        stage="annotate",
        problem=Problem(code="c", message="m"),
        key_base64=None if key is None else base64.b64encode(key).decode(),
        value_base64=base64.b64encode(value).decode() if value is not None and whole else None,
        value_sha256=None if value is None else hashlib.sha256(value).hexdigest(),
        value_bytes=len(value or b""),
        model=Model(name="m", version="1"),
        recorded_at="2026-02-24T10:00:00Z",
    )


def standing(value: bytes | None) -> Message:
    return Message(topic="in", partition=1, offset=5, timestamp_ms=0, key=b"k", value=value)


def never(place: Coordinates) -> Message | None:
    raise AssertionError("nothing is to be fetched")


@pytest.mark.parametrize("value", [b"", b"{bad", b"\xff\x00", None])
@pytest.mark.parametrize("given", [b"k", b"", b"\xff", None])
def test_what_the_letter_holds(value: bytes | None, given: bytes | None) -> None:
    """To the byte; empty and null are two things."""
    record = letter(value, key=given)
    assert original(record, never) == Original(topic="in", key=given, value=value)
    assert key(record) == given


def test_what_only_its_hash_tells() -> None:
    asked: list[Coordinates] = []

    def fetch(place: Coordinates) -> Message:
        asked.append(place)
        return standing(b"large")

    assert original(letter(b"large", whole=False), fetch) == Original(topic="in", key=b"k", value=b"large")
    assert asked == [STOOD]


@pytest.mark.parametrize(
    ("there", "code"),
    [(None, "expired"), (standing(b"other"), "replaced"), (standing(None), "replaced")],
)
def test_what_is_gone(there: Message | None, code: str) -> None:
    """Never something else in its place."""
    found = original(letter(b"large", whole=False), lambda _: there)
    assert isinstance(found, Problem)
    assert found.code == code
    assert "in 1:5" in found.message


@pytest.mark.parametrize(("given", "place"), [("0:0", (0, 0)), ("12:3456", (12, 3456))])
def test_ids(given: str, place: tuple[int, int]) -> None:
    topic = "x.news.dead-letters.v1"
    expected = Coordinates(topic=topic, partition=place[0], offset=place[1])
    assert parse_id(given, Settings(topic_prefix="x.")) == expected


@pytest.mark.parametrize("given", ["", ":", "1:", ":1", "1", "-1:0", "1:-1", "a:b", "1:2:3", "1 :2", "¹:2"])
def test_what_is_no_id(given: str) -> None:
    assert parse_id(given, Settings()) is None
