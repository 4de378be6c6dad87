"""The gateway on a real Kafka: what is written there arrives once, whatever is killed in between."""

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import psutil
import pytest

from pipeline import codec
from pipeline.broker.admin import apply_topics
from pipeline.broker.produce import producing
from pipeline.gateway.limits import Limits
from pipeline.gateway.server import Gateway
from pipeline.records import Coordinates
from pipeline.settings import Settings, environment
from pipeline.topics import ARTICLES, EVENTS, OUTCOMES
from tests.builders import TALKS, make_article, make_outcome
from tests.gateway.events import detected, name, retracted
from tests.processes import PATIENCE_SECONDS

pytestmark = pytest.mark.kafka
TICKERTAPE = str(Path(sys.executable).parent / "tickertape")


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    own = replace(settings, state_home=str(tmp_path))
    apply_topics(own)
    return own


@pytest.fixture
async def gateway(settings: Settings) -> AsyncIterator[Gateway]:
    made = Gateway(settings, "127.0.0.1:0", limits=Limits(ping_seconds=0.2))
    await made.start()
    yield made
    await made.close()


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(gateway.url) as made:
        yield made


def send(settings: Settings, *values: bytes) -> None:
    """To the partitions of their articles, as the worker does."""
    with producing(settings) as producer:
        for value in values:
            producer.produce(settings.topic_prefix + EVENTS.name, codec.decode(value)["partitionkey"].encode(), value)


class Listener:
    """A browser's EventSource: what came, and the last id, empty blocks included."""

    def __init__(self, url: str, query: str = "") -> None:
        self.url, self.query = url, query
        self.heard: list[tuple[str, str, int]] = []
        self.last = ""

    async def listen(self, enough: Callable[[], bool], started: asyncio.Event | None = None) -> None:
        """Until it is enough, or the server ends."""
        headers = {"Last-Event-ID": self.last} if self.last else {}
        block: dict[str, str] = {}
        async with (
            asyncio.timeout(PATIENCE_SECONDS),
            aiohttp.ClientSession(read_bufsize=2**22) as session,
            session.get(f"{self.url}/v1/stream{self.query}", headers=headers) as answer,
        ):
            assert answer.status == 200
            async for line in answer.content:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field:
                    block[field] = value
                    continue
                self.last = block.get("id", self.last)
                if "data" in block:
                    self._hear(block["event"], codec.decode(block["data"].encode()))
                elif self.last and started is not None:
                    started.set()
                block = {}
                if enough():
                    return

    def _hear(self, event: str, cloud: dict[str, Any]) -> None:
        data = cloud.get("data", {"event_id": cloud.get("reason"), "revision": 0})
        self.heard.append((event, data["event_id"], data["revision"]))


