"""Reads inputs and outcomes out of Kafka and balances them, while the pipeline runs.

The order of reading makes it sound: what is acknowledged is asked first, so its outcomes are there; outcomes are read
before inputs, so the input of each is there; where the inputs begin is asked last, so what retention removed meanwhile
is known to be gone.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline import codec
from pipeline.broker.consume import consume
from pipeline.broker.offsets import Position, begin_offsets, group_offsets
from pipeline.doctor.balance import Balance, Book
from pipeline.doctor.cluster import group_name
from pipeline.records import Message, Outcome
from pipeline.settings import Settings
from pipeline.topics import ARTICLES, BACKFILL, OUTCOMES

STAGE = "annotate"
INPUTS = (ARTICLES, BACKFILL)

PROGRESS_EVERY = 1_000

Books = defaultdict[Position, Book]
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The balance of every input partition; outcomes by kind; outcomes that name no input of ours, or are none."""

    balances: list[Balance]
    kinds: dict[str, int]
    foreign: list[str]
    unreadable: list[str]

    @property
    def balanced(self) -> bool:
        """Whether nothing at all is wrong."""
        return not (self.foreign or self.unreadable) and all(one.balanced for one in self.balances)


def audit(settings: Settings, progress: Progress = lambda what, count: None) -> Audit:
    """Read everything, once (outcomes twice where some repeat), and balance it. Raises BrokerError."""
    books: Books = defaultdict(Book)
    committed = group_offsets(settings, group_name(settings, STAGE))
    kinds, unreadable = _read_outcomes(settings, books, progress)
    if any(book.repeated for book in books.values()):
        _compare_repeats(settings, books, progress)
    names = [settings.topic_prefix + topic.name for topic in INPUTS]
    for message in _watched(consume(settings, names), "inputs", progress):
        books[message.topic, message.partition].inputs.add(message.offset)
    begins = begin_offsets(settings, names)
    balances = [
        books[place].close(*place, begin=begin, committed=committed.get(place))
        for place, begin in sorted(begins.items())
    ]
    foreign = [f"{topic} {partition}" for topic, partition in sorted(books.keys() - begins.keys())]
    return Audit(balances=balances, kinds=dict(sorted(kinds.items())), foreign=foreign, unreadable=unreadable)


def _read_outcomes(settings: Settings, books: Books, progress: Progress) -> tuple[Counter[str], list[str]]:
    kinds: Counter[str] = Counter()
    unreadable = []
    for message, outcome in _outcomes(settings, "outcomes", progress):
        if outcome is None:
            unreadable.append(f"{message.topic} {message.partition}:{message.offset}")
            continue
        stood = outcome.input
        books[stood.topic, stood.partition].note_outcome(stood.offset)
        kinds[outcome.outcome] += 1
    return kinds, unreadable


def _compare_repeats(settings: Settings, books: Books, progress: Progress) -> None:
    for message, outcome in _outcomes(settings, "outcomes again, for some repeat", progress):
        if outcome is not None and message.value is not None:
            stood = outcome.input
            books[stood.topic, stood.partition].note_content(stood.offset, hashlib.sha256(message.value).digest())


def _outcomes(settings: Settings, what: str, progress: Progress) -> Iterator[tuple[Message, Outcome | None]]:
    """Every outcome with its message; None for what is no outcome."""
    for message in _watched(consume(settings, [settings.topic_prefix + OUTCOMES.name]), what, progress):
        try:
            yield message, codec.decode_record(Outcome, message.value or b"")
        except codec.DecodeError:
            yield message, None


def _watched(messages: Iterator[Message], what: str, progress: Progress) -> Iterator[Message]:
    for count, message in enumerate(messages):
        if count % PROGRESS_EVERY == 0:
            progress(what, count)
        yield message
