"""Whether the promise was kept, judged from the topics alone; shares only schemas and topic names with the worker.

Invariants I1-I9, each a function from the books to sentences about what breaks it. JSON by the standard library, versions
compared here, nothing imported from the stages: who shares a mistake cannot see it.
"""

import base64
import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from pipeline.topics import ARTICLES, BACKFILL, DEAD_LETTERS, ENTITIES, EVENTS, OUTCOMES, STATE
from tests.chaos.log import Log, Place, Record

Input = tuple[str, int, int]
INPUTS = (ARTICLES.name, BACKFILL.name)
TOPICS = (*INPUTS, ENTITIES.name, EVENTS.name, OUTCOMES.name, STATE.name, DEAD_LETTERS.name)
RETRACTED = "news.event.retracted.v1"


@dataclass(frozen=True)
class Sample:
    """One look during the chaos: what was committed, and (seen later) the lowest offset without outcome."""

    committed: Mapping[Place, int]
    missing_from: Mapping[Place, int]


@dataclass(frozen=True)
class Measure:
    """A figure with its cap: of time (I7) or of size (I8)."""

    invariant: str
    what: str
    value: float
    cap: float


@dataclass(frozen=True)
class Receipt:
    """What a producer was told: a record with this key stands there."""

    place: Input
    key: bytes


@dataclass(frozen=True)
class Verdict:
    """The figures of a run; `broken` has a sentence for each violation, beginning with its invariant."""

    accepted: int
    outcomes: Counter[str]
    lost: int
    conflicting: int
    duplicates: int
    foreign: int
    broken: tuple[str, ...]

    @property
    def held(self) -> bool:
        return not self.broken


