"""A gateway without Kafka, that speaks the API's contract out of a list of events: for the page's tests and screenshots.

`python -m tests.gateway.fake_gateway [EVENTS] [PORT]` serves it, with a new event every few seconds.
"""

import asyncio
import json
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from pipeline.resources import PACKAGE
from tests.gateway.made_events import cloud, make, stamp
from tests.processes import PATIENCE_SECONDS

STATIC = PACKAGE / "gateway" / "static"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
FACETS = ("family", "kind", "country", "actor", "source", "language", "modality", "change")
Event = dict[str, Any]


def values(event: Event, facet: str) -> list[str]:
    """What an event has under a facet."""
    everyone = [*event["actors"], *event["recipients"]]
    found = {
        "country": [(event["location"] or {}).get("country"), *(one["country"] for one in everyone)],
        "actor": [one["name"] for one in event["actors"]],
        "source": [event["article"]["provider"]],
        "language": [event["article"]["language"]],
    }
    return [value for value in dict.fromkeys(found.get(facet, [event.get(facet)])) if value]


def occurred_at(event: Event) -> str:
    """Its place on the timeline."""
    return str(event["article"]["published_at"] or event["detected_at"])


def matches(event: Event, asked: dict[str, list[str]]) -> bool:
    """Whether it is what the query string asks for."""
    if any(facet in asked and not set(values(event, facet)) & set(asked[facet]) for facet in FACETS):
        return False
    if "min_confidence" in asked and event["confidence"] < float(asked["min_confidence"][0]):
        return False
    if "q" in asked and asked["q"][0].lower() not in event["sentence"]["text"].lower():
        return False
    if "bbox" in asked:
        west, south, east, north = map(float, asked["bbox"][0].split(","))
        place = event["location"]
        if not place or not (west <= place["lon"] <= east and south <= place["lat"] <= north):
            return False
    return asked.get("since", [""])[0] <= occurred_at(event) < asked.get("until", ["9"])[0]


