"""Fetching: every answer and every failure is one value, in bounds, and nothing but what is allowed is connected to."""

import asyncio
import socket
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline import __version__
from pipeline.records import Problem
from pipeline.sources.guards.addresses import Allowed
from pipeline.sources.guards.fetch import Fetcher
from pipeline.sources.live.base import Response
from tests.sources.guards.misbehaving import BEHAVIOURS, BODY, Behave, Server, redirects, running
from tests.sources.guards.test_addresses import hostile_urls


class Names:
    """A DNS: answers for a name in turn, the last one again and again; counts its questions."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.answers = {name.replace("_", "."): list(turns) for name, turns in answers.items()}
        self.questions: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        self.questions.append(host)
        if host not in self.answers:
            raise OSError("no such name")
        turns = self.answers[host]
        return turns.pop(0) if len(turns) > 1 else turns[0]


class Unplugged:
    """A network without a cable: notes where a connection would have gone."""

    def __init__(self) -> None:
        self.dialled: list[Any] = []

    def __call__(self, found: Any) -> socket.socket:
        self.dialled.append(found[4])
        raise OSError("no cable")


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """The misbehaving server."""
    async with running(BEHAVIOURS) as made:
        yield made


@pytest.fixture
async def canary() -> AsyncIterator[Server]:
    """A listener that nobody may connect to."""
    async with running({}) as made:
        yield made
        assert made.connections == 0


async def fetched(server: Server, path: str, **options: Any) -> Response | Problem:
    async with Fetcher(Allowed.of([f"127.0.0.1:{server.port}"])) as fetch:
        return await fetch(server.url(path), **options)


async def test_an_answer_is_read_whole(server: Server) -> None:
    """Status, headers in lower case and joined, body; and the request says who asks, and what was asked to say."""
    found = await fetched(server, "/plain", headers={"If-None-Match": 'W/"a"', "Accept": "application/rss+xml"})
    assert found == Response(
        status=200,
        url=server.url("/plain"),
        headers={"etag": '"a"', "link": "<a>; rel=hub, <b>; rel=self", "content-length": str(len(BODY))},
        body=BODY,
    )
    head = server.requests[0].splitlines()
    assert head[0] == "GET /plain HTTP/1.1"
    assert f"Host: 127.0.0.1:{server.port}" in head
    assert f"User-Agent: Tickertape/{__version__} (news event pipeline)" in head
    assert "Accept-Encoding: gzip, deflate, zstd" in head
    assert 'If-None-Match: W/"a"' in head
    assert "Accept: application/rss+xml" in head


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/not-modified", 304, b""),
        ("/too-many", 429, b"wait"),
        ("/broken", 500, b"sorry"),
        ("/chunked", 200, b"hello"),
        ("/gzip", 200, BODY),
        ("/x-gzip", 200, BODY),
        ("/deflate", 200, BODY),
        ("/raw-deflate", 200, BODY),
        ("/zstd", 200, BODY),
        ("/identity", 200, BODY),
        ("/empty-gzip", 200, b""),
    ],
)
async def test_any_status_and_coding_is_an_answer(server: Server, path: str, status: int, body: bytes) -> None:
    """What a status means is the source's affair."""
    found = await fetched(server, path)
    assert isinstance(found, Response)
    assert (found.status, found.body) == (status, body)


async def test_a_compressed_file_is_not_unpacked(server: Server) -> None:
    """Content-Encoding is the transport's, Content-Type the content's."""
    found = await fetched(server, "/gzip-file")
    assert isinstance(found, Response)
    assert found.body[:2] == b"\x1f\x8b"