@dataclass
class Books:
    """The log, sorted into accounts.

    `drained`: everything that was fed should be done by now. `receipts`: what producers were told that Kafka has.
    """

    log: Log
    samples: Sequence[Sample] = ()
    measures: Sequence[Measure] = ()
    drained: bool = True
    receipts: Sequence[Receipt] = ()
    inputs: dict[Input, Record] = field(default_factory=dict)
    outcomes: dict[Input, list[tuple[Record, Any]]] = field(default_factory=lambda: defaultdict(list))
    letters: dict[Input, list[Record]] = field(default_factory=lambda: defaultdict(list))
    events: dict[str, list[tuple[Record, Any]]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for topic in INPUTS:
            self.inputs |= {(topic, one.partition, one.offset): one for one in self.log.of(topic)}
        for record in self.log.of(OUTCOMES.name):
            value = json.loads(record.value or b"null")
            self.outcomes[self._input(value)].append((record, value))
        for record in self.log.of(DEAD_LETTERS.name):
            self.letters[self._input(json.loads(record.value or b"null"))].append(record)
        for record in self.log.of(EVENTS.name):
            value = json.loads(record.value or b"null")
            self.events[value["id"]].append((record, value))

    def _input(self, value: Any) -> Input:
        at = value["input"]
        return at["topic"].removeprefix(self.log.prefix), at["partition"], at["offset"]

    def kind(self, place: Input) -> str | None:
        """The kind of an input's first outcome."""
        found = self.outcomes.get(place)
        return found[0][1]["outcome"] if found else None

    def places(self) -> Iterator[Place]:
        """The partitions of the inputs."""
        return (place for place in self.log.ends if place[0] in INPUTS)

    @cached_property
    def missing(self) -> list[Input]:
        """The inputs that should have an outcome by now, and have none."""
        upto = self.log.ends if self.drained else self.log.committed
        return [
            (topic, partition, offset)
            for topic, partition in self.places()
            for offset in range(self.log.begins.get((topic, partition), 0), upto.get((topic, partition), 0))
            if (topic, partition, offset) not in self.outcomes
        ]

    @cached_property
    def by_key(self) -> dict[bytes, list[Input]]:
        """The inputs of each key."""
        found = defaultdict(list)
        for place, record in self.inputs.items():
            found[record.key or b""].append(place)
        return found

    @cached_property
    def subjects(self) -> dict[str, set[str]]:
        """The event ids that the outcomes of an article have named."""
        found: dict[str, set[str]] = defaultdict(set)
        for _, value in (one for several in self.outcomes.values() for one in several):
            found[value["article_key"] or ""].update(value["event_ids"])
        return found


def complete(books: Books) -> Iterator[str]:
    """I1: every input up to the commit (once drained: to the end) has an outcome."""
    for topic, partition, offset in books.missing:
        yield f"no outcome for {topic}/{partition}/{offset}"
    for receipt in books.receipts:
        found = books.inputs.get(receipt.place)
        if receipt.place[2] >= books.log.begins.get(receipt.place[:2], 0) and (
            found is None or found.key != receipt.key
        ):
            yield f"{receipt.key!r} was confirmed at {receipt.place}, and is not there"


def one_kind(books: Books) -> Iterator[str]:
    """I2: one kind of outcome an input; a dead letter where that is the kind, and nowhere else, and never with events."""
    for place, found in books.outcomes.items():
        kinds = {value["outcome"] for _, value in found}
        if len(kinds) > 1:
            yield f"{place} has outcomes {sorted(kinds)}"
        if ("dead-letter" in kinds) != (place in books.letters):
            yield f"{place} is {sorted(kinds)}, and has {len(books.letters.get(place, ()))} dead letters"
    for place, letters in books.letters.items():
        if place in books.inputs and not _holds(json.loads(letters[0].value or b"null"), books.inputs[place]):
            yield f"the dead letter of {place} has other bytes"
    published = {value["partitionkey"].encode() for found in books.events.values() for _, value in found}
    for key, places in books.by_key.items():
        if key in published and {books.kind(place) for place in places} == {"dead-letter"}:
            yield f"{key!r} is a dead letter and has events"


def _holds(letter: Any, record: Record) -> bool:
    """Whether a dead letter holds the message, or, where that is too large, its hash."""
    if record.value is None:
        return letter["value_base64"] is None and letter["value_bytes"] == 0
    if letter["value_base64"] is None:
        return bool(letter["value_sha256"] == hashlib.sha256(record.value).hexdigest())
    return base64.b64decode(letter["value_base64"]) == record.value


def stable(books: Books) -> Iterator[str]:
    """I3: records of one id are equal to the byte; what an outcome names is there."""
    accounts = (
        ("outcome", {place: [record for record, _ in found] for place, found in books.outcomes.items()}),
        ("dead letter", books.letters),
        ("event", {name: [record for record, _ in found] for name, found in books.events.items()}),
    )
    for what, account in accounts:
        for name, records in account.items():
            if len({(record.key, record.value, record.headers) for record in records}) > 1:
                yield f"{what} {name} has different records"
    yield from _absent(books)


def _absent(books: Books) -> Iterator[str]:
    present: dict[str, set[str]] = defaultdict(set)
    for found in books.events.values():
        for _, value in found:
            present[value["partitionkey"]].add(value["subject"])
    for place, outcomes in books.outcomes.items():
        absent = {
            name for _, value in outcomes for name in value["event_ids"] if name not in present[value["article_key"]]
        }
        if absent:
            yield f"{place} names events that are not there: {sorted(absent)}"


def conservation(books: Books) -> Iterator[str]:
    """I4: accepted = outcomes of each kind + in flight; in flight is nothing but what is not committed yet."""
    held = {place for place in books.outcomes if place in books.inputs}
    kinds = Counter(kind for place in held for kind in {value["outcome"] for _, value in books.outcomes[place]})
    under_way = [place for place in books.inputs if place not in books.outcomes]
    early = [place for place in under_way if place[2] < books.log.committed.get(place[:2], 0)]
    if len(books.inputs) != kinds.total() + len(under_way) or early:
        yield f"{len(books.inputs)} accepted, {kinds.total()} with an outcome, {len(under_way)} under way, {len(early)} lost"


def commit_safety(books: Books) -> Iterator[str]:
    """I5: at no time was an offset committed at or below which an input had no outcome."""
    for number, sample in enumerate(books.samples):
        for place, committed in sample.committed.items():
            if place in sample.missing_from and committed > sample.missing_from[place]:
                yield f"look {number}: {place} committed {committed}, no outcome from {sample.missing_from[place]} on"


def native(books: Books) -> Iterator[str]:
    """I6: outcomes and dead letters belong to inputs, events to outcomes, retractions to events."""
    for what, account in (("outcome", books.outcomes), ("dead letter", books.letters)):
        for place in account:
            if place[0] not in INPUTS or not 0 <= place[2] < books.log.ends.get(place[:2], 0):
                yield f"{what} of {place}, which is no input"
    known = {value["subject"] for found in books.events.values() for _, value in found if value["type"] != RETRACTED}
    for name, found in books.events.items():
        _, value = found[0]
        owned = value["subject"] in books.subjects[value["partitionkey"]]
        if value["partitionkey"].encode() not in books.by_key and not books.log.expired:
            yield f"event {name} of an article that never came in"
        elif (books.drained and not owned) or (value["type"] == RETRACTED and value["subject"] not in known):
            yield f"event {name}, which no outcome names"


def lively(books: Books) -> Iterator[str]:
    """I7: once healed, the lag goes to nothing, and in time."""
    for place in books.places() if books.drained else ():
        end, begin = books.log.ends[place], books.log.begins.get(place, 0)
        if end > begin and books.log.committed.get(place, 0) < end:
            yield f"{place} stands at {books.log.committed.get(place, 0)} of {end}"
    yield from _exceeded(books, "I7")


def bounded(books: Books) -> Iterator[str]:
    """I8: memory, queues, repeats stay under their caps."""
    yield from _exceeded(books, "I8")


def newest_wins(books: Books) -> Iterator[str]:
    """I9: what is remembered of an article is its newest version, whatever the order of arrival."""
    standing = {record.key or b"": json.loads(record.value) for record in books.log.of(STATE.name) if record.value}
    for key, places in books.by_key.items() if books.drained else ():
        versions = [
            _version(json.loads(books.inputs[place].value or b"null"))
            for place in places
            if books.kind(place) in ("events", "no-event", "unchanged", "stale", "retracted")
        ]
        if not versions:
            continue
        settled = (standing.get(key) or {}).get("settled")
        if settled is None or _version(settled) != max(versions):
            yield f"{key!r} stands at {settled and settled['version']}, the newest is {max(versions)[1]}"


def _version(value: Any) -> tuple[float, int]:
    """The order of versions, as far as chaos uses it: time of creation, then number."""
    at = value.get("version_created_at")
    return 0.0 if at is None else datetime.fromisoformat(at).timestamp(), int(value["version"])


def _exceeded(books: Books, invariant: str) -> Iterator[str]:
    for one in books.measures:
        if one.invariant == invariant and not one.value <= one.cap:
            yield f"{one.what}: {one.value:g}, and {one.cap:g} is allowed"


INVARIANTS: dict[str, Callable[[Books], Iterator[str]]] = {
    "I1": complete,
    "I2": one_kind,
    "I3": stable,
    "I4": conservation,
    "I5": commit_safety,
    "I6": native,
    "I7": lively,
    "I8": bounded,
    "I9": newest_wins,
}


def verify(
    log: Log,
    samples: Sequence[Sample] = (),
    measures: Sequence[Measure] = (),
    *,
    drained: bool = True,
    receipts: Sequence[Receipt] = (),
) -> Verdict:
    """The verdict on a log; with `drained` False only what must hold at any instant is asked of unfinished inputs."""
    books = Books(log, samples, measures, drained, receipts)
    found = {name: list(check(books)) for name, check in INVARIANTS.items()}
    return Verdict(
        accepted=len(books.inputs),
        outcomes=Counter(kind for place in books.inputs if (kind := books.kind(place)) is not None),
        lost=len(found["I1"]),
        conflicting=len(found["I2"]) + len(found["I3"]),
        duplicates=sum(len(several) - 1 for several in books.outcomes.values()),
        foreign=len(found["I6"]),
        broken=tuple(f"{name}: {sentence}" for name, sentences in found.items() for sentence in sentences),
    )


class Watch:
    """Looks at a growing log again and again, each record once."""

    def __init__(self, log: Log, samples: list[Sample]) -> None:
        self.samples = samples
        self._log, self._seen = log, 0
        self._done: set[Input] = set()
        self._upto: dict[Place, int] = {}

    def look(self) -> None:
        """Take a sample of the log, which was just caught up with."""
        log = self._log
        for record in log.of(OUTCOMES.name)[self._seen :]:
            at = json.loads(record.value or b"null")["input"]
            self._done.add((at["topic"].removeprefix(log.prefix), at["partition"], at["offset"]))
        self._seen = len(log.of(OUTCOMES.name))
        for place in log.ends:
            if place[0] in INPUTS:
                upto = max(self._upto.get(place, 0), log.begins.get(place, 0))
                while (*place, upto) in self._done:
                    upto += 1
                self._upto[place] = upto
        self.samples.append(Sample(dict(log.committed), dict(self._upto)))
