"""A local HTTP server that misbehaves as its paths say, and a canary that nobody may touch."""

import asyncio
import gzip
import socket
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import zstandard

BODY = b"<rss><channel><title>Wire</title></channel></rss>" * 50
OK = "HTTP/1.1 200 OK\r\n"

Behave = Callable[[asyncio.StreamWriter], Awaitable[None]]


def answers(head: str, body: bytes = b"") -> Behave:
    """These bytes, with their length."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    return behave


def sends(data: bytes) -> Behave:
    """These very bytes, and then the end."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(data)

    return behave


def drips(head: bytes, block: bytes, seconds: float) -> Behave:
    """For ever, a block at a time; bounded by whoever hangs up."""

    async def behave(writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        for _ in range(100_000):
            writer.write(block)
            await writer.drain()
            await asyncio.sleep(seconds)

    return behave


def coded(coding: str, body: bytes) -> Behave:
    """A body in a coding."""
    return answers(f"{OK}Content-Encoding: {coding}\r\n", body)


def redirects(location: str, status: int = 302) -> Behave:
    """Elsewhere."""
    return answers(f"HTTP/1.1 {status} Found\r\nLocation: {location}\r\n", b"moved")


BEHAVIOURS: dict[str, Behave] = {
    "/plain": answers(OK + "ETag: \"a\"\r\nLink: <a>; rel=hub\r\nLink: <b>; rel=self\r\n", BODY),
    "/not-modified": sends(b"HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\n\r\n"),
    "/too-many": answers("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n", b"wait"),
    "/broken": answers("HTTP/1.1 500 Oops\r\n", b"sorry"),
    "/chunked": sends(OK.encode() + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"),
    "/gzip": coded("gzip", gzip.compress(BODY)),
    "/x-gzip": coded("X-GZip", gzip.compress(BODY)),
    "/deflate": coded("deflate", zlib.compress(BODY)),
    "/raw-deflate": coded("deflate", zlib.compress(BODY)[2:-4]),
    "/zstd": coded("zstd", zstandard.compress(BODY)),
    "/identity": coded("identity", BODY),
    "/empty-gzip": coded("gzip", b""),
    "/gzip-file": answers(OK + "Content-Type: application/gzip\r\n", gzip.compress(BODY)),
    "/says-gzip": coded("gzip", BODY),
    "/cut-gzip": coded("gzip", gzip.compress(BODY)[:-9]),
    "/gzip-twice": coded("gzip, gzip", gzip.compress(gzip.compress(BODY))),
    "/brotli": coded("br", b"\x0b\x02\x80hello\x03"),
    "/members": coded("gzip", gzip.compress(b"") * 50_000),
    "/bomb": coded("gzip", gzip.compress(bytes(64 * 1024 * 1024))),
    "/zstd-bomb": coded("zstd", zstandard.compress(bytes(512 * 1024 * 1024))),
    "/large": answers(OK, bytes(6 * 1024 * 1024)),
    "/endless": drips(OK.encode() + b"\r\n", bytes(65_536), 0),
    "/endless-chunks": drips(OK.encode() + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 5_000, 0),
    "/endless-header": drips(OK.encode(), b"X-A: " + b"a" * 1_000 + b"\r\n", 0),
    "/long-header": drips(OK.encode() + b"X-A: ", b"a" * 10_000, 0),
    "/endless-continue": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.001),
    "/slow-head": drips(OK.encode() + b"X-A: ", b"a", 0.05),
    "/slow-body": drips(OK.encode() + b"\r\n", b"x", 0.05),
    "/cut-length": sends(OK.encode() + b"Content-Length: 100\r\n\r\nshort"),
    "/cut-chunk": sends(OK.encode() + b"Transfer-Encoding: chunked\r\n\r\nff\r\nshort"),
    "/bad-chunk": sends(OK.encode() + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nshort\r\n"),
    "/no-http": sends(b"220 mail.example ESMTP\r\n"),
    "/nothing": sends(b""),
    "/two-lengths": sends(OK.encode() + b"Content-Length: 1\r\nContent-Length: 9\r\n\r\nx"),
}  # fmt: skip


@dataclass
class Server:
    """Where it listens, the heads of the requests that came, and how many connected."""

    port: int
    behaviours: dict[str, Behave]
    requests: list[str] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str) -> str:
        """A URL of this server's."""
        return f"http://127.0.0.1:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request a connection."""
        self.connections += 1
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            self.requests.append(head)
            if "Content-Length: " in head:
                await reader.readexactly(int(head.split("Content-Length: ")[1].split("\r\n")[0]))
            await self.behaviours[head.split(" ")[1]](writer)
            await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # whom it served hung up, as it should
        finally:
            writer.close()


@asynccontextmanager
async def running(behaviours: dict[str, Behave]) -> AsyncIterator[Server]:
    """A server on a free port of loopback."""
    listener = socket.create_server(("127.0.0.1", 0))
    made = Server(listener.getsockname()[1], behaviours)
    server = await asyncio.start_server(made.serve, sock=listener)
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()
