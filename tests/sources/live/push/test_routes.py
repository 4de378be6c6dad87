"""POST /v1/articles: what is taken, what is refused, and that every item is told of."""

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator
from typing import Any

import pytest

from pipeline import codec
from pipeline.sources.live.push import keys
from pipeline.sources.live.push.limits import Limits
from tests.sources.live.push.conftest import TOPIC, Answer, Begin, Clock, Kafka, eventually

ARTICLE = {"guid": "7", "text": "Talks were postponed.", "headline": "Talks put off", "version": "2"}
BODY = codec.encode(ARTICLE)
LINES = {"Content-Type": "application/x-ndjson"}


def problem(code: str, answer: Answer) -> None:
    """The answer is this problem, and a problem document to the letter."""
    assert (answer.body["code"], answer.headers["Content-Type"]) == (code, "application/problem+json")
    assert answer.body["status"] == answer.status
    assert answer.body["type"] == f"urn:tickertape:problem:{code}"


def taken(offset: int, key: str = "acme|7", line: int = 1) -> dict[str, Any]:
    return {"status": 202, "line": line, "key": key, "topic": TOPIC, "partition": 0, "offset": offset}


async def test_an_article_gets_the_key_s_provider_and_a_receipt(world: Begin) -> None:
    async with world() as w:
        answer = await w.post(BODY)
    assert (answer.status, answer.body) == (202, {"accepted": 1, "items": [taken(0)]})
    assert w.kafka.records[0].key == b"acme|7"
    stored = codec.decode(w.kafka.records[0].value or b"")
    assert {name: stored[name] for name in ("provider", *ARTICLE)} == {"provider": "acme", **ARTICLE}


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization"])
async def test_the_key_comes_in_either_header(world: Begin, header: str) -> None:
    async with world() as w:
        value = w.token if header == "X-API-Key" else f"bearer {w.token}"
        assert (await w.post(BODY, {"X-API-Key": "", header: value})).status == 202


async def test_an_article_may_name_any_provider_of_the_key(world: Begin) -> None:
    async with world() as w:
        answer = await w.post(codec.encode(ARTICLE | {"provider": "acme-sport"}))
    assert answer.body["items"] == [taken(0, "acme-sport|7")]


async def test_another_provider_is_forbidden(world: Begin) -> None:
    async with world() as w:
        answer = await w.post(codec.encode(ARTICLE | {"provider": "rival"}))
    problem("foreign-provider", answer)
    assert (answer.status, w.kafka.records) == (403, [])


async def test_lines_are_told_of_one_by_one_and_none_is_lost(world: Begin) -> None:
    """Blank lines are passed over; a line that is no article harms no other."""
    lines = [BODY, b"", b'{"guid": "8"}', b"{", codec.encode(ARTICLE | {"guid": "9"}), b"\xff"]
    async with world() as w:
        answer = await w.post(b"\n".join(lines) + b"\r\n", LINES)
    items = [{name: value for name, value in item.items() if name != "detail"} for item in answer.body["items"]]
    assert (answer.status, answer.body["accepted"]) == (207, 2)
    assert items == [
        taken(0),
        {"status": 422, "line": 3, "code": "invalid-record"},
        {"status": 400, "line": 4, "code": "invalid-json"},
        taken(1, "acme|9", line=5),
        {"status": 400, "line": 6, "code": "invalid-utf8"},
    ]


async def test_lines_that_are_all_wrong_are_one_problem_with_every_item(world: Begin) -> None:
    async with world() as w:
        answer = await w.post(b'{"guid": "8"}\n{', LINES)
    problem("invalid-record", answer)
    assert [item["code"] for item in answer.body["items"]] == ["invalid-record", "invalid-json"]


async def test_a_line_feed_inside_json_text_ends_no_line(world: Begin) -> None:
    """U+2028 is no line feed."""
    async with world() as w:
        answer = await w.post(codec.encode(ARTICLE | {"text": "one\u2028two\u0085three"}), LINES)
    assert answer.body["accepted"] == 1


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [("gzip", gzip.compress(BODY, mtime=0)), ("deflate", zlib.compress(BODY)), ("identity", BODY)],
)
async def test_packed_bodies_are_unpacked(world: Begin, encoding: str, packed: bytes) -> None:
    async with world() as w:
        assert (await w.post(packed, {"Content-Encoding": encoding})).body["items"] == [taken(0)]