class FakeGateway:
    """Runs in a thread of its own; `push` sends an event to everyone who listens, `drop` cuts the streams."""

    def __init__(self, events: Iterable[Event] = (), port: int = 0) -> None:
        self.events = {event["event_id"]: event for event in events}
        self.revisions = {key: [event] for key, event in self.events.items()}
        self.health: dict[str, Any] = {
            "lag": {"annotate": 0, "route": 0}, "sources": [], "held": 0, "dead_letters": 0, "gaps": 0,
            "articles": len(self.events), "events": len(self.events), "retracted": 0, "last_event_at": stamp(datetime.now(UTC)),
            "last_article_at": None, "kafka_ok": True,
        }  # fmt: skip
        self.texts: dict[str, str] = {}
        self.stories: list[dict[str, Any]] = []
        self.refusing = False
        self.key = ""
        self.meanwhile: Event | None = None
        self.port = port
        self._log: list[Event] = []
        self._streams: set[asyncio.Queue[Event | None]] = set()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._main()), daemon=True)

    def __enter__(self) -> "FakeGateway":
        self._thread.start()
        assert self._ready.wait(PATIENCE_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE_SECONDS)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def push(self, event: Event) -> None:
        """An event comes: the store has it, the streams tell it."""
        self._loop.call_soon_threadsafe(self._push, event)

    def drop(self) -> None:
        """Cut every stream."""
        self._loop.call_soon_threadsafe(self._drop)

    def _drop(self) -> None:
        for queue in self._streams:
            queue.put_nowait(None)

    def _push(self, event: Event) -> None:
        before = self.events.get(event["event_id"], {})
        self.events[event["event_id"]] = {**before, **event}
        self.revisions.setdefault(event["event_id"], []).append(event)
        self._log.append(event)
        for queue in self._streams:
            queue.put_nowait(event)

    async def _main(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        app = web.Application(middlewares=[self._headers])
        app.add_routes([
            web.get("/", self._page), web.get("/v1/events", self._list), web.get("/v1/events/{id}", self._one),
            web.get("/v1/facets", self._facets), web.get("/v1/articles/{key}", self._article),
            web.get("/v1/health", self._health), web.get("/v1/stories", self._stories),
            web.get("/v1/stream", self._stream), web.static("/static", STATIC),
        ])  # fmt: skip
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        self._ready.set()
        await self._stop.wait()
        self._drop()
        await runner.cleanup()

    @web.middleware
    async def _headers(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self.refusing and request.path.startswith("/v1"):
            return web.json_response({"message": "not now"}, status=503)
        if self.key and request.path.startswith("/v1") and request.headers.get("X-API-Key") != self.key:
            return web.json_response({"title": "a key"}, status=401, headers={"WWW-Authenticate": "Basic"})
        response: web.StreamResponse = await handler(request)
        response.headers.update(HEADERS) if not response.prepared else None
        return response

    async def _page(self, _: web.Request) -> web.Response:
        return web.Response(body=(STATIC / "index.html").read_bytes(), content_type="text/html", charset="utf-8")

    def _asked(self, request: web.Request, without: str = "") -> dict[str, list[str]]:
        return {name: request.query.getall(name) for name in request.query if name != without}

    def _found(self, asked: dict[str, list[str]]) -> list[Event]:
        found = [event for event in self.events.values() if matches(event, asked)]
        return sorted(found, key=lambda event: (occurred_at(event), event["event_id"]), reverse=True)

    async def _list(self, request: web.Request) -> web.Response:
        found = self._found(self._asked(request))
        at, limit = int(request.query.get("cursor", 0)), int(request.query.get("limit", 100))
        after = at + limit
        more = str(after) if after < len(found) else None
        return web.json_response({"events": found[at:after], "next": more, "position": f"0:{len(self._log)}"})

    async def _one(self, request: web.Request) -> web.Response:
        key = request.match_info["id"]
        revisions = [cloud(event) for event in self.revisions.get(key, [])]
        return web.json_response({"event": self.events.get(key), "revisions": revisions})

    async def _article(self, request: web.Request) -> web.Response:
        key = request.match_info["key"]
        return web.json_response({"article": None, "text": self.texts.get(key), "events": [], "outcomes": []})

    async def _facets(self, request: web.Request) -> web.Response:
        found = self._found(self._asked(request))
        gone = sum(event["change"] == "retracted" for event in found)
        told: dict[str, Any] = {"total": len(found), "retracted": gone}
        for facet in FACETS:
            counts = Counter(v for event in self._found(self._asked(request, facet)) for v in values(event, facet))
            told[facet] = [{"value": value, "count": count} for value, count in counts.most_common(100)]
        return web.json_response({**told, "histogram": histogram([occurred_at(event) for event in found])})

    async def _health(self, _: web.Request) -> web.Response:
        return web.json_response(self.health)

    async def _stories(self, _: web.Request) -> web.Response:
        return web.json_response({"stories": self.stories, "next": None})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        asked = self._asked(request)
        queue: asyncio.Queue[Event | None] = asyncio.Queue()
        if self.meanwhile is not None:
            self._push(self.meanwhile)
            self.meanwhile = None
        mark = request.headers.get("Last-Event-ID") or request.query.get("last_event_id") or f"0:{len(self._log)}"
        begin = int(mark.partition(":")[2])
        for missed in self._log[begin:]:
            queue.put_nowait(missed)
        self._streams.add(queue)
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", **HEADERS}
        )
        try:
            await response.prepare(request)
            # The mark comes first, so that a stream cut before its first event is resumed where it began.
            await response.write(f"retry: 1000\nid: 0:{begin}\n\n".encode())
            while (event := await queue.get()) is not None:
                if event["change"] == "retracted" or matches(event, asked):
                    offset = self._log.index(event) + 1
                    text = f"event: {event['change']}\nid: 0:{offset}\ndata: {json.dumps(cloud(event))}\n\n"
                    await response.write(text.encode())
        except ConnectionError:
            pass
        finally:
            self._streams.discard(queue)
        return response


def histogram(instants: list[str]) -> dict[str, Any]:
    """At most about a hundred buckets."""
    seconds = [int(datetime.fromisoformat(text).timestamp()) for text in instants]
    if not seconds:
        return {"bucket_seconds": 60, "buckets": []}
    wide = next(
        w for w in (60, 300, 900, 3600, 10800, 86400, 604800, 31536000) if (max(seconds) - min(seconds)) / w < 120
    )
    counts = Counter(second // wide * wide for second in seconds)
    buckets = [{"at": stamp(datetime.fromtimestamp(at, UTC)), "count": counts[at]} for at in sorted(counts)]
    return {"bucket_seconds": wide, "buckets": buckets}


def main() -> None:
    """Serve until interrupted."""
    number, port = (int(text) for text in [*sys.argv[1:], "400", "8089"][:2])
    with FakeGateway((make(n, before=datetime.now(UTC)) for n in range(number)), port) as gateway:
        print(f"ready {gateway.address}", flush=True)  # noqa: T201
        threading.Event().wait()


if __name__ == "__main__":
    main()
