"""Where faults happen: topics of one's own on a real Kafka, real workers, a feed, somebody who watches, and the verdict."""

import json
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, MemberToRemove
from kafka.errors import KafkaError

from pipeline import codec
from pipeline.broker.offsets import end_offsets, group_lag
from pipeline.broker.produce import Failure, connect
from pipeline.broker.produce import Receipt as Confirmed
from pipeline.errors import BrokerError
from pipeline.records import Article, Outgoing
from pipeline.topics import ARTICLES, BACKFILL, DEAD_LETTERS, OUTCOMES, Topic
from tests.chaos.brokers import Cluster, OwnBroker
from tests.chaos.log import Reader
from tests.chaos.stages import STAGES
from tests.chaos.verifier import TOPICS, Measure, Receipt, Sample, Verdict, Watch, verify
from tests.kafka.worker_world import Worker, World

GROUP = "tickertape-annotate"
LOOK_SECONDS = 0.5
# What a death repeats at most: what was not acknowledged, and what was acknowledged within one commit interval.
WINDOW = 64


@dataclass(frozen=True)
class Row:
    """One line of the table. `seconds`: from the end of the fault until everything was accounted for."""

    fault: str
    lost: int
    conflicting: int
    duplicates: int
    foreign: int
    seconds: float
    held: bool
    measured: str
    broken: tuple[str, ...]
    articles: int = 0


def together(fault: str, rows: Sequence[Row], measured: str) -> Row:
    """One row for the same fault in several worlds at once."""
    articles = sum(one.articles for one in rows)
    return Row(
        fault=fault,
        lost=sum(one.lost for one in rows),
        conflicting=sum(one.conflicting for one in rows),
        duplicates=sum(one.duplicates for one in rows),
        foreign=sum(one.foreign for one in rows),
        seconds=max(one.seconds for one in rows),
        held=all(one.held for one in rows),
        measured=f"{articles} articles, {measured}",
        broken=tuple(sentence for one in rows for sentence in one.broken),
        articles=articles,
    )


def needed(stages: Iterable[str]) -> tuple[Topic, ...]:
    """The topics that these stages read and write."""
    found = [STAGES[name] for name in stages]
    topics = [topic for stage in found for topic in (*stage.reads, *stage.writes, stage.state) if topic is not None]
    return tuple(dict.fromkeys(topics))


