"""What waits to be handled: the most urgent topic first, and no message of a key whose batch is not done."""

from collections import deque
from collections.abc import Sequence

from pipeline.worker.ledger import Entry

Key = tuple[int, bytes]


def key_of(entry: Entry) -> Key | None:
    """What orders messages: the key, in the partition that its state lives in; None: nothing does."""
    key = entry.message.key
    return None if key is None else (entry.message.partition, key)


class Backlog:
    """Entries that wait, by topic in order of urgency; one whose key is being handled is parked until `release`.

    A batch has one entry of a key; `in_runs`: as many as come.
    """

    def __init__(self, topics: Sequence[str], *, in_runs: bool = False) -> None:
        self._waiting: dict[str, deque[Entry]] = {topic: deque() for topic in topics}
        self._urgent = topics[0]
        self._in_runs = in_runs
        self._parked: dict[Key, list[Entry]] = {}
        self._bytes = 0

    def __len__(self) -> int:
        """How many entries could be picked (some may turn out to be parked)."""
        return sum(len(queue) for queue in self._waiting.values())

    @property
    def bytes(self) -> int:
        """The bytes of what could be picked."""
        return self._bytes

    def add(self, entry: Entry) -> None:
        """An entry joins at the end of its topic."""
        self._waiting[entry.topic].append(entry)
        self._bytes += entry.size

    @property
    def urgent(self) -> int:
        """How many entries of the most urgent topic could be picked."""
        return len(self._waiting[self._urgent])

    def is_urgent(self, entry: Entry) -> bool:
        """Whether the entry is of the most urgent topic."""
        return entry.topic == self._urgent

    def pick(self, *, most: int, most_bytes: int) -> list[Entry]:
        """The next batch, of one topic: at least one entry if any can be handled now; they count as started."""
        for queue in self._waiting.values():
            if batch := self._batch(queue, most, most_bytes):
                return batch
        return []

    def _batch(self, queue: deque[Entry], most: int, most_bytes: int) -> list[Entry]:
        batch: list[Entry] = []
        running: set[Key] = set()
        room = most_bytes
        while queue and len(batch) < most and (not batch or queue[0].size <= room):
            entry = queue.popleft()
            self._bytes -= entry.size
            key = key_of(entry)
            if key in running and not entry.forgotten:
                entry.started = True
            elif not self._start(entry):
                continue
            batch.append(entry)
            room -= entry.size
            if key is not None and self._in_runs:
                running.add(key)
        return batch

    def release(self, entry: Entry) -> None:
        """The entry's key is free (once a batch): what was parked behind it waits again, before all that came later."""
        key = key_of(entry)
        if key is None:
            return
        for parked in reversed(self._parked.pop(key, [])):
            self._waiting[parked.topic].appendleft(parked)
            self._bytes += parked.size

    def _start(self, entry: Entry) -> bool:
        """Whether the entry can be handled now; its key is busy from here to its `release`."""
        if entry.forgotten:
            return False
        key = key_of(entry)
        if key is not None:
            if key in self._parked:
                self._parked[key].append(entry)
                return False
            self._parked[key] = []
        entry.started = True
        return True
