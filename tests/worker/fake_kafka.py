"""A Kafka of dicts, and a member of a consumer group whose arithmetic of offsets is Faust's own."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from faust.transport.consumer import Consumer
from faust.types import TP
from intervaltree import IntervalTree  # type: ignore[import-untyped]

from pipeline.records import Message
from pipeline.worker.deliver import Send


@dataclass
class Log:
    """What has been written, in order; offsets that are missing are holes, as compaction and transactions leave them."""

    inputs: dict[TP, list[Message]] = field(default_factory=lambda: defaultdict(list))
    committed: dict[TP, int] = field(default_factory=dict)
    written: dict[str, list[Send]] = field(default_factory=lambda: defaultdict(list))
    _ends: dict[TP, int] = field(default_factory=lambda: defaultdict(int))

    def produce(self, tp: TP, key: bytes, value: bytes, *, hole: bool = False) -> None:
        """Append an input, behind a hole or not."""
        offset = self._ends[tp] + hole
        self._ends[tp] = offset + 1
        self.inputs[tp].append(
            Message(topic=tp.topic, partition=tp.partition, offset=offset, timestamp_ms=0, key=key, value=value)
        )

    def all_inputs(self) -> list[Message]:
        """Every input there is."""
        return [message for messages in self.inputs.values() for message in messages]

    def states(self, topic: str) -> Callable[[frozenset[int]], Iterator[Message]]:
        """How a StateStore reads the topic back."""

        def read(partitions: frozenset[int]) -> Iterator[Message]:
            for offset, record in enumerate(self.written[topic]):
                if record.partition is not None and record.partition in partitions:
                    yield Message(
                        topic=topic, partition=record.partition, offset=offset, timestamp_ms=0, key=record.key,
                        value=record.value,
                    )  # fmt: skip

        return read


class Member:
    """A worker's place in the group: which partitions it owns, how far it has read, what it has acknowledged.

    How acknowledgements become commits, and what holes do to that, is Faust's code (`_new_offset`, `_add_gap`).
    """

    _new_offset = Consumer._new_offset
    _should_commit = Consumer._should_commit
    _add_gap = Consumer._add_gap

    def __init__(self, log: Log) -> None:
        self.log = log
        self.owned: set[TP] = set()
        self.expelled = False
        self._forget()

    def _forget(self) -> None:
        self._next: dict[TP, int] = {}
        self._acked: Any = defaultdict(list)
        self._acked_index: Any = defaultdict(set)
        self._gap: Any = defaultdict(IntervalTree)
        self._read_offset: dict[TP, int | None] = defaultdict(lambda: None)
        self._committed_offset: Any = defaultdict(lambda: None)

    def assign(self, owned: Sequence[TP]) -> None:
        """Begin where the last owner's commits end."""
        self.owned = set(owned)
        for tp in owned:
            committed = self.log.committed.get(tp)
            self._next[tp] = committed or 0
            self._read_offset[tp] = committed
            self._committed_offset[tp] = committed or None

    def revoke(self) -> None:
        """Own nothing; what was acknowledged and not committed is forgotten."""
        self.owned = set()
        self._forget()

    async def fetch(self, tp: TP, most: int) -> list[Message]:
        """The next messages of a partition."""
        coming = [message for message in self.log.inputs[tp] if message.offset >= self._next[tp]][:most]
        for message in coming:
            self._next[tp] = message.offset + 1
            before = self._read_offset[tp]
            if before and message.offset - before > 1:
                await cast(Any, self)._add_gap(tp, before + 1, message.offset)
            self._read_offset[tp] = message.offset
        return coming

    def acknowledge(self, tp: TP, offset: int) -> None:
        """As Faust's `ack`: what is below the committed offset, or was acknowledged, is passed over."""
        committed = self._committed_offset[tp]
        if (committed is None or offset >= committed) and offset not in self._acked_index[tp]:
            self._acked_index[tp].add(offset)
            self._acked[tp].append(offset)

    def commit(self) -> None:
        """As Faust's `commit`: whatever it takes for the contiguous head of what was acknowledged."""
        for tp in list(self._acked):
            offset = cast(Any, self)._new_offset(tp)
            if (
                not self.expelled
                and tp in self.owned
                and offset is not None
                and cast(Any, self)._should_commit(tp, offset)
            ):
                self.log.committed[tp] = self._committed_offset[tp] = offset
