"""The books of one input partition: which offsets came in, which have an outcome, and whether that balances. Pure.

Counting would not do: one lost and one repeated make the right sum. So offsets are compared, not numbers of them.
"""

from dataclasses import dataclass, field
from sys import maxsize

from pipeline.doctor.intervals import Interval, Intervals, minus, size, within


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What the books of a partition say; intervals are [start, end) of offsets.

    `missing` are acknowledged inputs without an outcome: lost. `unknown` are outcomes of inputs that do not exist.
    `conflicting` are inputs with outcomes that differ. `lag` counts inputs that wait; `expired` outcomes whose input
    retention has removed; `repeats` outcomes that say again, to the byte, what another one said.
    """

    topic: str
    partition: int
    begin: int
    committed: int
    inputs: int
    outcomes: int
    lag: int
    repeats: int
    expired: int
    missing: list[Interval]
    unknown: list[Interval]
    conflicting: list[int]

    @property
    def balanced(self) -> bool:
        """Whether inputs − outcomes = lag, offset by offset, and every input has one outcome."""
        return not (self.missing or self.unknown or self.conflicting)


@dataclass(slots=True)
class Book:
    """The books of a partition while they are being read; `outcomes` and `inputs` in any order."""

    inputs: Intervals = field(default_factory=Intervals)
    outcomes: Intervals = field(default_factory=Intervals)
    repeated: dict[int, int] = field(default_factory=dict)
    digests: dict[int, set[bytes]] = field(default_factory=dict)

    def note_outcome(self, offset: int) -> None:
        """An outcome of the input at `offset` was read."""
        if not self.outcomes.add(offset):
            self.repeated[offset] = self.repeated.get(offset, 0) + 1

    def note_content(self, offset: int, digest: bytes) -> None:
        """The content of an outcome, in a second reading; only that of repeated ones matters, and is kept."""
        if offset in self.repeated:
            self.digests.setdefault(offset, set()).add(digest)

    def close(self, topic: str, partition: int, *, begin: int, committed: int | None) -> Balance:
        """The balance, given the first offset that retention left and the one the worker has acknowledged up to."""
        acknowledged = begin if committed is None else max(committed, begin)
        inputs = within(self.inputs, begin, maxsize)
        outcomes = within(self.outcomes, begin, maxsize)
        open_ = minus(inputs, outcomes)
        conflicting = sorted(offset for offset, found in self.digests.items() if len(found) > 1)
        return Balance(
            topic=topic,
            partition=partition,
            begin=begin,
            committed=acknowledged,
            inputs=size(inputs),
            outcomes=size(outcomes),
            lag=size(within(open_, acknowledged, maxsize)),
            repeats=sum(count for offset, count in self.repeated.items() if offset not in conflicting),
            expired=len(self.outcomes) - size(outcomes),
            missing=within(open_, begin, acknowledged),
            unknown=minus(outcomes, inputs),
            conflicting=conflicting,
        )
