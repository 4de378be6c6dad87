"""A push server with its keys, and a Kafka that is a list."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from pipeline import codec
from pipeline.broker.produce import Failure, Receipt
from pipeline.errors import BrokerError
from pipeline.records import Outgoing
from pipeline.sources.live.push import keys
from pipeline.sources.live.push.limits import Limits
from pipeline.sources.live.push.server import Options, PushServer, Setting
from tests.builders import START_MS

TOPIC = "news.articles.v1"
NOW = "2024-06-16T08:00:00.000Z"


@dataclass
class Kafka:
    """Takes records in order. `down`: it does not answer; `refuses`: these keys are not confirmed; `gate`: it waits
    for this, and `waiting` says how many sends do."""

    records: list[Outgoing] = field(default_factory=list)
    down: bool = False
    refuses: set[bytes] = field(default_factory=set)
    gate: asyncio.Event | None = None
    waiting: int = 0

    async def send(self, records: Sequence[Outgoing]) -> list[Receipt | Failure]:
        """As `Confirmer.send`."""
        if self.gate is not None:
            self.waiting += 1
            await self.gate.wait()
            self.waiting -= 1
        if self.down:
            raise BrokerError("Kafka does not answer")
        return [self._take(record) for record in records]

    def _take(self, record: Outgoing) -> Receipt | Failure:
        if record.key in self.refuses:
            return Failure(topic=record.topic, key=record.key, reason="not today")
        self.records.append(record)
        return Receipt(topic=record.topic, partition=0, offset=len(self.records) - 1)


async def inline(function: Any, *arguments: Any, seconds: float = 2.0) -> Any:
    """Runs it here."""
    return function(*arguments)


@dataclass
class Clock:
    """Milliseconds that pass when they are told to."""

    now_ms: int = START_MS

    def __call__(self) -> int:
        return self.now_ms


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: Any


@dataclass
class World:
    """The server, its keys, and who speaks with it."""

    server: PushServer
    kafka: Kafka
    clock: Clock
    session: aiohttp.ClientSession
    token: str
    secret: str | None
    folder: Path

    async def post(self, data: bytes | AsyncIterator[bytes], headers: dict[str, str] | None = None) -> Answer:
        """POST as the key's owner, JSON unless `headers` say otherwise; header values of "" are left out."""
        mine = {"X-API-Key": self.token, "Content-Type": "application/json"} | (headers or {})
        return await self.ask("POST", "/v1/articles", {k: v for k, v in mine.items() if v}, data)

    async def ask(
        self, method: str, path: str, headers: dict[str, str] | None = None, data: bytes | AsyncIterator[bytes] = b""
    ) -> Answer:
        """Any request."""
        async with self.session.request(method, self.server.url + path, headers=headers, data=data) as response:
            content = await response.read()
            body = codec.decode(content) if content else None
            return Answer(response.status, dict(response.headers.items()), body)

    async def raw(self, data: bytes) -> bytes:
        """Whatever comes back for these bytes until the server hangs up."""
        host, _, port = self.server.url.removeprefix("http://").rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(data)
        try:
            return await reader.read()
        finally:
            writer.close()


Begin = Callable[..., Any]


@pytest.fixture
def kafka() -> Kafka:
    """A list."""
    return Kafka()


@pytest.fixture
def clock() -> Clock:
    """Sunday, eight o'clock."""
    return Clock()


@pytest.fixture
def world(tmp_path: Path, kafka: Kafka, clock: Clock) -> Begin:
    """`async with world(signed=…, limits=…) as w:` a server that listens, and one key for two providers."""

    @asynccontextmanager
    async def begin(signed: bool = False, limits: Limits | None = None) -> AsyncIterator[World]:
        issued = keys.issue("acme", ["acme", "acme-sport"], signed=signed, now=NOW)
        path = tmp_path / "keys.json"
        path.unlink(missing_ok=True)
        keys.add(path, issued.key)
        setting = Setting(
            name="push", topic=TOPIC, article_bytes=10_000, state=tmp_path, limits=limits or Limits(),
            options=Options(listen="127.0.0.1:0", keys=path),
        )  # fmt: skip
        server = PushServer(setting, kafka, inline, clock_ms=clock)
        await server.start()
        try:
            async with aiohttp.ClientSession(skip_auto_headers=["Content-Type"]) as session:
                yield World(server, kafka, clock, session, issued.token, issued.key.secret, tmp_path)
        finally:
            await server.close()

    return begin


async def eventually(true: Callable[[], bool]) -> None:
    """Let the loop turn until it is so; pytest's own time limit ends it otherwise."""
    while not true():  # noqa: ASYNC110
        await asyncio.sleep(0.005)
