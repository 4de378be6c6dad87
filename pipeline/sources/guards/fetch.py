"""HTTP with every guard in force: the only door to the network for what a feed, a hub or a redirect names.

A name is resolved once; all its addresses must be allowed, and aiohttp is given those very addresses (so that a second answer of
the DNS cannot lead elsewhere); the peer is checked again before a byte is sent. Redirects are followed by hand, each checked
like a first URL. Time, size and compression are bounded. What goes wrong is a Problem, never an exception.
"""

import asyncio
import io
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from multidict import CIMultiDictProxy

from pipeline import __version__
from pipeline.records import Problem
from pipeline.sources.guards import addresses, inflate
from pipeline.sources.guards.addresses import Allowed, Target
from pipeline.sources.live.base import Response

MOST_BYTES = 5 * 1024 * 1024
SECONDS = 20.0
REDIRECTS = 5
CONNECTIONS = 100
CONNECTIONS_PER_HOST = 4
# RFC 9659 for zstd; an HTTP body is one member, a proxy may add one.
MEMBERS = 16
WINDOW_BYTES = 8 * 1024 * 1024
FOLLOWED = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})
KEEP_METHOD = frozenset({307, 308})
# What may follow a redirect to somebody else: no key, no cookie.
HARMLESS = frozenset({"accept", "accept-language", "a-im", "if-none-match", "if-modified-since", "content-type"})
OURS = {"User-Agent": f"Tickertape/{__version__} (news event pipeline)", "Accept-Encoding": "gzip, deflate, zstd"}

# (host, port) → addresses; raises OSError.
Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


class _Refused(Exception):
    """Passes through aiohttp: what was to be connected to may not be."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class _Request:
    """What is asked, and the bounds of the answer."""

    method: str
    headers: Mapping[str, str]
    data: bytes | None
    most_bytes: int
    redirects: int = REDIRECTS


@dataclass(frozen=True, slots=True)
class _Redirect:
    """An answer that leads on."""

    status: int
    location: str


async def resolve(host: str, port: int) -> list[str]:
    """The system's answer."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class Fetcher:
    """Implements live.base.Fetch. Open it in the event loop that uses it: `async with Fetcher(allowed) as fetch`.

    `resolve` and `connect` (aiohttp's socket_factory) are the network's; a test gives its own.
    """

    def __init__(self, allowed: Allowed, *, resolve: Resolve = resolve, connect: Any = None) -> None:
        self._allowed, self._resolve, self._connect = allowed, resolve, connect
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Fetcher":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close all connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def __call__(
        self,
        url: str,
        *,
        headers: Mapping[str, str] = {},
        most_bytes: int = MOST_BYTES,
        seconds: float = SECONDS,
    ) -> Response | Problem:
        """GET; see Fetch. A long poll asks for more `seconds` than the server may hold it."""
        request = _Request(method="GET", headers=headers, data=None, most_bytes=most_bytes)
        return await self._within(url, request, seconds)

    async def post(
        self,
        url: str,
        data: bytes,
        *,
        headers: Mapping[str, str] = {},
        seconds: float = SECONDS,
        redirects: int = REDIRECTS,
    ) -> Response | Problem:
        """POST, with the same guards (for WebSub hubs, webhooks); only redirects that keep the method are followed."""
        request = _Request(method="POST", headers=headers, data=data, most_bytes=MOST_BYTES, redirects=redirects)
        return await self._within(url, request, seconds)

    async def _within(self, url: str, request: _Request, seconds: float) -> Response | Problem:
        """All of it, in its time; every failure a value."""
        where = addresses.shown(url)
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(url, request)
        except _Refused as refused:
            return refused.problem
        except TimeoutError:
            return Problem(code="timed-out", message=f"{where}: not done within {seconds:g} s")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            message = f"{where}: {type(error).__name__}: {addresses.shown(str(error))}"
            return Problem(code="unreachable", message=message)

    async def _follow(self, url: str, request: _Request) -> Response | Problem:
        found, moved_to, for_good = addresses.target(url, self._allowed), None, True
        for _ in range(request.redirects + 1):
            if isinstance(found, Problem):
                return found
            answer = await self._ask(found, request)
            if isinstance(answer, Response):
                return replace(answer, moved_to=moved_to)
            if isinstance(answer, Problem):
                return answer
            asked, found = found, addresses.follow(found, answer.location, self._allowed)
            for_good = for_good and answer.status in PERMANENT
            if isinstance(found, Target):
                moved_to = found.url if for_good else moved_to
                request = request if found.origin == asked.origin else _without_secrets(request)
        return Problem(
            code="too-many-redirects", message=f"{addresses.shown(url)}: more than {request.redirects} redirects"
        )

    async def _ask(self, found: Target, request: _Request) -> Response | Problem | _Redirect:
        """One request."""
        async with self._opened().request(
            request.method, found.url, headers={**OURS, **request.headers}, data=request.data, allow_redirects=False
        ) as response:
            follows = KEEP_METHOD if request.data is not None else FOLLOWED
            location = response.headers.get("Location")
            if response.status in follows and location:
                response.close()
                return _Redirect(response.status, location)
            return await _read(response, found, request.most_bytes)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=_Connector(self._allowed, self._resolve, self._connect),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None),  # `_within` has the whole
                auto_decompress=False,
                trust_env=False,
            )
        return self._session