async def test_retry_after_comes_along(server: Server) -> None:
    """For the schedule."""
    found = await fetched(server, "/too-many")
    assert isinstance(found, Response)
    assert found.headers["retry-after"] == "7"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/says-gzip", "damaged-encoding"),
        ("/cut-gzip", "damaged-encoding"),
        ("/gzip-twice", "damaged-encoding"),
        ("/brotli", "damaged-encoding"),
        ("/members", "too-large"),
        ("/bomb", "too-large"),
        ("/zstd-bomb", "too-large"),
        ("/large", "too-large"),
        ("/endless", "too-large"),
        ("/endless-chunks", "too-large"),
        ("/endless-header", "unreachable"),
        ("/long-header", "unreachable"),
        ("/endless-continue", "timed-out"),
        ("/slow-head", "timed-out"),
        ("/slow-body", "timed-out"),
        ("/cut-length", "unreachable"),
        ("/cut-chunk", "unreachable"),
        ("/bad-chunk", "unreachable"),
        ("/no-http", "unreachable"),
        ("/nothing", "unreachable"),
        ("/two-lengths", "unreachable"),
    ],
)
async def test_misbehaviour_is_a_problem(server: Server, path: str, code: str) -> None:
    """One, with a message that names the URL in one line."""
    seconds = 0.5 if code == "timed-out" else 30.0
    found = await fetched(server, path, seconds=seconds, most_bytes=1_000_000)
    assert isinstance(found, Problem), found
    assert found.code == code, found
    assert repr(server.url(path)) in found.message
    assert found.message.isprintable()


async def test_limits_are_the_callers(server: Server) -> None:
    """Exactly so many bytes are allowed; a long poll may be given its time."""
    found = await fetched(server, "/gzip", most_bytes=len(BODY), seconds=60.0)
    assert isinstance(found, Response)
    problem = await fetched(server, "/gzip", most_bytes=len(BODY) - 1)
    assert isinstance(problem, Problem)
    assert problem.code == "too-large"


async def test_nobody_there_is_unreachable() -> None:
    """A name unknown, a port closed."""
    closed = socket.create_server(("127.0.0.1", 0))
    port = closed.getsockname()[1]
    closed.close()
    async with Fetcher(Allowed.of([f"127.0.0.1:{port}"]), resolve=Names()) as fetch:
        for url in ("http://news.example/", f"http://127.0.0.1:{port}/"):
            problem = await fetch(url)
            assert isinstance(problem, Problem)
            assert problem.code == "unreachable"


async def test_tls_names_the_host_not_the_address() -> None:
    """The server's name is in the greeting (SNI), though the address was pinned; one that cannot do TLS is unreachable."""
    greeting = asyncio.get_running_loop().create_future()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        greeting.set_result(await reader.read(4_096))
        writer.write(b"HTTP/1.1 400 What?\r\n\r\n")
        writer.close()

    tls = await asyncio.start_server(listen, "127.0.0.1", 0)
    port = tls.sockets[0].getsockname()[1]
    async with tls, Fetcher(Allowed.of([f"news.example:{port}"]), resolve=Names(news_example=[["127.0.0.1"]])) as fetch:
        problem = await fetch(f"https://news.example:{port}/")
    assert isinstance(problem, Problem)
    assert problem.code == "unreachable"
    assert b"news.example" in await greeting


async def test_the_host_header_is_the_name(server: Server) -> None:
    """One question to the DNS, for one connection."""
    names = Names(news_example=[["127.0.0.1"]])
    async with Fetcher(Allowed.of([f"news.example:{server.port}"]), resolve=names) as fetch:
        found = await fetch(f"http://News.Example:{server.port}/plain")
    assert isinstance(found, Response)
    assert found.url == f"http://news.example:{server.port}/plain"
    assert f"Host: news.example:{server.port}" in server.requests[0].splitlines()
    assert names.questions == ["news.example"]


# ------------------------------------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["8.8.8.8", "127.0.0.1"],
        ["2606:4700:4700::1111", "::1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::ffff:127.0.0.1"],
        ["64:ff9b::7f00:1"],
        ["0.0.0.0"],
        ["fe80::1%lo"],
        ["nonsense"],
    ],
)
async def test_one_bad_answer_refuses_all(answers: list[str]) -> None:
    """All addresses of a name are checked before any is dialled."""
    unplugged = Unplugged()
    async with Fetcher(Allowed(), resolve=Names(news_example=[answers]), connect=unplugged) as fetch:
        problem = await fetch("http://news.example/")
    assert isinstance(problem, Problem)
    assert problem.code == "refused-address"
    assert unplugged.dialled == []


