"""WebSub (W3C Recommendation, 2018): a feed's hub sends what is new, and the feed is polled only now and then besides.

    feed says rel=hub ──▶ we ask the hub for a subscription ──▶ it asks back (challenge) ──▶ it posts what is new, signed

What it posts waits in a short queue for the source's next poll, which comes at once (`arrived`), and is read as the feed would
be. Nothing of this is kept over a restart: a new subscription takes the old one's place, and polling finds what was missed.
"""

import asyncio
import hmac
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from pipeline.records import Problem
from pipeline.sources.formats.feed import MAX_FEED_BYTES
from pipeline.sources.live.base import Response

logger = logging.getLogger(__name__)
PATH = "/v1/websub/"
LEASE_SECONDS = 5 * 86_400
# Renewed when a fifth of it is left; a hub may grant less than was asked for, and does not say so until it asks back.
RENEW_SHARE = 0.2
RETRY_MS = 15 * 60_000
# While a hub delivers, the feed itself is still looked at: hubs die silently.
POLL_SECONDS = 3_600.0
POST_SECONDS = 20.0
BODY_SECONDS = 20.0
WAITING = 16
MAX_CHALLENGE_CHARS = 1_000
METHODS = {"sha1", "sha256", "sha384", "sha512"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hubs:
    """[websub] of sources.toml: `callback` is our public address, `listen` the host:port that it leads to."""

    callback: str
    listen: str = "127.0.0.1:8088"

    def problem(self) -> tuple[str, str] | None:
        """(which of both, what is wrong with it); None if nothing."""
        parts = urlsplit(self.callback)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            return "callback", "callback is the public http(s) address of this server, such as https://news.example.org"
        host, _, port = self.listen.rpartition(":")
        if not host or not port.isdecimal() or int(port) > 65_535:
            return "listen", "listen is host:port, such as 127.0.0.1:8088"
        return None


class Post(Protocol):
    """POST with every guard in force (`guards.fetch.Fetcher.post`)."""

    async def __call__(
        self, url: str, data: bytes, *, headers: Mapping[str, str] = {}, seconds: float = ...
    ) -> Response | Problem:
        """The answer, whatever its status."""


class Subscription:
    """How one feed's hub reaches us. `arrived` is set when there is something to `take`."""

    def __init__(self, name: str, callback: str, post: Post, *, secret: str) -> None:
        """`callback` is this server's public address; `secret` is shared with the hub, and new with every start."""
        self.name = name
        self.arrived = asyncio.Event()
        self._callback, self._post, self._secret = callback.rstrip("/") + PATH + name, post, secret
        self._hub: str | None = None
        self._topic: str | None = None
        self._state: Literal["none", "asked", "granted"] = "none"
        self._asked_ms = -RETRY_MS
        self._until_ms = self._renew_ms = 0
        self._waiting: deque[bytes] = deque()

    def offered(self, hub: str | None, topic: str) -> None:
        """What the feed says now: its hub, and the name by which the hub knows it."""
        if (hub, topic) != (self._hub, self._topic):
            self._hub, self._topic = hub, topic
            self._state, self._asked_ms = "none", -RETRY_MS

    async def renew(self, now_ms: int) -> Problem | None:
        """Ask for a subscription if there is a hub, and none or one that ends soon; Problem: the hub will not."""
        granted = self._state == "granted" and now_ms < self._renew_ms
        if self._hub is None or granted or now_ms - self._asked_ms < RETRY_MS:
            return None
        self._asked_ms = now_ms
        if not self.pace_seconds(now_ms):
            self._state = "asked"
        form = {
            "hub.mode": "subscribe",
            "hub.topic": self._topic or "",
            "hub.callback": self._callback,
            "hub.lease_seconds": str(LEASE_SECONDS),
            "hub.secret": self._secret,
        }
        headers = {"content-type": "application/x-www-form-urlencoded"}
        answer = await self._post(self._hub, urlencode(form).encode(), headers=headers, seconds=POST_SECONDS)
        if isinstance(answer, Problem):
            return Problem(code="hub-unreachable", message=f"{answer.code}: {answer.message}; polling goes on")
        if not 200 <= answer.status < 300:
            return Problem(code="hub-refused", message=f"{self._hub} answered {answer.status}; polling goes on")
        return None

    def pace_seconds(self, now_ms: int) -> float:
        """How often the feed need be polled while the hub delivers; 0: it does not."""
        return POLL_SECONDS if self._state == "granted" and now_ms < self._until_ms else 0.0

    def take(self) -> list[bytes]:
        """The documents that came since the last time."""
        self.arrived.clear()
        taken = list(self._waiting)
        self._waiting.clear()
        return taken

    def verify(self, query: Mapping[str, str], now_ms: int) -> tuple[int, str]:
        """(status, body) for the hub that asks whether we did ask: the challenge, if it names what we want."""
        mode, challenge = query.get("hub.mode"), query.get("hub.challenge", "")
        if self._state == "none" or query.get("hub.topic") != self._topic:
            return 404, ""
        if mode == "denied":
            self._state = "none"
            logger.warning("the hub denies the subscription", extra={"source": self.name, "hub": self._hub})
            return 200, ""
        lease = query.get("hub.lease_seconds", "")
        if mode != "subscribe" or not 0 < len(challenge) <= MAX_CHALLENGE_CHARS:
            return 404, ""
        seconds = int(lease[:9]) if lease.isascii() and lease.isdecimal() else LEASE_SECONDS
        self._state, self._until_ms = "granted", now_ms + seconds * 1000
        self._renew_ms = now_ms + int(seconds * (1 - RENEW_SHARE) * 1000)
        return 200, challenge

    def deliver(self, signature: str, body: bytes) -> int:
        """The status for a hub that posts `body`: 202 taken, 403 not signed with our secret, 503 come again."""
        if self._state == "none" or not _signed(signature, body, self._secret):
            return 403
        if len(self._waiting) >= WAITING:
            return 503
        self._waiting.append(body)
        self.arrived.set()
        return 202


def routes(subscriptions: Sequence[Subscription], clock_ms: Callable[[], int]) -> list[web.RouteDef]:
    """The callbacks of all subscriptions, for a server that somebody else starts."""
    by_name = {one.name: one for one in subscriptions}

    async def verify(request: web.Request) -> web.Response:
        one = by_name.get(request.match_info["name"])
        status, body = one.verify(request.query, clock_ms()) if one else (404, "")
        return web.Response(status=status, text=body, headers={"X-Content-Type-Options": "nosniff"})

    async def deliver(request: web.Request) -> web.Response:
        one = by_name.get(request.match_info["name"])
        body = await _body(request) if one else None
        if one is None or body is None:
            return web.Response(status=404 if one is None else 413)
        status = one.deliver(request.headers.get("X-Hub-Signature", ""), body)
        return web.Response(status=status, headers={"Retry-After": "30"} if status == 503 else {})

    return [web.get(PATH + "{name}", verify), web.post(PATH + "{name}", deliver)]


async def _body(request: web.Request) -> bytes | None:
    """The body; None if it is too much, or takes too long."""
    parts: list[bytes] = []
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.content.iter_any():
                parts.append(part)
                if sum(map(len, parts)) > MAX_FEED_BYTES:
                    return None
    except (TimeoutError, web.RequestPayloadError):
        return None
    return b"".join(parts)


def _signed(signature: str, body: bytes, secret: str) -> bool:
    """X-Hub-Signature: method=hex, the HMAC of the body."""
    method, _, said = signature.partition("=")
    if method not in METHODS:
        return False
    wanted = hmac.new(secret.encode(), body, method).hexdigest()
    return hmac.compare_digest(wanted.encode(), said.strip().lower().encode("utf-8", "replace"))