class _Resolver(AbstractResolver):
    """Gives aiohttp the addresses of a name if all of them are allowed."""

    def __init__(self, allowed: Allowed, resolve: Resolve) -> None:
        self._allowed, self._resolve = allowed, resolve

    async def resolve(self, host: str, port: int = 0, family: Any = socket.AF_INET) -> list[ResolveResult]:
        """Raises _Refused, OSError."""
        found = list(dict.fromkeys(await self._resolve(host, port)))
        if not found:
            raise OSError("the name has no address")
        for address in found:
            _check(address, host, port, self._allowed)
        return [_pinned(host, address, port) for address in found]

    async def close(self) -> None:
        """Nothing is open."""


class _Connector(aiohttp.TCPConnector):
    """Checks who is at the other end of every connection before the request is written to it."""

    def __init__(self, allowed: Allowed, resolve: Resolve, connect: Any) -> None:
        super().__init__(
            resolver=_Resolver(allowed, resolve),
            use_dns_cache=False,
            force_close=True,  # polls are minutes apart; a kept connection may be closing, and a POST is not repeated
            limit=CONNECTIONS,
            limit_per_host=CONNECTIONS_PER_HOST,
            socket_factory=connect,
        )
        self._allowed_here = allowed

    async def connect(self, req: Any, traces: Any, timeout: Any) -> Any:  # noqa: ASYNC109 - aiohttp's signature
        """Raises _Refused. An address as the host is checked here: aiohttp asks no resolver for it."""
        host, port = str(req.url.raw_host), int(req.url.port)
        if addresses.is_address(host):
            _check(host, host, port, self._allowed_here)
        connection = await super().connect(req, traces, timeout)
        peer = connection.transport and connection.transport.get_extra_info("peername")
        try:
            _check(str(peer[0]) if peer else "", host, port, self._allowed_here)
        except _Refused:
            connection.close()
            raise
        return connection


def _check(address: str, host: str, port: int, allowed: Allowed) -> None:
    problem = addresses.refusal(address, host, port, allowed)
    if problem is not None:
        raise _Refused(problem)


def _pinned(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=flags)


def _without_secrets(request: _Request) -> _Request:
    kept = {name: value for name, value in request.headers.items() if name.lower() in HARMLESS}
    return replace(request, headers=kept)


async def _read(response: aiohttp.ClientResponse, found: Target, most_bytes: int) -> Response | Problem:
    """The whole answer, unpacked; its connection is dropped where it is too large."""
    body = bytearray()
    async for block in response.content.iter_any():
        body += block
        if len(body) > most_bytes:
            response.close()
            return _too_large(found, most_bytes)
    headers = _joined(response.headers)
    coding = headers.get("content-encoding", "").strip().lower()
    plain = bytes(body) if coding in ("", "identity") or not body else _unpacked(bytes(body), coding, most_bytes)
    if isinstance(plain, Problem):
        return Problem(code=plain.code, message=f"{addresses.shown(found.url)}: {plain.message}")
    return Response(status=response.status, url=found.url, headers=headers, body=plain)


def _joined(headers: CIMultiDictProxy[str]) -> dict[str, str]:
    """One line a name, as RFC 9110 joins them: a feed may name its hub and itself in two Link headers."""
    names = dict.fromkeys(name.lower() for name in headers)
    return {name: ", ".join(headers.getall(name)) for name in names}


def _unpacked(body: bytes, coding: str, most_bytes: int) -> bytes | Problem:
    if coding not in inflate.CODINGS:
        message = f"content-encoding {addresses.shown(coding)} was not asked for"
        return Problem(code="damaged-encoding", message=message)
    limits = inflate.Limits(most_bytes=most_bytes, free_bytes=most_bytes, members=MEMBERS, window_bytes=WINDOW_BYTES)
    try:
        return inflate.inflated(io.BytesIO(body), inflate.CODINGS[coding], limits).read()
    except inflate.Damaged as damaged:
        code = "too-large" if damaged.problem.code == "too-large" else "damaged-encoding"
        return Problem(code=code, message=damaged.problem.message)


def _too_large(found: Target, most_bytes: int) -> Problem:
    message = f"{addresses.shown(found.url)}: more than {most_bytes:,} bytes"
    return Problem(code="too-large", message=message)
