"""Workers as real processes on the real broker, and what they left in the topics."""

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from pipeline import codec
from pipeline.broker.admin import apply_topics
from pipeline.broker.consume import consume
from pipeline.broker.offsets import end_offsets, group_lag
from pipeline.broker.produce import producing
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.topics import Topic
from tests.processes import PATIENCE_SECONDS, end, eventually, living
from tests.worker.stages import BACKFILL, DEAD, LIVE, OUT, OUTCOMES, TOPICS

ROOT = Path(__file__).parents[2]


@dataclass
class Worker:
    """One worker process; `said` is its log."""

    process: "subprocess.Popen[str]"
    log: Path

    def ready(self) -> None:
        """Wait until it reads messages."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("ready: "), self.said

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def signal(self, number: int) -> None:
        os.kill(self.process.pid, number)

    def signal_group(self, number: int) -> None:
        """As a terminal does on Ctrl-C: to the worker and to its children."""
        os.killpg(self.process.pid, number)

    def wait(self) -> int:
        """The exit code."""
        return self.process.wait(PATIENCE_SECONDS)

    def stop(self) -> None:
        """In order; it must end with 0."""
        self.signal(signal.SIGTERM)
        assert self.wait() == 0, self.said

    def kill(self) -> list[psutil.Process]:
        """As the kernel does when memory is short; returns those of its children that live on."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        self.process.kill()
        self.wait()
        return living(children)


@dataclass
class World:
    """Topics of one's own, the workers on them, and what came out."""

    settings: Settings
    folder: Path
    command: Sequence[str] = (sys.executable, "-m", "tests.worker.main")
    topics: Sequence[Topic] = TOPICS
    inputs: Sequence[Topic] = (LIVE, BACKFILL)
    outcomes_in: Topic = OUTCOMES
    workers: list[Worker] = field(default_factory=list)

    def __enter__(self) -> "World":
        apply_topics(self.settings, self.topics)
        return self

    def __exit__(self, *_: object) -> None:
        for worker in self.workers:
            end(worker.process)

    def start(self, *stages: str, **variables: object) -> Worker:
        """A worker with these stages; variables as in TICKERTAPE_POOL_WORKERS, without the prefix and in lower case."""
        values = {"brokers": self.settings.brokers, "topic_prefix": self.settings.topic_prefix, "pool_workers": 2}
        env = {f"TICKERTAPE_{name.upper()}": str(value) for name, value in (values | variables).items()}
        log = self.folder / f"worker-{len(self.workers)}.log"
        with log.open("w") as file:
            process = subprocess.Popen(
                [*self.command, *stages],
                env={**os.environ, **env}, cwd=ROOT, stdout=subprocess.PIPE, stderr=file, text=True,
                start_new_session=True,
            )  # fmt: skip
        worker = Worker(process, log)
        self.workers.append(worker)
        return worker

    def feed(self, records: Iterable[tuple[bytes | None, bytes | None]], topic: Topic | None = None) -> None:
        """Produce (key, value) records; to the first input unless a topic is named."""
        topic = topic or self.inputs[0]
        with producing(self.settings) as producer:
            for key, value in records:
                producer.produce(self.name(topic), key, value)

    def name(self, topic: Topic) -> str:
        return self.settings.topic_prefix + topic.name

    def lag(self, stage: str) -> int:
        """How many inputs the stage has not acknowledged."""
        group = f"{self.settings.topic_prefix}tickertape-{stage}"
        return sum(place.lag for place in group_lag(self.settings, group, map(self.name, self.inputs)))

    def drained(self, *stages: str) -> None:
        """Wait until the stages have acknowledged everything."""
        for stage in stages:
            eventually(lambda stage=stage: self.lag(stage) == 0, f"{stage} without lag")  # type: ignore[misc]

    def read(self, topic: Topic) -> list[Message]:
        """All records of a topic."""
        return list(consume(self.settings, [self.name(topic)]))

    def read_in_time(self, topic: Topic) -> list[Message]:
        """All records of a topic, in the order in which Kafka got them."""
        return sorted(self.read(topic), key=lambda message: (message.timestamp_ms, message.partition, message.offset))

    def outcomes(self) -> list[Any]:
        """All outcome records, as plain values."""
        return [codec.decode(message.value or b"") for message in self.read(self.outcomes_in)]

    def places(self) -> set[tuple[str, int, int]]:
        """Where every input stands."""
        ends = end_offsets(self.settings, map(self.name, self.inputs))
        return {(topic, partition, offset) for (topic, partition), end in ends.items() for offset in range(end)}

    def accounted(self) -> Counter[tuple[str, int, int]]:
        """How many outcomes each input has; asserts that all have one, repeats are equal, and none is foreign."""
        kinds: dict[tuple[str, int, int], set[bytes]] = {}
        counts: Counter[tuple[str, int, int]] = Counter()
        for outcome in self.outcomes():
            at = outcome.get("input", outcome)
            place = (at["topic"], at["partition"], at["offset"])
            counts[place] += 1
            kinds.setdefault(place, set()).add(codec.encode(outcome))
        assert set(counts) == self.places()
        assert all(len(different) == 1 for different in kinds.values())
        return counts

    def values(self, topic: Topic = OUT) -> list[bytes | None]:
        """The values in a topic, sorted."""
        return sorted((message.value for message in self.read(topic)), key=lambda value: value or b"")

    def dead(self) -> list[bytes | None]:
        """The values in the dead letters, sorted."""
        return self.values(DEAD)
