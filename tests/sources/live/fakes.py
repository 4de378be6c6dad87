"""A web, a child and a Kafka that do what a test says, and remember what they were asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.broker.produce import Failure, Receipt
from pipeline.errors import BrokerError
from pipeline.records import Outgoing, Problem
from pipeline.sources.live.base import Response

NOW_MS = 1_718_524_800_000  # 2024-06-16T08:00:00Z


@dataclass
class FakeWeb:
    """Answers each GET (and POST) with the next of its answers, the last one for ever."""

    answers: list[Response | Problem] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    posted: list[tuple[str, bytes]] = field(default_factory=list)

    async def __call__(
        self, url: str, *, headers: Mapping[str, str] = {}, most_bytes: int = 0, seconds: float = 0
    ) -> Response | Problem:
        self.asked.append((url, dict(headers)))
        return self._next()

    async def post(
        self, url: str, data: bytes, *, headers: Mapping[str, str] = {}, seconds: float = 0
    ) -> Response | Problem:
        self.posted.append((url, data))
        return self._next()

    def _next(self) -> Response | Problem:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


async def here(function: Any, *arguments: Any, seconds: float = 0) -> Any:
    """Runs the function in this process."""
    return function(*arguments)


@dataclass
class FakeKafka:
    """Confirms everything but what has a word of `refuses` in its value, until it `dies` before the nth send."""

    refuses: bytes | None = None
    dies: int | None = None
    sent: list[Outgoing] = field(default_factory=list)
    sends: int = 0

    async def send(self, records: Sequence[Outgoing]) -> list[Receipt | Failure]:
        self.sends += 1
        if self.dies is not None and self.sends >= self.dies:
            raise BrokerError("gone")
        return [self._take(record) for record in records]

    def _take(self, record: Outgoing) -> Receipt | Failure:
        if self.refuses and self.refuses in (record.value or b""):
            return Failure(topic=record.topic, key=record.key, reason="no room")
        self.sent.append(record)
        return Receipt(topic=record.topic, partition=0, offset=len(self.sent) - 1)

    def of(self, topic: str) -> list[Outgoing]:
        return [record for record in self.sent if record.topic == topic]
