"""What Kafka holds, read with nothing but kafka-python: records of some topics, their bounds, a group's commits.

None of the product's readers, so that a fault of theirs cannot hide a fault of the worker's.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, NamedTuple

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import RetriableError

Place = tuple[str, int]

POLL_MS = 200
FETCH_BYTES = 16 * 1024 * 1024


class Record(NamedTuple):
    """One Kafka record; the topic without its prefix."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass
class Log:
    """All that may be known from outside. Bounds and commits by (topic without prefix, partition)."""

    prefix: str = ""
    records: dict[str, list[Record]] = field(default_factory=lambda: defaultdict(list))
    begins: dict[Place, int] = field(default_factory=dict)
    ends: dict[Place, int] = field(default_factory=dict)
    committed: dict[Place, int] = field(default_factory=dict)

    @property
    def expired(self) -> bool:
        """Whether retention has removed records, so that not everything that was can be known."""
        return any(self.begins.values())

    def of(self, topic: str) -> list[Record]:
        """The records of a topic, each partition in order."""
        return self.records.get(topic, [])


class Reader:
    """Reads topics from their beginning, each record once, as often as `catch_up` is called. Not for several threads."""

    def __init__(self, bootstrap: str, prefix: str, topics: Iterable[str], group: str) -> None:
        """`group`: whose commits are looked up; it is never joined."""
        self._reading: Any = KafkaConsumer(
            bootstrap_servers=bootstrap, group_id=None, enable_auto_commit=False, auto_offset_reset="earliest",
            allow_auto_create_topics=False, fetch_max_bytes=FETCH_BYTES, max_partition_fetch_bytes=FETCH_BYTES,
            metadata_max_age_ms=2000,
        )  # fmt: skip
        self._admin: Any = KafkaAdminClient(bootstrap_servers=bootstrap)
        self._group = prefix + group
        self._names = {prefix + topic: topic for topic in topics}
        self.log = Log(prefix=prefix)

    def __enter__(self) -> "Reader":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._reading.close()
        self._admin.close()

    def commits(self) -> dict[Place, int]:
        """What the group has committed, by place; places without a commit are left out."""
        try:
            found = self._admin.list_group_offsets({self._group: None}).get(self._group, {})
        except RetriableError:  # its coordinator is not there yet, or not there any more: nothing is known
            return {}
        return {
            self._place(place): one.offset
            for place, one in found.items()
            if one.offset >= 0 and place.topic in self._names
        }

    def catch_up(self) -> Log:
        """Commits first, then everything up to the ends as they are then: an outcome is never seen after its commit."""
        log = self.log
        log.committed = self.commits()
        places = self._places()
        new = [place for place in places if place not in self._reading.assignment()]
        if new:
            self._reading.assign([*self._reading.assignment(), *new])
            self._reading.seek_to_beginning(*new)
        begins, ends = self._reading.beginning_offsets(places), self._reading.end_offsets(places)
        log.begins = {self._place(place): offset for place, offset in begins.items()}
        log.ends = {self._place(place): offset for place, offset in ends.items()}
        while any(self._reading.position(place) < end for place, end in ends.items()):
            for place, records in self._reading.poll(timeout_ms=POLL_MS).items():
                name, _ = self._place(place)
                log.records[name] += [_record(name, record) for record in records]
        return log

    def _places(self) -> list[TopicPartition]:
        return [
            TopicPartition(name, partition)
            for name in self._names
            for partition in sorted(self._reading.partitions_for_topic(name) or ())
        ]

    def _place(self, place: TopicPartition) -> Place:
        return self._names[place.topic], place.partition


def _record(name: str, read: Any) -> Record:
    return Record(name, read.partition, read.offset, read.timestamp, read.key, read.value, tuple(read.headers))