@dataclass
class Arena(World):
    """A world with a verifier.

    `thorough`: all that a fault can be varied in, else what fits into CI. `seen`: how many outcomes whoever watches has seen.
    """

    command: Sequence[str] = (sys.executable, "-m", "tests.chaos.worker")
    topics: Sequence[Topic] = needed(["annotate"])
    inputs: Sequence[Topic] = (ARTICLES, BACKFILL)
    outcomes_in: Topic = OUTCOMES
    seed: int = 7
    kills: int = 10
    thorough: bool = False
    own: OwnBroker | Cluster | None = None
    samples: list[Sample] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    takeovers: list[float] = field(default_factory=list)
    seen: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self._numbers = count()

    def __enter__(self) -> "Arena":
        super().__enter__()
        return self

    def worker(self, *stages: str, **variables: object) -> Worker:
        """One more worker, of one NLP process and a small window unless told otherwise; it reads when this returns."""
        worker = self.start(*(stages or ("annotate",)), **(SMALL | variables))
        worker.ready()
        return worker

    def articles(self, number: int, first_line: str = "", **fields: Any) -> list[Article]:
        """So many new articles, with none to two events each."""
        return [article(next(self._numbers), first_line, **fields) for _ in range(number)]

    def send(self, articles: Iterable[Article], topic: Topic = ARTICLES) -> None:
        """Articles come in, confirmed."""
        self.feed([(one.key.encode(), codec.encode(one)) for one in articles], topic)

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        """The independent reader of this world's topics."""
        with Reader(self.settings.brokers, self.settings.topic_prefix, TOPICS, GROUP) as reader:
            yield reader

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Commits and outcomes are looked at all the while."""
        stopped = threading.Event()
        thread = threading.Thread(target=self._watch, args=(stopped,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def _watch(self, stopped: threading.Event) -> None:
        while not stopped.is_set():
            try:
                with self.reader() as reader:
                    watch = Watch(reader.log, self.samples)
                    while not stopped.wait(LOOK_SECONDS):
                        self.seen = len(reader.catch_up().of(OUTCOMES.name))
                        watch.look()
            except KafkaError:  # the broker is gone: that is the fault being tried
                stopped.wait(LOOK_SECONDS)

    @contextmanager
    def fed(self, per_second: float, **fields: Any) -> Iterator[None]:
        """New articles come in all the while, a few at a time; the receipts of those that Kafka confirmed are kept."""
        stopped = threading.Event()

        def run() -> None:
            producer = connect(self.settings)
            while not stopped.wait(FEED_SECONDS):
                articles = self.articles(max(1, round(per_second * FEED_SECONDS)), **fields)
                self._keep(producer.deliver([outgoing(self.name(ARTICLES), one) for one in articles]), articles)
            producer.disconnect()

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def _keep(self, delivered: Sequence[Confirmed | Failure], articles: Sequence[Article]) -> None:
        for one, sent in zip(delivered, articles, strict=True):
            if isinstance(one, Confirmed):
                topic = one.topic.removeprefix(self.settings.topic_prefix)
                self.receipts.append(Receipt((topic, one.partition, one.offset), sent.key.encode()))

    @property
    def broker(self) -> OwnBroker:
        """The broker of this world alone, which may be hurt."""
        assert isinstance(self.own, OwnBroker)
        return self.own

    @property
    def cluster(self) -> Cluster:
        """The three brokers of this world alone."""
        assert isinstance(self.own, Cluster)
        return self.own

    @contextmanager
    def twin(self, number: int = 0) -> Iterator["Arena"]:
        """A world like this one, beside it."""
        folder = self.folder / f"twin-{number}"
        folder.mkdir()
        settings = replace(self.settings, topic_prefix=f"twin-{number}-{self.settings.topic_prefix}")
        with Arena(settings, folder, topics=self.topics, seed=self.seed + number) as twin:
            yield twin

    @contextmanager
    def admin(self) -> Iterator[Any]:
        """kafka-python's own, for what the product never does."""
        admin: Any = KafkaAdminClient(bootstrap_servers=self.settings.brokers)
        try:
            yield admin
        finally:
            admin.close()

    def delete_records(self, topic: Topic) -> None:
        """Remove all records of a topic, as retention does."""
        ends = end_offsets(self.settings, [self.name(topic)])
        with self.admin() as admin:
            admin.delete_records({TopicPartition(*place): end for place, end in ends.items()})

    def delete_topic(self, topic: Topic) -> None:
        """And all that is in it."""
        with self.admin() as admin:
            admin.delete_topics([self.name(topic)])

    def delete_group(self, stage: str) -> None:
        """Forget where a stage was; it must have ended."""
        with self.admin() as admin:
            admin.delete_groups([f"{self.settings.topic_prefix}tickertape-{stage}"])

    def set_config(self, topic: Topic, name: str, value: str) -> None:
        """Change one of Kafka's settings of a topic."""
        with self.admin() as admin:
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, self.name(topic), {name: value})])

    def outcomes_now(self) -> int:
        """How many outcome records there are; -1 while nobody can tell."""
        return self._records(OUTCOMES)

    def codes(self) -> list[str]:
        """Why there are dead letters, sorted; each input once."""
        with self.reader() as reader:
            found = [json.loads(one.value or b"") for one in reader.catch_up().of(DEAD_LETTERS.name)]
        return sorted({str(one["input"]): one["problem"]["code"] for one in found}.values())

    def dead_letters(self) -> int:
        """How many dead letters there are."""
        return self._records(DEAD_LETTERS)

    def _records(self, topic: Topic) -> int:
        try:
            return sum(end_offsets(self.settings, [self.name(topic)]).values())
        except BrokerError:
            return -1

    def lag(self, stage: str) -> int:
        """How many of its inputs the stage has not acknowledged."""
        names = [self.name(topic) for topic in STAGES[stage].reads]
        return sum(
            one.lag for one in group_lag(self.settings, f"{self.settings.topic_prefix}tickertape-{stage}", names)
        )

    def settle(self, limit_seconds: float, stage: str = "annotate") -> float:
        """Wait until nothing lags, not longer than that; how long it took is judged (I7)."""
        began = time.monotonic()
        while self.lag(stage) and time.monotonic() - began < limit_seconds:
            time.sleep(0.1)
        seconds = time.monotonic() - began
        self.measures.append(Measure("I7", f"seconds until {stage} had no lag", round(seconds, 1), limit_seconds))
        return seconds

    def evict(self, stage: str = "annotate") -> None:
        """Tell Kafka that the group's members are dead, which it would notice by itself when their session ends."""
        group = f"{self.settings.topic_prefix}tickertape-{stage}"
        with self.admin() as admin:
            members = admin.describe_groups([group])[group]["members"]
            admin.remove_group_members(group, [MemberToRemove(member_id=one["member_id"]) for one in members])

    def verdict(self, **options: Any) -> Verdict:
        """What the topics say now."""
        with self.reader() as reader:
            return verify(reader.catch_up(), self.samples, self.measures, receipts=self.receipts, **options)

    def expect(self, true: object, otherwise: str) -> None:
        """What must hold beyond the invariants."""
        if not true:
            self.trouble.append(otherwise)

    def row(self, fault: str, seconds: float, measured: str, *, duplicates: int, drained: bool = True) -> Row:
        """The row of a fault that is over; at most so many `duplicates` are allowed."""
        with self.reader() as reader:
            log = reader.catch_up()
        found = verify(log, drained=drained).duplicates
        self.measures.append(Measure("I8", "outcomes written more than once", found, duplicates))
        verdict = verify(log, self.samples, self.measures, drained=drained, receipts=self.receipts)
        broken = (*self.trouble, *verdict.broken)
        return Row(
            fault, verdict.lost, verdict.conflicting, verdict.duplicates, verdict.foreign, round(seconds, 1), not broken,
            f"{verdict.accepted} articles, {measured}", broken, verdict.accepted,
        )  # fmt: skip


FEED_SECONDS = 0.25
SMALL: dict[str, object] = {"pool_workers": 1, "window_articles": WINDOW, "linger_seconds": 0.1}


def outgoing(topic: str, one: Article) -> Outgoing:
    """The record of an article for a topic."""
    return Outgoing(topic=topic, key=one.key.encode(), value=codec.encode(one))


def article(number: int, first_line: str = "", **fields: Any) -> Article:
    """Article `number`, which has number % 3 events."""
    attacks = [f"Rebels {one} attacked a convoy near town {number}." for one in range(number % 3)]
    text = "\n".join([first_line or "A day passed.", *attacks])
    values: dict[str, Any] = {"version_created_at": "2024-06-16T07:30:00Z", "language": "en", **fields}
    return Article(provider="chaos", guid=str(number), text=text, **values)


def until(true: Callable[[], object], what: str, seconds: float = 60.0) -> float:
    """Wait until it is true; how long that took. Raises TimeoutError."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"{what}: not within {seconds:g} s")
        time.sleep(0.2)
    return time.monotonic() - began
