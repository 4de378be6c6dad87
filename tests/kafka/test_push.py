"""`tickertape ingest run` with a push source, on a real Kafka and through real sockets: what it acknowledges is there."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.broker.admin import apply_topics
from pipeline.broker.consume import consume
from pipeline.broker.embedded import launch
from pipeline.settings import Settings
from pipeline.sources.live.push import keys
from pipeline.topics import ARTICLES
from tests.kafka.feed_world import Runner
from tests.processes import PATIENCE_SECONDS

pytestmark = pytest.mark.kafka
Place = tuple[str, int, int]


@dataclass
class Wire:
    """A sender: its key, and where it sends to."""

    sources: Path
    port: int
    token: str

    def post(self, *articles: dict[str, Any], idempotency_key: str = "") -> tuple[int, dict[str, str], Any]:
        """(status, headers, body) of these articles, a line each, on a connection of its own."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/x-ndjson"}
        headers |= {"Idempotency-Key": idempotency_key} if idempotency_key else {}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("POST", "/v1/articles", "\n".join(map(json.dumps, articles)).encode(), headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), json.loads(answer.read())
        finally:
            connection.close()

    def insist(self, *articles: dict[str, Any], idempotency_key: str) -> Any:
        """Send until it is confirmed, as a sender should: the same body under the same key, after a while."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            assert time.monotonic() < deadline
            status, headers, body = self.post(*articles, idempotency_key=idempotency_key)
            if status == 202:
                return body
            assert (status in (409, 429, 503), "Retry-After" in headers) == (True, True), (status, body)
            time.sleep(0.3)


@pytest.fixture
def wire(tmp_path: Path) -> Wire:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    issued = keys.issue("acme", ["acme"], signed=False, now="2024-06-16T08:00:00.000Z")
    keys.add(tmp_path / "keys.json", issued.key)
    sources = tmp_path / "sources.toml"
    sources.write_text(
        f'[[source]]\nname = "wire"\ntype = "push"\nlisten = "127.0.0.1:{port}"\nkeys = "{tmp_path}/keys.json"\n'
    )
    return Wire(sources, port, issued.token)


def story(guid: str) -> dict[str, Any]:
    return {"guid": guid, "text": f"Talks number {guid} were postponed."}


def standing(settings: Settings) -> dict[Place, str]:
    """Where each article stands, by its guid; the key is that of its article."""
    found = {}
    for one in consume(settings, [settings.topic_prefix + ARTICLES.name]):
        guid = json.loads(one.value or b"")["guid"]
        assert one.key == f"acme|{guid}".encode()
        found[(one.topic, one.partition, one.offset)] = guid
    return found


def acknowledged(body: Any) -> Iterator[tuple[Place, str]]:
    for item in body["items"]:
        if item["status"] == 202:
            yield (item["topic"], item["partition"], item["offset"]), item["key"].removeprefix("acme|")


def test_receipts_name_exactly_the_records_that_stand(settings: Settings, tmp_path: Path, wire: Wire) -> None:
    """Many senders at once, batches and single articles, one line in each batch that is none."""
    apply_topics(settings)
    with Runner(settings, wire.sources, tmp_path / "log"), ThreadPoolExecutor(4) as senders:
        batches = [[story(f"{n}-{m}") for m in range(n)] + [{"guid": "no text"}] for n in range(1, 16)]
        answers = list(senders.map(lambda batch: wire.post(*batch), batches))
        single = wire.post(story("single"))
    assert [status for status, _, _ in answers] == [207] * 15
    assert [[item["status"] for item in body["items"]][-1] for _, _, body in answers] == [422] * 15
    receipts = [each for _, _, body in (*answers, single) for each in acknowledged(body)]
    assert (single[0], len(receipts)) == (202, sum(range(1, 16)) + 1)
    assert dict(receipts) == standing(settings)


def test_an_idempotency_key_outlives_the_server(settings: Settings, tmp_path: Path, wire: Wire) -> None:
    """kill -9, and the same request again: the same answer, and no record more. Another body under that key is refused."""
    apply_topics(settings)
    two = [story("1"), story("2")]
    with Runner(settings, wire.sources, tmp_path / "log") as runner:
        first = wire.post(*two, idempotency_key="k1")
        runner.kill()
    with Runner(settings, wire.sources, tmp_path / "log") as runner:
        again = wire.post(*two, idempotency_key="k1")
        other = wire.post(story("3"), idempotency_key="k1")
        assert runner.stop() == 0
    assert (first[0], first[2]) == (again[0], again[2])
    assert (other[0], other[2]["code"]) == (422, "idempotency-mismatch")
    assert dict(acknowledged(first[2])) == standing(settings)


def test_kafka_killed_under_way(tmp_path: Path, wire: Wire) -> None:
    """While it is down nothing is acknowledged; when it is back, all that was acknowledged is there, and all gets in."""
    broker = launch(tmp_path / "kafka", Settings.from_env(), lambda _: None, owner=0)
    settings = replace(Settings.from_env(), brokers=broker.bootstrap, partitions=3)
    try:
        apply_topics(settings)
        with Runner(settings, wire.sources, tmp_path / "log"):
            receipts = [
                each for n in range(20) for each in acknowledged(wire.insist(story(str(n)), idempotency_key=str(n)))
            ]
            broker.process.kill()
            broker.process.wait()
            status, headers, body = wire.post(story("20"), idempotency_key="20")
            assert (status, body["code"], "Retry-After" in headers) == (503, "unconfirmed", True)
            broker = launch(tmp_path / "kafka", Settings.from_env(), lambda _: None, owner=0)
            receipts += [
                each for n in range(40) for each in acknowledged(wire.insist(story(str(n)), idempotency_key=str(n)))
            ]
        stands = standing(settings)
    finally:
        broker.stop()
    assert {place: stands.get(place) for place, _ in receipts} == dict(receipts)
    assert {guid for _, guid in receipts} == {str(n) for n in range(40)}
    # The twenty of before got the same receipts again.
    assert sorted(receipts[:20]) == sorted(receipts[20:40])
