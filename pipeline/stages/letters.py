"""Dead letters: a message that cannot be used, whole, so that nothing is lost and everything can be retried."""

import base64
import hashlib
from collections.abc import Callable

from pipeline import contracts, instants
from pipeline.nlp.model import MODEL
from pipeline.records import Coordinates, DeadLetter, Message, Outgoing, Problem
from pipeline.stages.base import Handled, Work
from pipeline.topics import DEAD_LETTERS, MAX_DEAD_LETTER_BYTES

# What a dead letter holds beside the base64 of key and value, generously.
FRAME_BYTES = 64 * 1024
# Longer ones are no keys of ours (provider and guid have 512 characters each at most); whole they would not fit an outcome.
LONGEST_KEY_BYTES = 16 * 1024


def dead_letter(message: Message, *, stage: str, problem: Problem) -> Outgoing:
    """The dead letter of a message; one that does not fit is left out and known by hash and coordinates."""
    key, value = message.key, message.value
    fits = (len(key or b"") + len(value or b"")) * 4 // 3 + FRAME_BYTES <= MAX_DEAD_LETTER_BYTES
    record = DeadLetter(
        input=coordinates(message),
        stage=stage,
        problem=problem,
        key_base64=base64.b64encode(key).decode() if key is not None and fits else None,
        value_base64=base64.b64encode(value).decode() if value is not None and fits else None,
        value_sha256=None if value is None else hashlib.sha256(value).hexdigest(),
        value_bytes=len(value or b""),
        model=MODEL,
        recorded_at=instants.from_ms(message.timestamp_ms),
    )
    return Outgoing(topic=DEAD_LETTERS.name, key=record_key(message), value=contracts.encode("dead-letter.v1", record))


def giving_up(stage: str) -> Callable[[Work, Problem], Handled]:
    """The `give_up` of a stage that records no outcomes: the end of a message is its dead letter."""

    def give_up(work: Work, problem: Problem) -> Handled:
        return Handled(outgoing=(dead_letter(work.message, stage=stage, problem=problem),))

    return give_up


def record_key(message: Message) -> bytes:
    """The key under which a refused message is recorded: its own, unless it has none or a monstrous one."""
    return message.key if message.key is not None and len(message.key) <= LONGEST_KEY_BYTES else b""


def coordinates(message: Message) -> Coordinates:
    """Where the message stood."""
    return Coordinates(topic=message.topic, partition=message.partition, offset=message.offset)
