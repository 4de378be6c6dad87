"""The pipeline without Kafka, worker or processes: messages in, and what every topic then holds.

One partition a topic. What stages return goes through the worker's own delivery, so an output above its topic's limit is
refused here as it is there.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from pipeline import codec, contracts
from pipeline.records import Article, Message, Outcome
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Stage, Work
from pipeline.stages.registry import STAGES
from pipeline.topics import ARTICLES, OUTCOMES, TOPICS, Topic
from pipeline.worker.deliver import Delivery, Send
from pipeline.worker.state import part_key
from tests.builders import START_MS

Record = Article | tuple[bytes | None, bytes | None]
Headers = tuple[tuple[str, bytes], ...]
Log = list[Message]


@dataclass
class Driver:
    """`batch`: how many messages a stage gets at once, at most; of one key it gets one at a time, unless it takes runs, as in
    the worker."""

    settings: Settings = field(default_factory=Settings)
    batch: int = 1
    stages: Sequence[Stage] = tuple(STAGES.values())
    logs: dict[str, Log] = field(default_factory=lambda: defaultdict(list))
    states: dict[tuple[str, bytes], bytes] = field(default_factory=dict)
    positions: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    now_ms: int = START_MS

    def pipe(self, *records: Record, topic: Topic = ARTICLES, headers: Headers = ()) -> None:
        """Articles, or (key, value) pairs as they are, come in; everything that follows from them happens."""
        self.append(*records, topic=topic, headers=headers)
        self.run()

    def append(self, *records: Record, topic: Topic = ARTICLES, headers: Headers = ()) -> None:
        """They stand in the topic, unread."""
        for record in records:
            key, value = (record.key.encode(), codec.encode(record)) if isinstance(record, Article) else record
            self.store(topic.name, key, value, headers)

    def run(self) -> None:
        """Every stage reads what it has not read."""
        for stage in self.stages:
            for topic in stage.reads:
                while works := self._next(stage, topic):
                    self._complete(stage, works, stage.handle(works, self.settings))

    def wait_until(self, at_ms: int) -> None:
        """Time passes; whatever is due comes in again, and everything that follows from it happens."""
        self.now_ms = max(self.now_ms, at_ms)
        self.send_releases()
        self.run()

    def send_releases(self) -> None:
        """What is due comes in again, as by worker/releases.py."""
        releases = {stage.name: stage.releases for stage in self.stages}
        for (name, _), state in list(self.states.items()):
            puts_off = releases[name]
            due_ms = None if puts_off is None else puts_off.due_ms(state)
            if puts_off is not None and due_ms is not None and due_ms <= self.now_ms:
                sent = puts_off.message(state)
                self.store(sent.topic, sent.key, sent.value, sent.headers)

    def rewind(self, stage: Stage, offset: int, topic: Topic = ARTICLES) -> None:
        """As after a crash: the stage reads again from there."""
        self.positions[stage.name, topic.name] = offset

    def next_work(self, stage: Stage, topic: Topic = ARTICLES) -> Work:
        """The first unread message with its state, still unread."""
        message = self.logs[topic.name][self.positions[stage.name, topic.name]]
        return self._work(stage, message)

    def _work(self, stage: Stage, message: Message) -> Work:
        key = message.key or b""
        return Work(message=message, state=self.states.get((stage.name, key)), parts=partial(self._parts, stage, key))

    def _parts(self, stage: Stage, key: bytes) -> list[bytes]:
        """The parts of a state, in the order of their names."""
        return [
            value for (name, other), value in sorted(self.states.items())
            if name == stage.name and other.startswith(part_key(key, b""))
        ]  # fmt: skip

    def _next(self, stage: Stage, topic: Topic) -> list[Work]:
        works: list[Work] = []
        for message in self.logs[topic.name][self.positions[stage.name, topic.name] :][: self.batch]:
            if not stage.in_runs and message.key in {work.message.key for work in works}:
                break
            works.append(self._work(stage, message))
        self.positions[stage.name, topic.name] += len(works)
        return works

    def _complete(self, stage: Stage, works: Sequence[Work], results: Sequence[Handled]) -> None:
        delivery = Delivery(stage, "", self)
        for work, handled in zip(works, results, strict=True):
            delivered, key = asyncio.run(delivery.deliver(work, handled)), work.message.key or b""
            for part in delivered.parts:
                self._remember(stage, part_key(key, part.name), part.value)
            if delivered.state is not None:
                self._remember(stage, key, delivered.state)

    def _remember(self, stage: Stage, key: bytes, value: bytes | None) -> None:
        if value is None:
            self.states.pop((stage.name, key), None)
        elif key:
            self.states[stage.name, key] = value

    async def send_all(self, records: Sequence[Send]) -> list[Send]:
        """Everything is taken."""
        for record in records:
            self.store(record.topic, record.key, record.value, record.headers)
        return []

    async def send_alone(self, record: Send) -> None:
        """Nothing is ever refused together."""
        raise AssertionError(record)

    def store(self, topic: str, key: bytes | None, value: bytes | None, headers: Headers = ()) -> None:
        """A record stands in a topic."""
        log, at_ms = self.logs[topic], self.now_ms
        self.now_ms += 1000
        log.append(
            Message(
                topic=topic,
                partition=0,
                offset=len(log),
                timestamp_ms=at_ms,
                key=key,
                value=value,
                headers=headers,
            )  # fmt: skip
        )

    def values(self, topic: Topic) -> list[Any]:
        """The values of a topic, as plain values; None is a tombstone."""
        return [None if one.value is None else codec.decode(one.value) for one in self.logs[topic.name]]

    def view(self, topic: Topic) -> dict[str, bytes]:
        """What compaction leaves of a topic: the last value of each key, to the byte."""
        last = {(one.key or b"").decode(): one.value for one in self.logs[topic.name]}
        return {key: value for key, value in last.items() if value is not None}

    def outcomes(self) -> dict[tuple[str, int], set[bytes]]:
        """The outcomes of every input, by topic and offset, as bytes: one each, if all is well."""
        inputs = (topic.name for topic in self.stages[0].reads)
        found: dict[tuple[str, int], set[bytes]] = {
            (name, one.offset): set() for name in inputs for one in self.logs[name]
        }
        for message in self.logs[OUTCOMES.name]:
            stood = codec.decode_record(Outcome, message.value or b"").input
            found[stood.topic, stood.offset].add(message.value or b"")
        return found


def flaws(driver: Driver) -> list[str]:
    """What an independent reader (jsonschema) finds wrong with the values that the stages published."""
    registry = Registry().with_resources(
        (contracts.schema(name)["$id"], Resource.from_contents(contracts.schema(name))) for name in contracts.names()
    )
    inputs = {topic.name for topic in driver.stages[0].reads}
    return [
        f"{topic.name}: {error.json_path}: {error.message}"
        for topic in TOPICS if topic.name not in inputs
        for value in driver.values(topic) if value is not None
        for error in Draft202012Validator(contracts.schema(topic.schema), registry=registry).iter_errors(value)
    ]  # fmt: skip
