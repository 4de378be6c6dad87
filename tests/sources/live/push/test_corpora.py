"""Raw requests and JSON of strangers: no 5xx, no hang, nothing taken that is no article."""

import asyncio
import re
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import codec
from pipeline.sources.live.push.limits import Limits
from tests.sources.live.push.conftest import Begin, World

CORPORA = Path(__file__).parents[5] / "shared" / "corpora"
REQUESTS, JSON = CORPORA / "go-fuzz-corpus.tar.gz", CORPORA / "JSONTestSuite.tar.gz"
STATUS = re.compile(rb"HTTP/1\.[01] (\d{3}) ")
WIDE = Limits(key_requests_per_second=1e6, all_requests_per_second=1e6, header_seconds=0.2, body_seconds=0.2)
AT_ONCE = 32


def members(archive: Path, folder: str) -> Iterator[tuple[str, bytes]]:
    """(name, content) of the files in a folder of the archive."""
    with tarfile.open(archive) as opened:
        for member in opened:
            if member.isfile() and f"/{folder}/" in member.name and (content := opened.extractfile(member)):
                yield member.name.rpartition("/")[2], content.read()


async def statuses(w: World, requests: list[bytes]) -> Counter[int]:
    """How often each status came back; 0: the server hung up without a word."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(data: bytes) -> list[int]:
        async with turn:
            try:
                answer = await w.raw(data)
            except ConnectionError:
                return [0]
            return [int(status) for status in STATUS.findall(answer)] or [0]

    return Counter(status for found in await asyncio.gather(*map(one, requests)) for status in found)


def aimed(request: bytes, token: str) -> bytes:
    """The same request to our path, with a key and with line ends that HTTP has, so that its headers and body are read."""
    _, _, rest = request.partition(b"\n")
    lines = rest.replace(b"\r", b"").replace(b"\n", b"\r\n")
    return b"POST /v1/articles HTTP/1.1\r\nX-API-Key: " + token.encode() + b"\r\n" + lines


@pytest.mark.skipif(not REQUESTS.exists(), reason="needs ../shared/corpora/go-fuzz-corpus.tar.gz")
@pytest.mark.parametrize("with_key", [False, True], ids=["as they are", "to our path with a key"])
async def test_raw_requests_break_nothing_and_bring_nothing_in(world: Begin, with_key: bool) -> None:
    """go-fuzz's 2,674 requests, none of which has a key or an article."""
    raw = [content for _, content in members(REQUESTS, "httpreq/corpus")]
    assert len(raw) > 2_000
    async with world(limits=WIDE) as w:
        found = await statuses(w, [aimed(one, w.token) for one in raw] if with_key else raw)
        alive = await w.ask("GET", "/livez")
    assert {status: count for status, count in found.items() if status >= 500 or 200 <= status < 300} == {}
    assert (alive.status, w.kafka.records) == (200, [])
    assert found.total() >= len(raw)


@pytest.mark.skipif(not JSON.exists(), reason="needs ../shared/corpora/JSONTestSuite.tar.gz")
@pytest.mark.parametrize("place", ["body", "origin", "line"])
async def test_json_is_taken_or_refused_and_never_breaks(world: Begin, place: str) -> None:
    """y_ files are JSON, n_ files are not; as a body none is an article, inside `origin` every y_ file makes one."""
    async with world(limits=WIDE) as w:
        for name, content in members(JSON, "test_parsing"):
            if place == "origin":
                content = b'{"guid": "%s", "text": "x", "origin": {"x": %s}}' % (name.encode(), content)
            media_type = "application/x-ndjson" if place == "line" else "application/json"
            answer = await w.post(content, {"Content-Type": media_type})
            if answer.status == 202:
                assert (place, name[0] in "yi") == ("origin", True), name
            else:
                assert 400 <= answer.status < 500, name
                assert place != "origin" or name[0] in "ni", (name, answer.body)
        assert all(codec.decode(record.value or b"")["guid"] for record in w.kafka.records)
