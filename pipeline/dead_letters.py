"""Dead letters, read back: which there are, and the original message of each."""

import hashlib
from base64 import b64decode
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline import codec
from pipeline.broker.consume import consume
from pipeline.broker.offsets import begin_offsets, end_offsets
from pipeline.records import Coordinates, DeadLetter, Message, Problem
from pipeline.settings import Settings
from pipeline.topics import DEAD_LETTERS

Fetch = Callable[[Coordinates], Message | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead letter and where it stands; `id` is its name on the command line."""

    message: Message
    record: DeadLetter

    @property
    def id(self) -> str:
        """partition:offset in the dead-letter topic."""
        return f"{self.message.partition}:{self.message.offset}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The message as it was when it became a dead letter."""

    topic: str
    key: bytes | None
    value: bytes | None


def parse_id(given: str, settings: Settings) -> Coordinates | None:
    """The place that "partition:offset" names; None if it is no such text."""
    partition, _, offset = given.partition(":")
    if not (partition.isdecimal() and offset.isdecimal()):
        return None
    topic = settings.topic_prefix + DEAD_LETTERS.name
    return Coordinates(topic=topic, partition=int(partition), offset=int(offset))


def letters(settings: Settings, unreadable: Callable[[Message, codec.DecodeError], None]) -> Iterator[Letter]:
    """Every dead letter up to the end as it is now, each partition in order. Raises BrokerError."""
    for message in consume(settings, [settings.topic_prefix + DEAD_LETTERS.name]):
        try:
            yield letter(message)
        except codec.DecodeError as error:
            unreadable(message, error)


def letter(message: Message) -> Letter:
    """The dead letter of a message of that topic. Raises DecodeError."""
    return Letter(message=message, record=codec.decode_record(DeadLetter, message.value or b""))


def fetch(settings: Settings, place: Coordinates) -> Message | None:
    """The message that stands there; None if there is none (any more). Raises BrokerError."""
    at = (place.topic, place.partition)
    begins, ends = begin_offsets(settings, [place.topic]), end_offsets(settings, [place.topic])
    if at not in ends or not begins[at] <= place.offset < ends[at]:
        return None
    for message in consume(settings, [place.topic], ends | {at: place.offset}):
        if (message.partition, message.offset) == (place.partition, place.offset):
            return message
        if message.partition == place.partition:
            return None
    return None


def key(record: DeadLetter) -> bytes | None:
    """The key of the original message."""
    return _bytes(record.key_base64)


def original(record: DeadLetter, fetch: Fetch) -> Original | Problem:
    """The message of a dead letter; one of which only the hash was kept is fetched from where it stood."""
    if record.value_base64 is not None or record.value_sha256 is None:
        return Original(topic=record.input.topic, key=key(record), value=_bytes(record.value_base64))
    found, where = fetch(record.input), _where(record.input)
    if found is None:
        return Problem(code="expired", message=f"only its hash was kept, and {where} is no longer there")
    if found.value is None or hashlib.sha256(found.value).hexdigest() != record.value_sha256:
        return Problem(code="replaced", message=f"only its hash was kept, and what stands at {where} is something else")
    return Original(topic=record.input.topic, key=key(record), value=found.value)


def _bytes(base64: str | None) -> bytes | None:
    return None if base64 is None else b64decode(base64)


def _where(place: Coordinates) -> str:
    return f"{place.topic} {place.partition}:{place.offset}"
