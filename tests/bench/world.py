"""A Kafka, programs on it, articles in, outcomes out; and what the programs used of the machine meanwhile."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from pipeline import codec
from pipeline.broker.admin import apply_topics
from pipeline.broker.consume import follow
from pipeline.broker.embedded import EmbeddedBroker
from pipeline.broker.offsets import Position, end_offsets
from pipeline.broker.produce import producing
from pipeline.records import Article, Message
from pipeline.settings import Settings, environment
from pipeline.topics import ARTICLES, OUTCOMES, TOPICS, Topic

PROCESSES = 2
# Two processes of a peer share four evenly.
PARTITIONS = 4
PATIENCE_SECONDS = 300.0
STOP_SECONDS = 60.0
TICKERTAPE = (str(Path(sys.executable).parent / "tickertape"), "worker")


@contextmanager
def kafka() -> Iterator[Settings]:
    """An embedded Kafka with all topics, and a state folder: the settings of a worker of two processes on it."""
    base = Settings.from_env()
    with tempfile.TemporaryDirectory() as home, EmbeddedBroker.temporary(base) as broker:
        settings = replace(
            base, brokers=broker.bootstrap, partitions=PARTITIONS, pool_workers=PROCESSES, state_home=home,
            log_level="error",
        )  # fmt: skip
        apply_topics(settings, TOPICS)
        yield settings


@dataclass(frozen=True, slots=True)
class Use:
    """CPU seconds of programs and of their children so far; memory (resident, shared pages too) now."""

    parent_seconds: float
    child_seconds: float
    parent_mb: float
    child_mb: float
    """Of the largest child."""

    @property
    def seconds(self) -> float:
        """Of all of them."""
        return self.parent_seconds + self.child_seconds

    def since(self, before: "Use") -> "Use":
        """What was used in between, and the memory as it is now."""
        return replace(
            self,
            parent_seconds=self.parent_seconds - before.parent_seconds,
            child_seconds=self.child_seconds - before.child_seconds,
        )


@dataclass(frozen=True, slots=True)
class Contender:
    """A running program, or several of a consumer group: reads `topic_in`, writes a record an article to `topic_out`."""

    settings: Settings
    pids: tuple[int, ...]
    topic_in: str
    topic_out: str
    ready_seconds: float

    def use(self) -> Use:
        """What it used so far."""
        parents = [psutil.Process(pid) for pid in self.pids]
        children = [child for parent in parents for child in parent.children(recursive=True)]
        return Use(
            parent_seconds=sum(map(_cpu, parents)),
            child_seconds=sum(map(_cpu, children)),
            parent_mb=sum(map(_mb, parents)),
            child_mb=max(map(_mb, children), default=0.0),
        )


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _mb(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 2**20


@contextmanager
def program(command: Sequence[str], settings: Settings) -> Iterator["subprocess.Popen[str]"]:
    """A program for one block, from the moment that it says "ready" on."""
    with subprocess.Popen(
        command, env=environment(settings), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        try:
            assert running.stdout is not None
            if not any("ready" in line for line in iter(running.stdout.readline, "")):
                raise SystemExit(f"it does not start: {' '.join(command)}")
            yield running
        finally:
            running.terminate()
            running.wait(STOP_SECONDS)


@contextmanager
def worker(settings: Settings, *standin: str) -> Iterator[Contender]:
    """`tickertape worker`, or the one with a stand-in: a name of tests.bench.standins, then stages."""
    command = [sys.executable, "-m", "tests.bench.worker", *standin] if standin else list(TICKERTAPE)
    with _contending(settings, command, ARTICLES.name, OUTCOMES.name) as running:
        yield running


@contextmanager
def peer(settings: Settings, name: str, *, processes: int = 1) -> Iterator[Contender]:
    """A program of peers/, on topics of its own."""
    ways = [f"bench.{name}-{processes}-{way}.v1" for way in ("in", "out")]
    apply_topics(settings, [Topic(name=way, key="any", schema="none") for way in ways])
    command = [sys.executable, "-m", f"tests.bench.peers.{name}", settings.brokers, *ways]
    with _contending(settings, command, *ways, processes=processes) as running:
        yield running


@contextmanager
def _contending(
    settings: Settings, command: Sequence[str], topic_in: str, topic_out: str, *, processes: int = 1
) -> Iterator[Contender]:
    begun = time.monotonic()
    with ExitStack() as stack:
        pids = tuple(stack.enter_context(program(command, settings)).pid for _ in range(processes))
        prefix = settings.topic_prefix
        yield Contender(settings, pids, prefix + topic_in, prefix + topic_out, time.monotonic() - begun)


@dataclass(frozen=True, slots=True)
class Leg:
    """One contender's part of a round, by Kafka's clock: from the first article in its topic to the last record it wrote."""

    articles: int
    chars: int
    seconds: float
    used: Use
    latencies: tuple[float, ...]

    @property
    def per_second(self) -> float:
        """Articles a second."""
        return self.articles / self.seconds

    @property
    def chars_per_second(self) -> float:
        """What legs with other articles are compared by."""
        return self.chars / self.seconds


def publish(settings: Settings, topic: str, given: Sequence[Article], per_second: float | None = None) -> None:
    """Publish at an even pace, or at once."""
    begun = time.monotonic()
    with producing(settings, "lz4") as producer:
        for number, article in enumerate(given):
            if per_second is not None:
                time.sleep(max(0.0, begun + number / per_second - time.monotonic()))
            producer.produce(topic, article.key.encode(), codec.encode(article))


def leg(running: Contender, given: Sequence[Article], per_second: float | None = None) -> Leg:
    """Publish, and wait until there is a record for each."""
    starts = end_offsets(running.settings, [running.topic_in, running.topic_out])
    before = running.use()
    publish(running.settings, running.topic_in, given, per_second)
    came = list(_records(running.settings, running.topic_in, starts, len(given)))
    gone = list(_records(running.settings, running.topic_out, starts, len(given)))
    used = running.use().since(before)
    began_ms, ended_ms = min(one.timestamp_ms for one in came), max(one.timestamp_ms for one in gone)
    chars = sum(len(article.text) for article in given)
    return Leg(len(given), chars, (ended_ms - began_ms) / 1000, used, _latencies(came, gone))


def written(running: Contender, count: int) -> list[Message]:
    """The first records that a contender wrote, in Kafka's order of time."""
    starts = dict.fromkeys(end_offsets(running.settings, [running.topic_out]), 0)
    return sorted(_records(running.settings, running.topic_out, starts, count), key=lambda one: one.timestamp_ms)


def _records(settings: Settings, topic: str, starts: dict[Position, int], count: int) -> Iterator[Message]:
    """So many records of a topic from there on, as they are written."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    with closing(
        follow(settings, [topic], {place: at for place, at in starts.items() if place[0] == topic})
    ) as batches:
        for batch in batches:
            if any(("outcome", b"dead-letter") in message.headers for message in batch.messages):
                raise SystemExit(
                    "an article became a dead letter: what is not read costs nothing; look at the worker's log"
                )
            yield from batch.messages[:count]
            count -= len(batch.messages)
            if count <= 0:
                return
            if time.monotonic() > deadline:
                raise SystemExit(f"{count} records are still missing in {topic}")


def _latencies(came: Sequence[Message], gone: Sequence[Message]) -> tuple[float, ...]:
    """Seconds from each article to its record; both have the article's key."""
    at = {message.key: message.timestamp_ms for message in came}
    return tuple((message.timestamp_ms - at[message.key]) / 1000 for message in gone)