async def eventually(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not true():  # noqa: ASYNC110  # what is waited for has no event
            await asyncio.sleep(0.05)


async def test_feed_arrives(settings: Settings, gateway: Gateway) -> None:
    """Detected, updated, retracted, as they are written; with filters only what is asked for, and its end."""
    everyone, picky = Listener(gateway.url), Listener(gateway.url, "?kind=ceasefire&min_confidence=0.7")
    starts = [asyncio.Event(), asyncio.Event()]
    listening = asyncio.gather(
        everyone.listen(lambda: len(everyone.heard) == 5, starts[0]),
        picky.listen(lambda: len(picky.heard) == 3, starts[1]),
    )
    for start in starts:
        await start.wait()
    values = (
        detected(1, kind="ceasefire"), detected(2), detected(1, revision=2, change="updated", kind="ceasefire"),
        detected(1, revision=3, change="updated", confidence=0.2), retracted(2, 2),
    )  # fmt: skip
    await asyncio.to_thread(send, settings, *values)
    await listening
    of_first = [("detected", name(1), 1), ("updated", name(1), 2), ("updated", name(1), 3)]
    assert [one for one in everyone.heard if one[1] == name(1)] == of_first
    assert [one for one in everyone.heard if one[1] == name(2)] == [("detected", name(2), 1), ("retracted", name(2), 2)]
    assert picky.heard == of_first


async def test_history_and_stream_join(settings: Settings, gateway: Gateway, client: aiohttp.ClientSession) -> None:
    """A page of events says from where to stream on."""
    await asyncio.to_thread(send, settings, detected(1), detected(2))
    page: dict[str, Any] = {"events": []}
    async with asyncio.timeout(PATIENCE_SECONDS):
        while len(page["events"]) < 2:
            async with client.get("/v1/events") as answer:
                page, etag = await answer.json(), answer.headers["ETag"]
    async with client.get("/v1/events", headers={"If-None-Match": etag}) as answer:
        assert (answer.status, await answer.read()) == (304, b"")
    await asyncio.to_thread(send, settings, detected(3))
    listener = Listener(gateway.url, f"?last_event_id={page['position']}")
    await listener.listen(lambda: bool(listener.heard))
    assert listener.heard == [("detected", name(3), 1)]


async def test_web_socket(settings: Settings, client: aiohttp.ClientSession, gateway: Gateway) -> None:
    """The same as messages; a page of another origin may not open it."""
    with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
        await client.ws_connect("/v1/ws", origin="https://evil.example")
    async with client.ws_connect("/v1/ws", origin=gateway.url) as ws, asyncio.timeout(PATIENCE_SECONDS):
        first = await ws.receive_json()
        while first["id"] == "":
            first = await ws.receive_json()
        assert (first["event"], first["data"]) == (None, None)
        await asyncio.to_thread(send, settings, detected(1))
        message = await ws.receive_json()
        while message["event"] is None:
            message = await ws.receive_json()
    assert (message["event"], message["data"]["data"]["change"]) == ("detected", "detected")


async def test_article_with_its_text(settings: Settings, client: aiohttp.ClientSession) -> None:
    """Read from where its outcome says that it stands."""
    article = make_article()
    topic = settings.topic_prefix + ARTICLES.name
    with producing(settings) as producer:  # its end waits until the article is there, in a partition
        producer.produce(topic, article.key.encode(), codec.encode(article))
    place = Coordinates(topic=topic, partition=_partition(settings, topic), offset=0)
    outcome = make_outcome(input=place, outcome="events", event_ids=[name(1)])
    with producing(settings) as producer:
        producer.produce(settings.topic_prefix + OUTCOMES.name, article.key.encode(), codec.encode(outcome))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            async with client.get("/v1/articles/test%7C1") as answer:
                told = await answer.json()
            if answer.status == 200:
                break
    assert (told["text"], told["article"]["key"], told["events"]) == (TALKS, "test|1", [])
    assert [one["outcome"] for one in told["outcomes"]] == ["events"]


def _partition(settings: Settings, topic: str) -> int:
    from pipeline.broker.offsets import end_offsets

    return next(partition for (_, partition), end in end_offsets(settings, [topic]).items() if end)


@pytest.fixture
def start(settings: Settings, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Starts gateways as processes; those that still run at the end are killed."""
    running: list[asyncio.subprocess.Process] = []

    async def started(listen: str) -> tuple[asyncio.subprocess.Process, str]:
        process = await asyncio.create_subprocess_exec(
            TICKERTAPE, "gateway", "--listen", listen, stdout=asyncio.subprocess.PIPE, env=environment(settings)
        )
        running.append(process)
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        assert line.startswith("ready: http://")
        return process, line.split()[1]

    yield started
    for process in running:
        with contextlib.suppress(ProcessLookupError):
            process.kill()


async def test_killed_gateway_loses_and_repeats_nothing(settings: Settings, start: Callable[..., Any]) -> None:
    """Killed three times amid a stream of events, each time with more written while it is dead."""
    process, url = await start("127.0.0.1:0")
    port = urlsplit(url).port
    listener, begun = Listener(url), asyncio.Event()
    listening = asyncio.create_task(listener.listen(lambda: False, begun))
    await begun.wait()
    written = 0
    for _ in range(3):
        await asyncio.to_thread(send, settings, *(detected(number) for number in range(written, written + 40)))
        await eventually(lambda: len(listener.heard) >= 10 + written)  # noqa: B023  # awaited here
        os.kill(process.pid, signal.SIGKILL)
        await process.wait()
        with contextlib.suppress(aiohttp.ClientError):
            await listening
        await asyncio.to_thread(send, settings, *(detected(number) for number in range(written + 40, written + 60)))
        written += 60
        process, _ = await start(f"127.0.0.1:{port}")
        listening = asyncio.create_task(listener.listen(lambda: len(listener.heard) >= 180))
        await eventually(lambda: len(listener.heard) >= written)  # noqa: B023
    await asyncio.to_thread(send, settings, retracted(7, 2))
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await listener.listen(lambda: ("retracted", name(7), 2) in listener.heard)
    assert sorted(listener.heard) == sorted(
        [("retracted", name(7), 2), *(("detected", name(number), 1) for number in range(180))]
    )
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


@pytest.mark.parametrize(
    ("mark", "reason"),
    [("0:0,1:0,2:0@00000000", "another-kafka"), ("0:99,1:-1,2:-1", "not-there-yet")],
)
async def test_stream_that_cannot_go_on_says_so(gateway: Gateway, mark: str, reason: str) -> None:
    """A reset, and then the stream from now on."""
    listener = Listener(gateway.url, f"?last_event_id={mark}")
    await listener.listen(lambda: bool(listener.heard))
    assert listener.heard == [("reset", reason, 0)]


async def test_lost_store_is_filled_anew(settings: Settings) -> None:
    """Deleted between two runs: the same history, and streams go on at their old marks."""
    send(settings, detected(1), detected(2))
    listener = Listener("", "?last_event_id=0:-1,1:-1,2:-1")
    for expected in (2, 3):
        gateway = Gateway(settings, "127.0.0.1:0")
        await gateway.start()
        listener.url = gateway.url
        await listener.listen(lambda: len(listener.heard) == expected)  # noqa: B023
        await gateway.close()
        for file in (settings.state_path / "gateway").glob("*sqlite*"):
            file.unlink()
        send(settings, detected(3))
    assert sorted(listener.heard) == [("detected", name(number), 1) for number in (1, 2, 3)]


def stall(url: str, stack: contextlib.ExitStack) -> None:
    """A client that asks for the stream and never reads it."""
    address = urlsplit(url)
    one = stack.enter_context(socket.socket())
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.connect((address.hostname, address.port))
    one.sendall(b"GET /v1/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")


@pytest.fixture
async def hasty(settings: Settings) -> AsyncIterator[Gateway]:
    """A gateway that waits a second for a client to read."""
    made = Gateway(settings, "127.0.0.1:0", limits=Limits(write_seconds=1.0, ping_seconds=0.5))
    await made.start()
    yield made
    await made.close()


async def test_stalled_clients_harm_nobody(settings: Settings, hasty: Gateway) -> None:
    """Two hundred who never read: a healthy one hears all, once; they are cut off; memory stays bounded."""
    count, own = 1500, psutil.Process()
    listener, begun = Listener(hasty.url), asyncio.Event()
    with contextlib.ExitStack() as stack:
        for _ in range(200):
            await asyncio.to_thread(stall, hasty.url, stack)
        listening = asyncio.create_task(listener.listen(lambda: len(listener.heard) == count, begun))
        await begun.wait()
        await eventually(lambda: hasty.streams == 201)
        before = peak = own.memory_info().rss
        for number in range(0, count, 100):
            values = [detected(one, rule="x" * 2000) for one in range(number, number + 100)]
            await asyncio.to_thread(send, settings, *values)
            peak = max(peak, own.memory_info().rss)
        await listening
        await eventually(lambda: hasty.streams == 0)
    assert len(set(listener.heard)) == count
    assert peak - before < 50 * 1024 * 1024