async def test_only_addresses_that_were_checked_are_dialled() -> None:
    """A second answer of the DNS (rebinding) is never asked for."""
    names, unplugged = Names(news_example=[["8.8.8.8", "1.1.1.1"], ["127.0.0.1"]]), Unplugged()
    async with Fetcher(Allowed(), resolve=names, connect=unplugged) as fetch:
        first, second = await fetch("https://news.example/"), await fetch("https://news.example/")
    assert isinstance(first, Problem)
    assert isinstance(second, Problem)
    assert (first.code, second.code) == ("unreachable", "refused-address")
    assert set(unplugged.dialled) == {("8.8.8.8", 443), ("1.1.1.1", 443)}
    assert names.questions == ["news.example", "news.example"]


async def test_a_name_without_addresses_is_unreachable() -> None:
    """An empty answer."""
    async with Fetcher(Allowed(), resolve=Names(news_example=[[]])) as fetch:
        problem = await fetch("http://news.example/")
    assert isinstance(problem, Problem)
    assert problem.code == "unreachable"


class Diverted(socket.socket):
    """A socket that the network leads astray: whatever is dialled, loopback answers."""

    port = 0

    def connect(self, _: Any) -> None:
        super().connect(("127.0.0.1", self.port))


async def test_the_peer_is_checked_before_a_byte_is_sent(server: Server) -> None:
    """The address was public, who answers is not: nothing is written."""

    def divert(_: Any) -> socket.socket:
        made = Diverted(socket.AF_INET, socket.SOCK_STREAM)
        made.port = server.port
        made.setblocking(False)
        return made

    async with Fetcher(Allowed(), resolve=Names(news_example=[["8.8.8.8"]]), connect=divert) as fetch:
        problem = await fetch("http://news.example/plain")
    assert isinstance(problem, Problem)
    assert problem.code == "refused-address"
    assert server.requests == []


async def test_the_environments_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch, canary: Server) -> None:
    """It would make the connection in our place, unchecked."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    unplugged = Unplugged()
    async with Fetcher(Allowed(), resolve=Names(news_example=[["8.8.8.8"]]), connect=unplugged) as fetch:
        await fetch("http://news.example/")
    assert unplugged.dialled == [("8.8.8.8", 80)]


# ------------------------------------------------------------------------------------------------ redirects


async def redirected(behaviours: dict[str, Behave], path: str, allow: Sequence[str] = ()) -> tuple[Any, Server]:
    """(what came of it, the server), on a server that is called wire.example and 127.0.0.1."""
    async with running({**BEHAVIOURS, **behaviours}) as server:
        names = Names(wire_example=[["127.0.0.1"]], rebound_example=[["127.0.0.1"]])
        allowed = Allowed.of([f"127.0.0.1:{server.port}", f"wire.example:{server.port}", *allow])
        async with Fetcher(allowed, resolve=names) as fetch:
            url = server.url(path)
            secret = {"Authorization": "Bearer s3cret", "Cookie": "a=b", "X-Key": "s3cret", "If-None-Match": '"a"'}
            return await fetch(url, headers=secret), server


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_followed(status: int) -> None:
    """Relative or not; the answer's URL is where it came from, and whether it moved for good is told."""
    found, server = await redirected(
        {"/a/old": redirects("../plain?x", status), "/plain?x": BEHAVIOURS["/plain"]}, "/a/old"
    )
    assert isinstance(found, Response)
    assert (found.status, found.url) == (200, server.url("/plain?x"))
    assert found.moved_to == (server.url("/plain?x") if status in (301, 308) else None)


async def test_a_move_counts_as_far_as_it_is_for_good() -> None:
    """Permanent, then temporary: the first is remembered."""
    found, server = await redirected({"/a": redirects("/b", 301), "/b": redirects("/plain", 302)}, "/a")
    assert found.moved_to == server.url("/b")
    found, server = await redirected({"/a": redirects("/b", 302), "/b": redirects("/plain", 301)}, "/a")
    assert found.moved_to is None


