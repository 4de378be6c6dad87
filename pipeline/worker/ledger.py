"""What has been read and not yet acknowledged, partition by partition, in the order it came.

Faust commits past a message that is acknowledged out of order, and forgets one that nobody holds on to (it keeps weak
references only). So everything read stands here, strongly held, and only the contiguous finished head of a partition
is ever acknowledged.
"""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.records import Message


@dataclass(slots=True, eq=False)
class Entry:
    """A message on its way; `acknowledge` tells Faust that its offset may be committed.

    `attempts` counts how often a process has tried it, for the watchdog; a `forgotten` entry is no longer ours: whoever
    gets the partition next reads it again.
    """

    message: Message
    topic: str
    acknowledge: Callable[[], object]
    started: bool = False
    finished: bool = False
    forgotten: bool = False
    attempts: int = 0

    @property
    def size(self) -> int:
        """Bytes of the message's value."""
        return len(self.message.value or b"")


class Ledger:
    """Entries by partition, oldest first."""

    def __init__(self) -> None:
        self._partitions: dict[tuple[str, int], deque[Entry]] = {}
        self._entries: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._entries.total()

    def entries(self, topic: str) -> int:
        """How many entries of a topic are unacknowledged."""
        return self._entries[topic]

    def bytes(self, topic: str) -> int:
        """The bytes of a topic's unacknowledged entries."""
        return self._bytes[topic]

    def head(self, topic: str, partition: int) -> Entry | None:
        """The oldest unacknowledged entry of a partition; `topic` as Kafka knows it."""
        queue = self._partitions.get((topic, partition))
        return queue[0] if queue else None

    def add(self, entry: Entry) -> None:
        """Put a message that was just read at the end of its partition."""
        self._partitions.setdefault((entry.message.topic, entry.message.partition), deque()).append(entry)
        self._count(entry, 1)

    def finish(self, entry: Entry) -> None:
        """Mark it done, and acknowledge what now stands finished at the head of its partition, oldest first."""
        entry.finished = True
        if entry.forgotten:
            return
        queue = self._partitions[entry.message.topic, entry.message.partition]
        while queue and queue[0].finished:
            head = queue.popleft()
            self._count(head, -1)
            head.acknowledge()

    def shed(self) -> None:
        """Forget the entries behind the last one that was started, so that a drain only waits for what must be done."""
        for queue in self._partitions.values():
            while queue and not queue[-1].started:
                self._forget(queue.pop())

    def clear(self) -> None:
        """Forget everything: the partitions are no longer ours."""
        for queue in self._partitions.values():
            while queue:
                self._forget(queue.pop())
        self._partitions.clear()

    def _forget(self, entry: Entry) -> None:
        entry.forgotten = True
        self._count(entry, -1)

    def _count(self, entry: Entry, step: int) -> None:
        self._entries[entry.topic] += step
        self._bytes[entry.topic] += step * entry.size