async def test_a_chunked_body_needs_no_length(world: Begin) -> None:
    async def parts() -> AsyncIterator[bytes]:
        yield BODY[:10]
        yield BODY[10:]

    async with world() as w:
        assert (await w.post(parts())).status == 202


NINJS = {
    "uri": "tag:acme:1",
    "version": "3",
    "headline": "Talks put off",
    "body_text": "Talks were postponed.",
    "type": "text",
}


@pytest.mark.parametrize("media_type", ["application/json", "application/ninjs+json", "application/x-ndjson"])
async def test_ninjs_is_an_article_too(world: Begin, media_type: str) -> None:
    async with world() as w:
        answer = await w.post(codec.encode(NINJS), {"Content-Type": media_type})
    assert answer.body["items"] == [taken(0, "acme|tag:acme:1")]
    stored = codec.decode(w.kafka.records[0].value or b"")
    assert (stored["version"], stored["text"], stored["origin"]["format"]) == ("3", "Talks were postponed.", "ninjs")


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"{", {}, 400, "invalid-json"),
        (b"\xff", {}, 400, "invalid-utf8"),
        (b"", {}, 400, "empty"),
        (b"\n \n", LINES, 400, "empty"),
        (b"[1]", {}, 422, "invalid-record"),
        (b'{"guid": "7"}', {}, 422, "invalid-record"),
        (b"{}", {"Content-Type": "application/ninjs+json"}, 422, "invalid-record"),
        (codec.encode(ARTICLE | {"text": "x" * 20_000}), {}, 413, "too-large"),
        (BODY, {"Content-Type": ""}, 415, "unsupported-media-type"),
        (BODY, {"Content-Type": "text/plain"}, 415, "unsupported-media-type"),
        (BODY, {"Content-Type": "application/json; charset=utf-16"}, 415, "unsupported-media-type"),
        (BODY, {"Content-Encoding": "br"}, 415, "unsupported-encoding"),
        (BODY, {"Content-Encoding": "gzip, gzip"}, 415, "unsupported-encoding"),
        (BODY, {"Content-Encoding": "gzip"}, 400, "damaged-encoding"),
        (gzip.compress(BODY, mtime=0)[:-5], {"Content-Encoding": "gzip"}, 400, "damaged-encoding"),
        (BODY, {"Accept": "text/html, application/json;q=0"}, 406, "not-acceptable"),
        (BODY, {"Idempotency-Key": "two words"}, 400, "invalid-idempotency-key"),
        (BODY, {"Idempotency-Key": "x" * 256}, 400, "invalid-idempotency-key"),
        (BODY, {"Expect": "a-miracle"}, 417, "expectation-failed"),
    ],
)  # fmt: skip
async def test_what_is_no_article_is_refused(
    world: Begin, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    """Each with its own status and code; nothing reaches Kafka."""
    async with world() as w:
        answer = await w.post(body, headers)
    problem(code, answer)
    assert (answer.status, w.kafka.records) == (status, [])


@pytest.mark.parametrize(
    "accept", ["*/*", "application/json", "text/html, application/*;q=0.5", "Application/JSON;v=1"]
)
async def test_json_is_what_was_asked_for(world: Begin, accept: str) -> None:
    async with world() as w:
        assert (await w.post(BODY, {"Accept": accept})).status == 202


SMALL = Limits(body_bytes=500, articles=3)


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b" " * 501, {}, "too-large"),
        (gzip.compress(b" " * 5_000_000, mtime=0), {"Content-Encoding": "gzip"}, "too-large"),
        (b"{}\n{}\n{}\n{}", LINES, "too-many-articles"),
        (b"[{},{},{},{}]", {"Content-Type": "application/ninjs+json"}, "too-many-articles"),
    ],
    ids=["body", "bomb", "lines", "list"],
)
async def test_what_is_too_much_is_refused(world: Begin, body: bytes, headers: dict[str, str], code: str) -> None:
    limits = Limits(body_bytes=6_000, articles=3) if "Content-Encoding" in headers else SMALL
    async with world(limits=limits) as w:
        answer = await w.post(body, headers)
    problem(code, answer)
    assert answer.status == 413


