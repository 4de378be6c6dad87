"""What the server answers: articles, health, and its own description."""

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from pipeline import codec
from pipeline.errors import SettingsError
from pipeline.records import Problem
from pipeline.sources.items import Item, Place
from pipeline.sources.live.base import Apart
from pipeline.sources.live.push import body, keys, openapi, problems
from pipeline.sources.live.push.delivery import RETRY_SECONDS, Batch, Delivery, Result
from pipeline.sources.live.push.keys import Key, Keys
from pipeline.sources.live.push.limits import Gate, Limits
from pipeline.sources.live.push.problems import Refused
from pipeline.sources.live.push.signature import Signatures

logger = logging.getLogger(__name__)
# After a delivery failed, not ready for so long: whoever balances load sends elsewhere, and then tries again.
UNREADY_MS = 10_000


def clock_ms() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What answering needs; `source` is the name in sources.toml, which rejected items are reported under."""

    source: str
    article_bytes: int
    keys: Keys
    gate: Gate
    signatures: Signatures
    delivery: Delivery
    limits: Limits
    apart: Apart
    clock_ms: Callable[[], int] = clock_ms


def routes(desk: Desk) -> list[web.RouteDef]:
    """The routes of one push source, to mount on an aiohttp application that has `problem_answers` as a middleware."""

    async def articles(request: web.Request) -> web.Response:
        return await _articles(desk, request)

    async def expected(request: web.Request) -> web.Response | None:
        return await _expected(desk, request)

    async def ready(request: web.Request) -> web.Response:
        return _ready(desk)

    return [
        web.post(openapi.PATH, articles, expect_handler=expected),
        web.get("/livez", _live),
        web.get("/readyz", ready),
        web.get("/openapi.json", _openapi),
    ]


@web.middleware
async def problem_answers(request: web.Request, handler: Any) -> web.StreamResponse:
    """Every refusal as a problem document, aiohttp's own too."""
    try:
        response: web.StreamResponse = await handler(request)
        return response
    except Refused as refused:
        return problems.refusal(refused)
    except web.HTTPException as error:
        answer = problems.answer(BY_STATUS.get(error.status, "bad-request"))
        if "Allow" in error.headers:
            answer.headers["Allow"] = error.headers["Allow"]
        return answer


BY_STATUS = {404: "not-found", 405: "method-not-allowed", 413: "too-large", 417: "expectation-failed"}


async def _articles(desk: Desk, request: web.Request) -> web.Response:
    key = _authenticated(desk, request)
    head = body.head(request, desk.limits)
    with desk.gate.admitted(key.name, desk.clock_ms()):
        raw = await body.receive(request, desk.limits)
        _check_signature(desk, key, head.signature, raw)
        content = body.unpacked(raw, head.encoding, desk.limits)
        place = Place(path=desk.source, provider=key.providers[0], guid="", article_bytes=desk.article_bytes)
        read = await body.items(head.media_type, content, place, desk.limits, desk.apart)
        lined = body.permitted(read, place, key.providers)
        fingerprint = hashlib.sha256(head.media_type.encode() + b"\n" + content).hexdigest()
        items = [item for _, item in lined]
        batch = Batch(owner=key.name, items=items, idempotency_key=head.idempotency_key, fingerprint=fingerprint)
        results = await desk.delivery.deliver(batch)
    return answer(lined, results)


async def _expected(desk: Desk, request: web.Request) -> web.Response | None:
    """Before the body is asked for (this runs before any middleware): only from those who may send one."""
    try:
        _authenticated(desk, request)
    except Refused as refused:
        return problems.refusal(refused)
    if request.headers.get("Expect", "").lower() != "100-continue":
        return problems.answer("expectation-failed")
    await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    request.writer.output_size = 0  # for aiohttp, the answer has not begun
    return None


def _authenticated(desk: Desk, request: web.Request) -> Key:
    """Whose request it is. Raises Refused; why is for the log alone."""
    try:
        active = desk.keys.active()
    except SettingsError as error:
        logger.error("no key can be checked", extra={"problem": str(error)})  # noqa: TRY400
        raise Refused("unavailable", retry_after_seconds=RETRY_SECONDS) from None
    tokens = request.headers.getall("X-API-Key", [])
    for value in request.headers.getall("Authorization", []):
        scheme, _, token = value.partition(" ")
        tokens.append(token.strip() if scheme.lower() == "bearer" else "")
    key = keys.find(active, tokens[0].encode("utf-8", "surrogateescape")) if len(tokens) == 1 else None
    if key is None:
        logger.warning("refused", extra={"code": "unauthenticated", "remote": request.remote, "tokens": len(tokens)})
        raise Refused("unauthenticated")
    return key


def _check_signature(desk: Desk, key: Key, signature: tuple[str, str], raw: bytes) -> None:
    if key.secret is None:
        return
    flaw = desk.signatures.flaw(key.name, key.secret, signature, raw, desk.clock_ms())
    if flaw is not None:
        logger.warning("refused", extra={"code": "unsigned", "key": key.name, "problem": flaw})
        raise Refused("unsigned", flaw)


def answer(lined: Sequence[tuple[int, Item]], results: Sequence[Result]) -> web.Response:
    """202 when every article stands in Kafka, 207 when some do, else the problem of the gravest item.

    Each item is told of in any case. One that Kafka has not confirmed is the gravest: it may be sent again.
    """
    told = [_told(line, item, result) for (line, item), result in zip(lined, results, strict=True)]
    codes = [result.code for result in results if isinstance(result, Problem)]
    again = RETRY_SECONDS if "unconfirmed" in codes else None
    accepted = len(results) - len(codes)
    if not accepted:
        gravest = max(codes, key=problems.status)
        known = gravest if gravest in problems.PROBLEMS else problems.OTHERWISE
        detail = told[0]["detail"] if len(told) == 1 else f"none of {len(told)} articles was accepted"
        return problems.answer(known, detail, again, accepted=0, items=told)
    response = _json(207 if codes else 202, {"accepted": accepted, "items": told})
    if again is not None:
        response.headers["Retry-After"] = problems.seconds(again)
    return response


def _told(line: int, item: Item, result: Result) -> dict[str, Any]:
    """One item's part of the answer: its line in the body, and its Kafka key where it could be read."""
    named = {"line": line} if item.key is None else {"line": line, "key": item.key}
    if isinstance(result, Problem):
        return {"status": problems.status(result.code), **named, "code": result.code, "detail": result.message}
    topic, partition, offset = result
    return {"status": 202, **named, "topic": topic, "partition": partition, "offset": offset}


async def _live(request: web.Request) -> web.Response:
    return _json(200, {"status": "ok"})


def _ready(desk: Desk) -> web.Response:
    """Ready unless the last delivery failed, and that was a moment ago."""
    failed = desk.delivery.failed_at_ms
    if failed is not None and desk.clock_ms() - failed < UNREADY_MS:
        raise Refused("unconfirmed", "the last articles were not confirmed by Kafka", retry_after_seconds=RETRY_SECONDS)
    return _json(200, {"status": "ok"})


async def _openapi(request: web.Request) -> web.Response:
    return _json(200, openapi.document())


def _json(status: int, value: dict[str, Any]) -> web.Response:
    return web.Response(
        status=status, body=codec.encode(value), content_type="application/json", headers=problems.PLAIN
    )
