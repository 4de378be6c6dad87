"""A request's head and body: what it says it is, its bytes with a limit on size and time, the items in them."""

import asyncio
import io
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from aiohttp import web

from pipeline import codec
from pipeline.records import Article, Problem
from pipeline.sources.formats import ninjs
from pipeline.sources.formats.sniff import sniff
from pipeline.sources.guards import inflate
from pipeline.sources.guards.inflate import CODINGS, Damaged, inflated
from pipeline.sources.items import Item, Place, article_of_json, reject
from pipeline.sources.live.base import Apart
from pipeline.sources.live.push.limits import Limits
from pipeline.sources.live.push.problems import Refused
from pipeline.sources.live.push.signature import SIGNATURE_HEADER, TIMESTAMP_HEADER

JSON = "application/json"
NINJS = "application/ninjs+json"
LINES = ("application/x-ndjson", "application/jsonl")
MEDIA_TYPES = (JSON, NINJS, *LINES)
ENCODINGS = ("identity", *CODINGS)
PARSE_SECONDS = 5.0
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}")
ACCEPTED = {"*/*", "application/*", "application/json"}
QUALITY_ZERO = re.compile(r";\s*q\s*=\s*0(\.0*)?\s*(;|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What the headers say, checked."""

    media_type: str
    encoding: str
    idempotency_key: str | None
    signature: tuple[str, str]


def head(request: web.BaseRequest, limits: Limits) -> Head:
    """The request's head. Raises Refused for whatever makes its body not worth reading."""
    headers = request.headers
    if not _acceptable(",".join(headers.getall("Accept", []))):
        raise Refused("not-acceptable")
    if request.content_type not in MEDIA_TYPES or (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
        raise Refused("unsupported-media-type", f"{', '.join(MEDIA_TYPES)}; in UTF-8")
    encoding = ",".join(headers.getall("Content-Encoding", [])).strip().lower() or "identity"
    if encoding not in ENCODINGS:
        raise Refused("unsupported-encoding", f"{' or '.join(ENCODINGS)}, once")
    idempotency_key = _idempotency_key(headers.getall("Idempotency-Key", []))
    if request.content_length is None and "chunked" not in headers.get("Transfer-Encoding", "").lower():
        raise Refused("length-required")
    if (request.content_length or 0) > limits.body_bytes:
        raise Refused("too-large", f"at most {limits.body_bytes:,} bytes a request")
    return Head(
        media_type=request.content_type,
        encoding=encoding,
        idempotency_key=idempotency_key,
        signature=(headers.get(TIMESTAMP_HEADER, ""), headers.get(SIGNATURE_HEADER, "")),
    )


async def receive(request: web.BaseRequest, limits: Limits) -> bytes:
    """The body as sent. Raises Refused when there is too much of it, or when it takes too long."""
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(limits.body_seconds):
            while part := await request.content.readany():
                parts.append(part)
                size += len(part)
                if size > limits.body_bytes:
                    raise Refused("too-large", f"at most {limits.body_bytes:,} bytes a request")
    except TimeoutError:
        raise Refused("too-slow", f"within {limits.body_seconds:g} seconds") from None
    except web.RequestPayloadError:
        raise Refused("bad-request") from None
    return b"".join(parts)


def unpacked(raw: bytes, encoding: str, limits: Limits) -> bytes:
    """The body without its Content-Encoding. Raises Refused when it is damaged or too much."""
    if encoding == "identity":
        return raw
    try:
        with inflated(io.BytesIO(raw), CODINGS[encoding], inflate.Limits(most_bytes=limits.body_bytes)) as stream:
            return stream.read()
    except Damaged as damaged:
        code = "too-large" if damaged.problem.code == "too-large" else "damaged-encoding"
        raise Refused(code, damaged.problem.message) from None


async def items(media_type: str, body: bytes, place: Place, limits: Limits, apart: Apart) -> list[tuple[int, Item]]:
    """(line, item) of the body, one at least: an article or rejected. Raises Refused.

    Ninjs has markup in it, whose parser may be kept busy: it is read `apart`.
    """
    if media_type in LINES:
        # `split` and not `splitlines`: JSON may hold U+2028, and only a line feed ends a line.
        lines = [(number, line) for number, line in enumerate(body.split(b"\n"), start=1) if line.strip()]
    else:
        lines = [(1, body)] if body.strip() else []
    if not lines:
        raise Refused("empty")
    _check_number(len(lines), limits)
    foreign = {n: raw for n, raw in lines if _is_ninjs(raw, media_type)}
    read = {n: [article_of_json(raw, place, n)] for n, raw in lines if n not in foreign}
    read |= await _ninjs(foreign, place, apart) if foreign else {}
    found = [(n, item) for n, _ in lines for item in read[n]]
    _check_number(len(found), limits)
    return found


def permitted(lined: Sequence[tuple[int, Item]], place: Place, providers: Collection[str]) -> list[tuple[int, Item]]:
    """The items, those rejected that are in the name of a provider which the key does not speak for."""
    return [(n, _allowed(item, n, place, providers)) for n, item in lined]


def _check_number(articles: int, limits: Limits) -> None:
    if articles > limits.articles:
        raise Refused("too-many-articles", f"at most {limits.articles:,} a request")


def _is_ninjs(raw: bytes, media_type: str) -> bool:
    """Whether it is, or says so; what is no JSON is nothing."""
    try:
        value = codec.decode(raw)
    except codec.DecodeError:
        return False
    return media_type == NINJS or (isinstance(value, dict) and sniff(raw) == "ninjs")


async def _ninjs(lines: Mapping[int, bytes], place: Place, apart: Apart) -> dict[int, list[Item]]:
    """The items of each line; where the parser gave up on one, of all these lines none."""
    found = await apart(ninjs_items, list(lines.values()), place, seconds=PARSE_SECONDS)
    if isinstance(found, Problem):
        return {n: [reject(place, n, found.code, found.message, raw)] for n, raw in lines.items()}
    return dict(zip(lines, found, strict=True))


def ninjs_items(texts: Sequence[bytes], place: Place) -> list[list[Item]]:
    """The items of each text, which is JSON."""
    return [ninjs.parse(text, place) for text in texts]


def _allowed(item: Item, line: int, place: Place, providers: Collection[str]) -> Item:
    """The item, unless it is in the name of a provider that the key does not speak for."""
    if not isinstance(item, Article) or item.provider in providers:
        return item
    message = f"the key speaks for {', '.join(providers)}"
    return replace(reject(place, line, "foreign-provider", message), key=item.key)


def _idempotency_key(values: list[str]) -> str | None:
    if not values:
        return None
    if len(values) > 1 or not IDEMPOTENCY_KEY.fullmatch(values[0]):
        raise Refused("invalid-idempotency-key")
    return values[0]


def _acceptable(accept: str) -> bool:
    """Whether JSON may be sent; no Accept means that it may."""
    ranges = [one.strip().lower() for one in accept.split(",") if one.strip()]
    return not ranges or any(
        one.partition(";")[0].strip() in ACCEPTED and not QUALITY_ZERO.search(one) for one in ranges
    )
