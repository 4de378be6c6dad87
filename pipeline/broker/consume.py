"""Reading topics without a consumer group: from a place to the end as it is now, or following for ever. No commits."""

import time
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

from kafka import KafkaConsumer, TopicPartition

from pipeline.broker.client import REQUEST_SECONDS, kafka_errors, options
from pipeline.broker.offsets import Position
from pipeline.errors import BrokerError
from pipeline.records import Message
from pipeline.settings import Settings

# "beginning", "end", a Kafka timestamp in epoch milliseconds, or offsets (partitions not named start at the beginning).
Start = Literal["beginning", "end"] | int | Mapping[Position, int]

POLL_MS = 500
# A fetch holds this much at most (or one larger record), so memory stays flat however long the topic is.
FETCH_BYTES = 16 * 1024 * 1024
PARTITION_FETCH_BYTES = 4 * 1024 * 1024
# Silence this long is answered by a real request: poll alone never says that the broker is gone.
SILENCE_SECONDS = 5.0
# How soon a follower sees added partitions.
METADATA_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one poll brought, and where each partition is to be read on: past the messages, and past what is never shown."""

    messages: tuple[Message, ...]
    positions: Mapping[Position, int]


def consume(
    settings: Settings, topics: Iterable[str], start: Start = "beginning", *, follow: bool = False
) -> Iterator[Message]:
    """Messages of the topics, each partition in order; ends at the end offsets found at the start unless `follow`.

    Aborted transactions are not shown. Raises BrokerError: no broker, no such topic, offsets out of range.
    """
    names = list(dict.fromkeys(topics))
    doing = f"reading {', '.join(names)}"
    with kafka_errors(doing), closing(_connect(settings)) as client:
        places = _places(client, names)
        client.assign(places)
        ends = client.end_offsets(places)
        _seek(client, places, start)
        yield from _endless(client, names) if follow else _until(client, ends)


def follow(settings: Settings, topics: Iterable[str], start: Start = "beginning") -> Generator[Batch, None, None]:
    """As `consume` for ever, poll by poll, empty ones too: for who commits what was read, or wants to stop in between."""
    names = list(dict.fromkeys(topics))
    with kafka_errors(f"reading {', '.join(names)}"), closing(_connect(settings)) as client:
        places = _places(client, names)
        client.assign(places)
        _seek(client, places, start)
        yield from _follow(client, names)


def _connect(settings: Settings) -> Any:
    return KafkaConsumer(
        **options(settings),
        group_id=None,
        enable_auto_commit=False,
        # A gap (retention overtook us) is an error, not a silent jump.
        auto_offset_reset="none",
        isolation_level="read_committed",
        allow_auto_create_topics=False,
        fetch_max_bytes=FETCH_BYTES,
        max_partition_fetch_bytes=PARTITION_FETCH_BYTES,
        metadata_max_age_ms=int(METADATA_SECONDS * 1000),
    )


def _places(client: Any, names: list[str]) -> list[TopicPartition]:
    """Every partition of the topics."""
    places = []
    for name in names:
        partitions = client.partitions_for_topic(name)
        if not partitions:
            raise BrokerError(f"there is no topic {name}: run `tickertape topics apply`")
        places += [TopicPartition(name, partition) for partition in sorted(partitions)]
    return places


def _seek(client: Any, places: list[TopicPartition], start: Start) -> None:
    begins = client.beginning_offsets(places)
    if start == "beginning":
        wanted = begins
    elif start == "end":
        wanted = client.end_offsets(places)
    elif isinstance(start, int):
        ends, found = client.end_offsets(places), client.offsets_for_times(dict.fromkeys(places, start))
        wanted = {place: found[place].offset if found[place] else ends[place] for place in places}
    else:
        assert not isinstance(start, str)
        wanted = {place: start.get((place.topic, place.partition), begins[place]) for place in places}
    for place, offset in wanted.items():
        client.seek(place, offset)


def _until(client: Any, ends: Mapping[TopicPartition, int]) -> Iterator[Message]:
    """To the given ends; by position, not by offset seen, for compaction and transactions leave gaps."""
    left = set(ends)
    batches = _batches(client)
    while True:
        done = {place for place in left if client.position(place) >= ends[place]}
        client.pause(*done)
        left -= done
        if not left:
            return
        for place, records in next(batches).items():
            yield from (_message(record) for record in records if record.offset < ends[place])


def _endless(client: Any, names: list[str]) -> Iterator[Message]:
    for batch in _follow(client, names):
        yield from batch.messages


def _follow(client: Any, names: list[str]) -> Iterator[Batch]:
    """For ever; partitions that are added while following are read from their beginning."""
    for records in _batches(client):
        yield Batch(
            messages=tuple(_message(record) for place in records for record in records[place]),
            positions={(place.topic, place.partition): client.position(place) for place in client.assignment()},
        )
        added = [place for place in _places(client, names) if place not in client.assignment()]
        if added:
            client.assign([*client.assignment(), *added])
            client.seek_to_beginning(*added)


def _batches(client: Any) -> Iterator[dict[TopicPartition, list[Any]]]:
    """Polls for ever, empty ones included; raises when the broker has gone silent for good."""
    heard_at = time.monotonic()
    while True:
        records = client.poll(timeout_ms=POLL_MS)
        if not records and time.monotonic() - heard_at > SILENCE_SECONDS:
            client.end_offsets(list(client.assignment()), timeout_ms=int(REQUEST_SECONDS * 1000))
        if records or time.monotonic() - heard_at > SILENCE_SECONDS:
            heard_at = time.monotonic()
        yield records


def _message(record: Any) -> Message:
    return Message(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        timestamp_ms=record.timestamp,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers),
    )
