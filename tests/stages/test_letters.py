"""Dead letters: the message, whole."""

import base64
import hashlib
from dataclasses import replace

import pytest

from pipeline import codec
from pipeline.nlp.model import MODEL
from pipeline.records import Coordinates, DeadLetter, Message, Problem
from pipeline.stages.letters import dead_letter, record_key
from pipeline.topics import DEAD_LETTERS, MAX_DEAD_LETTER_BYTES, MAX_INPUT_BYTES
from tests.builders import make_message

PROBLEM = Problem(code="invalid-json", message="unexpected end of data")


def letter_of(message: Message) -> DeadLetter:
    outgoing = dead_letter(message, stage="annotate", problem=PROBLEM)
    assert outgoing.topic == DEAD_LETTERS.name
    assert outgoing.value is not None
    assert len(outgoing.value) + len(outgoing.key) < MAX_DEAD_LETTER_BYTES - 512
    return codec.decode_record(DeadLetter, outgoing.value)


def test_everything_that_is_needed_to_try_again() -> None:
    value = b'{"text": "\xff'
    letter = letter_of(make_message(value, partition=2, offset=7, key=b"\xfe"))
    assert letter == DeadLetter(
        input=Coordinates(topic="news.articles.v1", partition=2, offset=7), stage="annotate", problem=PROBLEM,
        key_base64="/g==", value_base64=base64.b64encode(value).decode(), value_sha256=hashlib.sha256(value).hexdigest(),
        value_bytes=len(value), model=MODEL, recorded_at="2024-06-16T08:00:00.000Z",
    )  # fmt: skip


@pytest.mark.parametrize("key", [None, b""])
@pytest.mark.parametrize("value", [None, b""])
def test_nothing_and_empty_are_told_apart(key: bytes | None, value: bytes | None) -> None:
    letter = letter_of(replace(make_message(), key=key, value=value))
    assert (letter.key_base64, letter.value_base64) == (None if key is None else "", None if value is None else "")
    assert letter.value_sha256 == (None if value is None else hashlib.sha256(b"").hexdigest())
    assert letter.value_bytes == 0


@pytest.mark.parametrize("key_bytes", [10, 1_000_000, MAX_INPUT_BYTES])
def test_the_largest_input_is_kept_whole(key_bytes: int) -> None:
    """However its bytes are shared out between key and value."""
    key, value = b"k" * key_bytes, b"v" * (MAX_INPUT_BYTES - key_bytes)
    letter = letter_of(make_message(value, key=key))
    assert base64.b64decode(letter.key_base64 or "") == key
    assert base64.b64decode(letter.value_base64 or "") == value


def test_what_does_not_fit_is_known_by_hash_and_place() -> None:
    """A topic may allow more than ours does."""
    value = b"v" * MAX_DEAD_LETTER_BYTES
    letter = letter_of(make_message(value, offset=9))
    assert (letter.key_base64, letter.value_base64) == (None, None)
    assert (letter.value_sha256, letter.value_bytes) == (hashlib.sha256(value).hexdigest(), len(value))
    assert letter.input.offset == 9


@pytest.mark.parametrize(
    ("key", "recorded"),
    [(b"test|1", b"test|1"), (b"", b""), (None, b""), (b"k" * 16_384, b"k" * 16_384), (b"k" * 16_385, b"")],
)
def test_a_monstrous_key_does_not_swell_every_record_about_it(key: bytes | None, recorded: bytes) -> None:
    assert record_key(make_message(key=key)) == recorded
