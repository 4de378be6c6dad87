"""What the gateway answers."""

import asyncio
import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from pipeline import codec
from pipeline.errors import BrokerError
from pipeline.gateway import articles, filters, guard, openapi, pages, queries, stream
from pipeline.gateway.filters import FilterError, Filters
from pipeline.gateway.health import Health
from pipeline.gateway.hub import Hub
from pipeline.gateway.limits import Limits
from pipeline.gateway.metrics import MEDIA_TYPE, Metrics, text
from pipeline.gateway.problems import Refused
from pipeline.gateway.queries import Page, Standing
from pipeline.gateway.readers import Readers
from pipeline.settings import Settings
from pipeline.sinks.exports.atom import ATOM
from pipeline.sinks.exports.base import RETRACTED, Event, Export
from pipeline.sinks.exports.geojson import GEOJSON
from pipeline.sinks.exports.table import CSV

FORMATS: dict[str, Export] = {"csv": CSV, "geojson": GEOJSON, "atom": ATOM}
DEFAULT_PAGE = 100
# An answer may be asked for while the store is filled for the first time; so long it is waited for.
PATIENCE_SECONDS = 3.0
PAGING = {"limit", "cursor"}
STREAMING = {"last_event_id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What answering needs."""

    settings: Settings
    limits: Limits
    hub: Hub
    readers: Readers
    health: Health
    metrics: Metrics
    filling: Callable[[], bool]


def routes(desk: Desk) -> list[web.RouteDef]:
    """All routes."""
    answers = Answers(desk)
    return [
        web.get("/", pages.index),
        web.get("/static/{path:.+}", pages.static),
        web.get("/v1/events", answers.events),
        web.get("/v1/events.json", answers.events),
        *(web.get(f"/v1/events.{name}", answers.export) for name in FORMATS),
        web.get("/v1/events/{event_id}", answers.event),
        web.get("/v1/facets", answers.facets),
        web.get("/v1/stories", answers.stories),
        web.get("/v1/articles/{key:.+}", answers.article),
        web.get("/v1/stream", answers.stream, allow_head=False),
        web.get("/v1/ws", answers.web_socket, allow_head=False),
        web.get("/v1/health", answers.health),
        web.get("/openapi.json", answers.openapi),
        web.get("/livez", answers.live),
        web.get("/readyz", answers.ready),
        web.get("/metrics", answers.metrics),
    ]


class Answers:
    """One method a route. Each raises Refused."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def events(self, request: web.Request) -> web.StreamResponse:
        """A page of events."""
        asked, limit, cursor = _asked(request), _limit(request, self._desk.limits.page_events), _cursor(request)

        def body(database: Any) -> bytes:
            page = queries.page(database, asked, limit, cursor)
            rest = codec.encode({"next": page.next, "position": str(page.mark)})
            return b'{"events":[%s],%s' % (b",".join(page.events), rest[1:])

        return await self._stored(request, body)

    async def export(self, request: web.Request) -> web.StreamResponse:
        """The events as a file. Those taken back are left out where the format cannot say so, unless they are asked for."""
        name = request.path.rpartition(".")[2]
        format_, most = FORMATS[name], self._desk.limits.export_events
        asked, limit, cursor = _asked(request), _limit(request, most, default=most), _cursor(request)
        if not format_.retractions and "change" not in asked.chosen:
            asked = Filters({**asked.chosen, "change": ("detected", "updated")})

        def body(database: Any) -> tuple[bytes, str | None]:
            page = queries.page(database, asked, limit, cursor)
            return b"".join(format_.render(filter(format_.takes, _cloud_events(page)))), page.next

        return await self._stored(request, body, format_.media_type)

    async def event(self, request: web.Request) -> web.StreamResponse:
        """An event and its revisions."""
        _only(request, set())
        event_id = request.match_info["event_id"]

        def body(database: Any) -> bytes:
            event, revisions = queries.event(database, event_id)
            if event is None and not revisions:
                raise Refused("not-found", "no such event, or no longer kept")
            return b'{"event":%s,"revisions":[%s]}' % (event or b"null", b",".join(revisions))

        return await self._stored(request, body)

    async def facets(self, request: web.Request) -> web.StreamResponse:
        """Counts."""
        asked = _asked(request, more=set())
        return await self._stored(request, lambda database: codec.encode(queries.facets(database, asked)))

    async def stories(self, request: web.Request) -> web.StreamResponse:
        """A page of stories, last changed first."""
        asked, limit, cursor = _asked(request), _limit(request, self._desk.limits.page_events), _cursor(request)

        def body(database: Any) -> bytes:
            stories, more = queries.stories(database, asked, limit, cursor)
            return b'{"stories":[%s],"next":%s}' % (b",".join(stories), codec.encode(more))

        return await self._stored(request, body)

    async def article(self, request: web.Request) -> web.StreamResponse:
        """An article: its text while Kafka has it, its events, and what became of each of its versions."""
        _only(request, {"version"})
        await self._filled()
        key, version = request.match_info["key"], request.query.get("version")
        found, outcomes = await self._desk.readers.run(queries.article, key)
        if not found and not outcomes:
            raise Refused("not-found", "no such article, or no longer kept")
        events, outcome = (
            [codec.decode(one) for one in found],
            articles.chosen([codec.decode(o) for o in outcomes], version),
        )
        article = None if outcome is None else await self._article(outcome)
        reference = events[0]["article"] if events and article is None else None
        told = {
            "article": reference if article is None else articles.reference(article),
            "text": None if article is None else article.get("text"),
            "events": events,
            "outcomes": [codec.decode(one) for one in outcomes],
        }
        return _answer(request, codec.encode(told))

    async def _article(self, outcome: dict[str, Any]) -> dict[str, Any] | None:
        try:
            return await asyncio.to_thread(articles.read, self._desk.settings, outcome)
        except BrokerError:
            return None  # the rest of the answer is from the store, and /v1/health says that Kafka is gone

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Events as they come."""
        hub = self._desk.hub
        subscription = stream.subscribed(request, hub, _asked(request, more=STREAMING))
        try:
            return await stream.server_sent(request, hub, subscription, self._desk.metrics)
        finally:
            hub.unsubscribe(subscription)

    async def web_socket(self, request: web.Request) -> web.StreamResponse:
        """The same over WebSocket."""
        guard.check_origin(request)
        hub = self._desk.hub
        subscription = stream.subscribed(request, hub, _asked(request, more=STREAMING))
        try:
            return await stream.web_socket(request, hub, subscription, self._desk.metrics)
        finally:
            hub.unsubscribe(subscription)

    async def health(self, request: web.Request) -> web.StreamResponse:
        """How the pipeline fares."""
        await self._filled()
        return _answer(request, codec.encode(await self._desk.health.report()))

    async def openapi(self, request: web.Request) -> web.StreamResponse:
        """The description of all this."""
        return _answer(request, codec.encode(openapi.document()))

    async def live(self, _: web.Request) -> web.StreamResponse:
        """The process is alive: nothing is touched."""
        return web.json_response({"status": "ok"}, dumps=_dumps)

    async def ready(self, _: web.Request) -> web.StreamResponse:
        """The store was filled once, and is being followed."""
        if not self._desk.hub.ready.is_set():
            raise Refused("filling", retry_after_seconds=1)
        if not self._desk.filling():
            raise Refused("unavailable", "the store is no longer filled: see the log", retry_after_seconds=30)
        return web.json_response({"status": "ok"}, dumps=_dumps)

    async def metrics(self, _: web.Request) -> web.StreamResponse:
        """Figures."""
        hub = self._desk.hub
        gauges = [
            ("tickertape_sse_clients", "Streams that are open.", len(hub.subscriptions)),
            ("tickertape_gateway_ready", "Whether the store was filled once.", float(hub.ready.is_set())),
            ("tickertape_gateway_revisions", "The number of the newest revision of an event in the store.", hub.seq),
        ]
        response = web.Response(body=text(self._desk.metrics, gauges).encode())
        response.headers["Content-Type"] = MEDIA_TYPE
        return response

    async def _filled(self) -> None:
        """Wait a moment for the store. Raises Refused when it takes longer."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._desk.hub.ready.wait()
        except TimeoutError:
            raise Refused("filling", retry_after_seconds=2) from None

    async def _stored(
        self, request: web.Request, body: Callable[[Any], Any], media_type: str = "application/json"
    ) -> web.StreamResponse:
        """An answer out of the store, or 304 where the store has not changed since. Raises Refused."""
        await self._filled()

        def read(database: Any) -> tuple[str, Any]:
            etag = _etag(queries.standing(database), request.path_qs)
            return etag, None if _has(request, etag) else body(database)

        try:
            etag, content = await self._desk.readers.run(read)
        except FilterError as error:
            raise Refused("invalid-parameter", str(error)) from None
        headers = {"ETag": f'W/"{etag}"', "Cache-Control": "no-cache"}
        if content is None:
            return web.Response(status=304, headers=headers)
        more = None
        if isinstance(content, tuple):
            content, more = content
        if more is not None:
            query = {**request.query, "cursor": more}
            headers["Link"] = f'<{request.rel_url.with_query(query)}>; rel="next"'
        response = web.Response(body=content, headers={**headers, "Content-Type": media_type})
        response.enable_compression()
        return response


def _asked(request: web.Request, more: set[str] = PAGING) -> Filters:
    try:
        return filters.parse((name, value) for name, value in request.query.items() if name not in more)
    except FilterError as error:
        raise Refused("invalid-parameter", str(error)) from None


def _only(request: web.Request, allowed: set[str]) -> None:
    if unknown := [name for name in request.query if name not in allowed]:
        raise Refused("invalid-parameter", f"there is no parameter {unknown[0][:40]!r}")


def _limit(request: web.Request, most: int, default: int = DEFAULT_PAGE) -> int:
    given = request.query.get("limit")
    if given is None:
        return default
    if not (given.isascii() and given.isdigit() and len(given) < 10 and 1 <= int(given) <= most):
        raise Refused("invalid-parameter", f"limit: a number from 1 to {most}")
    return int(given)


def _cursor(request: web.Request) -> str | None:
    return request.query.get("cursor") or None


def _cloud_events(page: Page) -> Iterator[Event]:
    """As exports take them: the type, and the data."""
    for value in page.events:
        data = codec.decode(value)
        kind = RETRACTED if data["change"] == "retracted" else f"news.event.{data['change']}.v1"
        yield {"type": kind, "data": data}


def _etag(standing: Standing, path: str) -> str:
    return f"{standing.epoch}-{standing.version}-{hashlib.sha256(path.encode()).hexdigest()[:12]}"


def _has(request: web.Request, etag: str) -> bool:
    return any(one.value in (etag, "*") for one in request.if_none_match or ())


def _answer(_: web.Request, body: bytes) -> web.Response:
    response = web.Response(body=body, content_type="application/json", headers={"Cache-Control": "no-store"})
    response.enable_compression()
    return response


def _dumps(value: Any) -> str:
    return codec.encode(value).decode()