async def test_secrets_stay_with_their_origin() -> None:
    """A key is for the server that it was meant for; validators may go along."""
    same, server = await redirected({"/old": redirects("/plain")}, "/old")
    assert all("s3cret" in head for head in server.requests)
    async with running(BEHAVIOURS) as other:
        away = {"/old": redirects(f"http://127.0.0.1:{other.port}/plain")}
        found, server = await redirected(away, "/old", [f"127.0.0.1:{other.port}"])
    assert isinstance(same, Response)
    assert isinstance(found, Response)
    assert "s3cret" in server.requests[0]
    assert "s3cret" not in other.requests[0]
    assert "Cookie" not in other.requests[0]
    assert 'If-None-Match: "a"' in other.requests[0]


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://169.254.169.254/latest/meta-data/", "refused-address"),
        ("http://127.0.0.1/", "refused-address"),
        ("//[::1]/", "refused-address"),
        ("http://rebound.example/", "refused-address"),
        ("http://2130706433/", "refused-url"),
        ("http://rebound.example:6379/", "refused-url"),
        ("http://user:password@wire.example/", "refused-url"),
        ("file:///etc/passwd", "refused-url"),
        ("gopher://127.0.0.1:6379/_FLUSHALL", "refused-url"),
        ("http://wire.example\\@127.0.0.1/", "refused-url"),
        ("/loop", "too-many-redirects"),
    ],
)
async def test_a_redirect_astray_is_refused(location: str, code: str) -> None:
    """As if it had been given as the first URL; and not more than five."""
    found, server = await redirected({"/loop": redirects(location)}, "/loop")
    assert isinstance(found, Problem)
    assert found.code == code
    assert len(server.requests) == (6 if code == "too-many-redirects" else 1)


async def test_a_redirect_to_a_neighbour_port_is_refused(canary: Server) -> None:
    """What is allowed is one port, not the machine; the canary hears nothing."""
    found, _ = await redirected({"/a": redirects(f"http://127.0.0.1:{canary.port}/")}, "/a")
    assert isinstance(found, Problem)
    assert found.code == "refused-url"


async def test_a_redirect_that_leads_nowhere_is_an_answer() -> None:
    """No Location: its status is told."""
    found, _ = await redirected({"/a": BEHAVIOURS["/plain"], "/b": redirects("")}, "/b")
    assert isinstance(found, Response)
    assert found.status == 302


async def test_post_keeps_its_body_and_is_not_turned_into_a_get() -> None:
    """A hub's 307 is followed with the body, its 302 is an answer."""
    bodies = {"/hub": redirects("/new", 307), "/old": redirects("/new", 302), "/new": BEHAVIOURS["/plain"]}
    async with running({**BEHAVIOURS, **bodies}) as server, Fetcher(Allowed.of([f"127.0.0.1:{server.port}"])) as fetch:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        followed = await fetch.post(server.url("/hub"), b"hub.mode=subscribe", headers=kind)
        stayed = await fetch.post(server.url("/old"), b"hub.mode=subscribe", headers=kind)
        refused = await fetch.post("http://127.0.0.1:1/", b"")
    assert isinstance(followed, Response)
    assert isinstance(stayed, Response)
    assert (followed.status, stayed.status) == (200, 302)
    assert isinstance(refused, Problem)
    assert [head.split(" ")[:2] for head in server.requests] == [["POST", "/hub"], ["POST", "/new"], ["POST", "/old"]]
    assert all("Content-Length: 18" in head for head in server.requests)


# ------------------------------------------------------------------------------------------------ corpora


async def test_hostile_urls_reach_nothing(corpus_folder: Path, canary: Server) -> None:
    """Every URL of the corpora, on a network where every name is the canary: nothing is dialled but public addresses
    that a URL names itself, and on the standard ports.
    """

    async def canary_for_all(host: str, port: int) -> Sequence[str]:
        return ["127.0.0.1"]

    unplugged = Unplugged()
    async with Fetcher(Allowed(), resolve=canary_for_all, connect=unplugged) as fetch:
        for url in hostile_urls(corpus_folder):
            found = await fetch(url)
            assert isinstance(found, Problem)
            assert found.code in ("refused-url", "refused-address", "unreachable")
    assert not [peer for peer in unplugged.dialled if peer[0].startswith("127.") or peer[1] not in (80, 443)]


async def test_fetchers_hold_nothing_open(server: Server) -> None:
    """Closed twice, or never used, is fine."""
    fetch = Fetcher(Allowed.of([f"127.0.0.1:{server.port}"]))
    await fetch.close()
    await fetch(server.url("/plain"))
    await fetch.close()
    await fetch.close()
