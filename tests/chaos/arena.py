"""Where faults happen: topics of one's own on a real Kafka, real workers, a feed, somebody who watches, and the verdict."""

import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import MemberToRemove
from kafka.errors import KafkaError

from pipeline import codec
from pipeline.broker.produce import producing
from pipeline.records import Article
from pipeline.topics import ARTICLES, BACKFILL, OUTCOMES, Topic
from tests.chaos.log import Reader
from tests.chaos.stages import STAGES
from tests.chaos.verifier import TOPICS, Measure, Sample, Verdict, Watch, verify
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


def needed(stages: Iterable[str]) -> tuple[Topic, ...]:
    """The topics that these stages read and write."""
    found = [STAGES[name] for name in stages]
    topics = [topic for stage in found for topic in (*stage.reads, *stage.writes, stage.state) if topic is not None]
    return tuple(dict.fromkeys(topics))


@dataclass
class Arena(World):
    """A world with a verifier. `thorough`: all that a fault can be varied in, else what fits into CI."""

    command: Sequence[str] = (sys.executable, "-m", "tests.chaos.worker")
    topics: Sequence[Topic] = needed(STAGES)
    inputs: Sequence[Topic] = (ARTICLES, BACKFILL)
    outcomes_in: Topic = OUTCOMES
    seed: int = 7
    kills: int = 10
    thorough: bool = False
    samples: list[Sample] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)

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
                        reader.catch_up()
                        watch.look()
            except KafkaError:  # the broker is gone: that is the fault being tried
                stopped.wait(LOOK_SECONDS)

    @contextmanager
    def fed(self, per_second: float, **fields: Any) -> Iterator[list[Article]]:
        """New articles come in all the while, a few at a time; yields those that Kafka has confirmed."""
        stopped = threading.Event()
        confirmed: list[Article] = []

        def run() -> None:
            with producing(self.settings) as producer:
                while not stopped.wait(FEED_SECONDS):
                    articles = self.articles(max(1, round(per_second * FEED_SECONDS)), **fields)
                    for one in articles:
                        producer.produce(self.name(ARTICLES), one.key.encode(), codec.encode(one))
                    producer.flush()
                    confirmed.extend(articles)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield confirmed
        finally:
            stopped.set()
            thread.join()

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
        admin: Any = KafkaAdminClient(bootstrap_servers=self.settings.brokers)
        try:
            members = admin.describe_groups([group])[group]["members"]
            admin.remove_group_members(group, [MemberToRemove(member_id=one["member_id"]) for one in members])
        finally:
            admin.close()

    def verdict(self, **options: Any) -> Verdict:
        """What the topics say now."""
        with self.reader() as reader:
            return verify(reader.catch_up(), self.samples, self.measures, **options)

    def row(self, fault: str, seconds: float, measured: str, *, duplicates: int | None = None) -> Row:
        """The row of a fault that is over; at most so many `duplicates` are allowed (None: any number)."""
        if duplicates is not None:
            found = self.verdict().duplicates
            self.measures.append(Measure("I8", "outcomes written more than once", found, duplicates))
        verdict = self.verdict()
        broken = (*self.trouble, *verdict.broken)
        return Row(
            fault, verdict.lost, verdict.conflicting, verdict.duplicates, verdict.foreign, round(seconds, 1), not broken,
            f"{verdict.accepted} articles, {measured}", broken,
        )  # fmt: skip


FEED_SECONDS = 0.25
SMALL: dict[str, object] = {"pool_workers": 1, "window_articles": WINDOW, "linger_seconds": 0.1}


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
        time.sleep(0.05)
    return time.monotonic() - began
