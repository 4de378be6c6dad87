"""Whatever the order of finishing, only the contiguous finished head of a partition is acknowledged."""

from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from pipeline.records import Message
from pipeline.worker.ledger import Entry, Ledger

PARTITIONS = strategies.integers(min_value=0, max_value=2)


def message(partition: int, offset: int, key: bytes | None = None, topic: str = "topic") -> Message:
    return Message(topic=topic, partition=partition, offset=offset, timestamp_ms=0, key=key, value=b"12345")


class LedgerMachine(RuleBasedStateMachine):
    """Reads, starts, finishes, sheds and revokes at random, against a model that knows every fate."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger()
        self.read: dict[int, list[Entry]] = {0: [], 1: [], 2: []}
        self.acknowledged: dict[int, list[int]] = {0: [], 1: [], 2: []}
        self.offset = 0

    def entries(self) -> list[Entry]:
        return [entry for entries in self.read.values() for entry in entries]

    @rule(partition=PARTITIONS)
    def add(self, partition: int) -> None:
        offset = self.offset = self.offset + 1
        entry = Entry(message(partition, offset), "topic", lambda: self.acknowledged[partition].append(offset))
        self.read[partition].append(entry)
        self.ledger.add(entry)

    @precondition(lambda self: any(not entry.started and not entry.forgotten for entry in self.entries()))
    @rule(data=strategies.data())
    def start(self, data: strategies.DataObject) -> None:
        waiting = [entry for entry in self.entries() if not entry.started and not entry.forgotten]
        data.draw(strategies.sampled_from(waiting)).started = True

    @precondition(lambda self: any(entry.started and not entry.finished for entry in self.entries()))
    @rule(data=strategies.data())
    def finish(self, data: strategies.DataObject) -> None:
        running = [entry for entry in self.entries() if entry.started and not entry.finished]
        self.ledger.finish(data.draw(strategies.sampled_from(running)))

    @rule()
    def shed(self) -> None:
        self.ledger.shed()
        for entries in self.read.values():
            kept = [entry for entry in entries if not entry.forgotten]
            assert not kept or kept[-1].started

    @rule()
    def clear(self) -> None:
        """A revocation: nothing of before may be acknowledged any more."""
        self.ledger.clear()
        assert all(entry.forgotten for entry in self.entries() if not self.was_acknowledged(entry))

    def was_acknowledged(self, entry: Entry) -> bool:
        return entry.message.offset in self.acknowledged[entry.message.partition]

    @invariant()
    def acknowledges_the_finished_head_and_nothing_else(self) -> None:
        for partition, entries in self.read.items():
            kept = [entry for entry in entries if not entry.forgotten]
            head = []
            for entry in kept:
                if not entry.finished:
                    break
                head.append(entry.message.offset)
            assert self.acknowledged[partition] == head

    @invariant()
    def counts_what_is_unacknowledged(self) -> None:
        open_entries = [e for e in self.entries() if not e.forgotten and not self.was_acknowledged(e)]
        assert len(self.ledger) == self.ledger.entries("topic") == len(open_entries)
        assert self.ledger.bytes("topic") == 5 * len(open_entries)
        for partition in self.read:
            heads = [entry for entry in open_entries if entry.message.partition == partition]
            assert self.ledger.head("topic", partition) is (heads[0] if heads else None)


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