async def test_a_chunked_body_without_end_is_cut_off(world: Begin) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b" " * 1000

    async with world(limits=SMALL) as w:
        problem("too-large", await w.post(endless()))


async def test_a_body_that_drips_is_given_up(world: Begin) -> None:
    """The rest of it is not waited for."""
    async with world(limits=Limits(body_seconds=0.05)) as w:
        head = f"POST /v1/articles HTTP/1.1\r\nHost: x\r\nX-API-Key: {w.token}\r\nContent-Type: application/json\r\n"
        host, _, port = w.server.url.removeprefix("http://").rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(head.encode() + b"Content-Length: 100\r\n\r\n{")
        found = await reader.read()
        writer.close()
    assert found.startswith(b"HTTP/1.1 408 ")


async def test_a_head_that_drips_is_hung_up_on(world: Begin) -> None:
    async with world(limits=Limits(header_seconds=0.05)) as w:
        host, _, port = w.server.url.removeprefix("http://").rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b"POST /v1/articles HTTP/1.1\r\nX-Slow: ")
        assert await reader.read() == b""
        writer.close()


async def test_a_body_without_length_is_refused(world: Begin) -> None:
    async with world() as w:
        head = f"POST /v1/articles HTTP/1.0\r\nX-API-Key: {w.token}\r\nContent-Type: application/json\r\n\r\n"
        assert (await w.raw(head.encode())).startswith(b"HTTP/1.0 411 ")


@pytest.mark.parametrize(
    "headers",
    [
        {"X-API-Key": ""},
        {"X-API-Key": "tt_wrong"},
        {"X-API-Key": "", "Authorization": "Bearer"},
        {"X-API-Key": "", "Authorization": "Bearer \u00ff"},
        {"X-API-Key": "", "Authorization": "Basic dHQ6dHQ="},
        {"Authorization": "Bearer tt_wrong"},
        {"Authorization": "Basic dHQ6dHQ="},
    ],
)
async def test_nobody_sends_without_one_valid_key(world: Begin, headers: dict[str, str]) -> None:
    """Also when a valid one comes beside another."""
    async with world() as w:
        answer = await w.post(BODY, headers)
    problem("unauthenticated", answer)
    assert (answer.status, answer.headers["WWW-Authenticate"], w.kafka.records) == (
        401,
        'Bearer realm="tickertape"',
        [],
    )


async def test_a_key_in_the_url_is_no_key(world: Begin) -> None:
    async with world() as w:
        answer = await w.ask("POST", f"/v1/articles?api_key={w.token}", {"Content-Type": "application/json"}, BODY)
    problem("unauthenticated", answer)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "not-found"),
        ("POST", "/v1/articles/", 404, "not-found"),
        ("GET", "/v1/articles", 405, "method-not-allowed"),
        ("DELETE", "/livez", 405, "method-not-allowed"),
    ],
)
async def test_other_paths_and_methods_are_problems_too(
    world: Begin, method: str, path: str, status: int, code: str
) -> None:
    async with world() as w:
        answer = await w.ask(method, path)
    problem(code, answer)
    assert (answer.status, "Allow" in answer.headers) == (status, status == 405)


async def test_what_is_no_http_gets_a_problem_and_no_reason(world: Begin) -> None:
    async with world() as w:
        found = await w.raw(b"\x16\x03\x01 hello\r\n\r\n")
    assert found.startswith(b"HTTP/1.0 400 ")
    assert b"bad-request" in found
    assert b"hello" not in found
    assert b"aiohttp" not in found


