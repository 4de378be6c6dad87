"""How far topics reach and how far a consumer group has come. Every call raises BrokerError."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from kafka import TopicPartition
from kafka.admin import OffsetSpec
from kafka.errors import RetriableError

from pipeline.broker.admin import connected
from pipeline.settings import Settings

Position = tuple[str, int]

COORDINATOR_SECONDS = 15.0
POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Lag:
    """A group's standing in one partition; `committed` None: it has committed nothing there yet."""

    topic: str
    partition: int
    committed: int | None
    begin: int
    end: int

    @property
    def lag(self) -> int:
        """Records that wait for the group; those that retention removed do not count."""
        return max(self.end - max(self.committed or 0, self.begin), 0)


def begin_offsets(settings: Settings, topics: Iterable[str]) -> dict[Position, int]:
    """The first offset still held, by (topic, partition); topics that do not exist are left out."""
    with connected(settings, "asking for begin offsets") as client:
        return _offsets(client, topics, OffsetSpec.EARLIEST)


def end_offsets(settings: Settings, topics: Iterable[str]) -> dict[Position, int]:
    """The offset the next record will get, by (topic, partition); topics that do not exist are left out."""
    with connected(settings, "asking for end offsets") as client:
        return _offsets(client, topics, OffsetSpec.LATEST)


def group_offsets(settings: Settings, group: str) -> dict[Position, int]:
    """What a consumer group has committed, by (topic, partition); empty for a group that nobody knows."""
    with connected(settings, f"asking for the offsets of group {group}") as client:
        return _committed(client, group)


def group_lag(settings: Settings, group: str, topics: Iterable[str]) -> tuple[Lag, ...]:
    """The group's standing in every partition of the topics, in order."""
    names = list(topics)
    with connected(settings, f"asking for the lag of group {group}") as client:
        # Committed first: asked in the other order, a busy group could seem to be ahead of the end.
        committed = _committed(client, group)
        begins, ends = _offsets(client, names, OffsetSpec.EARLIEST), _offsets(client, names, OffsetSpec.LATEST)
    return tuple(
        Lag(topic=topic, partition=partition, committed=committed.get((topic, partition)),
            begin=begins[topic, partition], end=ends[topic, partition])
        for topic, partition in sorted(ends)
    )  # fmt: skip


def _offsets(client: Any, topics: Iterable[str], spec: OffsetSpec) -> dict[Position, int]:
    names = set(topics)
    wanted = {
        TopicPartition(topic["name"], partition["partition_index"]): spec
        for topic in client.describe_topics()
        if topic["name"] in names
        for partition in topic["partitions"]
    }
    found = client.list_partition_offsets(wanted) if wanted else {}
    return {(place.topic, place.partition): answer.offset for place, answer in found.items()}


def _committed(client: Any, group: str) -> dict[Position, int]:
    found = _once_coordinated(lambda: client.list_group_offsets({group: None})).get(group, {})
    return {(place.topic, place.partition): answer.offset for place, answer in found.items() if answer.offset >= 0}


def _once_coordinated(ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The answer, once the group's coordinator is there: the first question ever makes Kafka create its topic."""
    deadline = time.monotonic() + COORDINATOR_SECONDS
    while True:
        try:
            return ask()
        except RetriableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(POLL_SECONDS)