async def test_a_long_header_is_refused(world: Begin) -> None:
    async with world() as w:
        answer = await w.raw(b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: " + b"x" * 10_000 + b"\r\n\r\n")
    assert answer.startswith((b"HTTP/1.0 400 ", b"HTTP/1.1 400 "))


async def test_a_connection_too_many_is_turned_away(world: Begin) -> None:
    async with world(limits=Limits(connections=1)) as w:
        assert (await w.ask("GET", "/livez")).status == 200  # and stays open
        assert (await w.raw(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n")).startswith(b"HTTP/1.1 503 ")


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
async def test_health_needs_no_key(world: Begin, path: str) -> None:
    async with world() as w:
        answer = await w.ask("GET", path)
    assert (answer.status, answer.body) == (200, {"status": "ok"})


async def test_kafka_down_acknowledges_nothing_and_says_when_to_come_again(world: Begin, kafka: Kafka) -> None:
    """Not ready for a while after that, alive all the time."""
    kafka.down = True
    async with world() as w:
        answer = await w.post(BODY)
        ready = await w.ask("GET", "/readyz")
        alive = await w.ask("GET", "/livez")
        w.clock.now_ms += 10_000
        later = await w.ask("GET", "/readyz")
    problem("unconfirmed", answer)
    assert (answer.status, answer.headers["Retry-After"], answer.body["accepted"]) == (503, "5", 0)
    assert [ready.status, alive.status, later.status] == [503, 200, 200]


async def test_an_article_that_kafka_does_not_confirm_is_named(world: Begin, kafka: Kafka) -> None:
    kafka.refuses = {b"acme|8"}
    async with world() as w:
        answer = await w.post(BODY + b"\n" + codec.encode(ARTICLE | {"guid": "8"}), LINES)
    assert (answer.status, answer.headers["Retry-After"]) == (207, "5")
    assert answer.body["items"][0] == taken(0)
    assert (answer.body["items"][1]["status"], answer.body["items"][1]["key"]) == (503, "acme|8")


async def test_kafka_that_takes_too_long_is_not_waited_for(world: Begin, kafka: Kafka) -> None:
    kafka.gate = asyncio.Event()
    async with world(limits=Limits(confirm_seconds=0.05)) as w:
        problem("unconfirmed", await w.post(BODY))
        kafka.gate.set()
        await eventually(lambda: len(kafka.records) == 1)


async def test_what_is_outstanding_is_bounded(world: Begin, kafka: Kafka) -> None:
    """The second is refused while the first waits for Kafka, and taken after it."""
    kafka.gate = asyncio.Event()
    async with world(limits=Limits(outstanding_articles=1)) as w:
        first = asyncio.create_task(w.post(BODY))
        await eventually(lambda: kafka.waiting == 1)
        second = await w.post(BODY)
        kafka.gate.set()
        third = await w.post(BODY) if (await first).status == 202 else None
    problem("busy", second)
    assert (second.status, second.headers["Retry-After"]) == (503, "5")
    assert third
    assert third.body["items"] == [taken(1)]


async def test_requests_of_one_key_at_a_time_are_bounded(world: Begin, kafka: Kafka) -> None:
    kafka.gate = asyncio.Event()
    async with world(limits=Limits(key_requests=1)) as w:
        first = asyncio.create_task(w.post(BODY))
        await eventually(lambda: kafka.waiting == 1)
        second = await w.post(BODY)
        kafka.gate.set()
        assert (await first).status == 202
    problem("too-many-requests", second)
    assert (second.status, second.headers["Retry-After"]) == (429, "1")


async def test_requests_a_second_are_bounded(world: Begin, clock: Clock) -> None:
    """Twice the rate at once, then as time goes by."""
    async with world(limits=Limits(key_requests_per_second=0.5)) as w:
        answers = [await w.post(BODY) for _ in range(2)]
        clock.now_ms += 2000
        after = await w.post(BODY)
    problem("too-many-requests", answers[1])
    assert ([one.status for one in answers], answers[1].headers["Retry-After"], after.status) == ([202, 429], "2", 202)


async def test_a_revoked_key_is_refused_from_the_next_request_on(world: Begin) -> None:
    async with world() as w:
        before = await w.post(BODY)
        keys.revoke(w.folder / "keys.json", "acme", now="2024-06-16T09:00:00.000Z")
        after = await w.post(BODY)
    assert [before.status, after.status] == [202, 401]


async def test_a_damaged_key_file_lets_nobody_in(world: Begin) -> None:
    async with world() as w:
        (w.folder / "keys.json").write_text("{")
        answer = await w.post(BODY)
    problem("unavailable", answer)


async def test_the_description_is_served(world: Begin) -> None:
    async with world() as w:
        answer = await w.ask("GET", "/openapi.json")
    assert (answer.status, answer.body["openapi"]) == (200, "3.1.0")
