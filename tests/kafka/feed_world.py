"""A web of feeds on this machine, as they really behave, and the runner as a process that polls them."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from pipeline import codec
from pipeline.broker.consume import consume
from pipeline.records import Article, SourceState
from pipeline.settings import Settings
from pipeline.topics import ARTICLES, SOURCE_STATE
from tests.processes import PATIENCE_SECONDS, end

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def rss(*items: str, declared: str = "utf-8") -> str:
    """An RSS document of items."""
    head = f'<?xml version="1.0" encoding="{declared}"?>\n<rss version="2.0"><channel><title>Wire</title>'
    return head + "".join(items) + "</channel></rss>"


def item(number: int, text: str) -> str:
    """An RSS item."""
    return f"<item><title>Story {number}</title><guid>g{number}</guid><description>{text}</description></item>"


@dataclass
class Web:
    """Serves answers by path from a thread of its own, and counts who asked for what; `blocked` must never be asked."""

    answers: dict[str, Answer] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    statuses: list[tuple[str, int]] = field(default_factory=list)
    port: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _thread: threading.Thread | None = None

    def __enter__(self) -> "Web":
        started = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(started,), daemon=True)
        self._thread.start()
        assert started.wait(PATIENCE_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        assert self._thread is not None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_SECONDS)

    @property
    def at(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def _serve(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", self._answer)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        self._loop.run_until_complete(runner.setup())
        site = web.TCPSite(runner, "127.0.0.1", 0)
        self._loop.run_until_complete(site.start())
        self.port = runner.addresses[0][1]
        started.set()
        self._loop.run_forever()
        self._loop.run_until_complete(runner.cleanup())
        self._loop.close()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.asked[request.path] += 1
        answer = self.answers.get(request.path)
        try:
            response = await answer(request) if answer else web.Response(status=404)
        except ConnectionError:  # who asked has enough
            return web.Response(status=500)
        self.statuses.append((request.path, response.status))
        return response


def document(text: str | bytes, **headers: str) -> Answer:
    """Always the same, without validators."""
    body = text.encode() if isinstance(text, str) else text

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(body=body, headers={"content-type": "application/rss+xml", **headers})

    return answer


@dataclass
class Conditional:
    """A well-behaved feed whose text can be changed."""

    text: str

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        etag = f'"{hash(self.text)}"'
        if request.headers.get("if-none-match") == etag:
            return web.Response(status=304, headers={"etag": etag})
        return web.Response(text=self.text, headers={"etag": etag}, content_type="application/rss+xml")


@dataclass
class Runner:
    """`tickertape ingest run` as a process; `before` is Python that it runs first."""

    settings: Settings
    sources: Path
    log: Path
    before: str = ""
    process: "subprocess.Popen[str]" = field(init=False)

    def __post_init__(self) -> None:
        env = {
            **os.environ,
            "TICKERTAPE_BROKERS": self.settings.brokers,
            "TICKERTAPE_TOPIC_PREFIX": self.settings.topic_prefix,
            "TICKERTAPE_STATE_HOME": str(self.log.parent / "state"),
            "TICKERTAPE_LOG_LEVEL": "debug",
        }
        program = f"{self.before}\nfrom pipeline.cli import main; main()"
        with self.log.open("a") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program, "ingest", "run", "--sources", str(self.sources)],
                env=env, stdout=subprocess.PIPE, stderr=file, text=True,
            )  # fmt: skip

    def __enter__(self) -> "Runner":
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line.startswith("ready: "):
            end(self.process)
            raise AssertionError(self.said)
        return self

    def __exit__(self, *_: object) -> None:
        end(self.process)

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """As the kernel does when memory is short."""
        self.process.kill()
        self.process.wait()


def articles(settings: Settings) -> list[Article]:
    """All articles in the topic, in the order of their arrival in each partition."""
    found = consume(settings, [settings.topic_prefix + ARTICLES.name])
    return [codec.decode_record(Article, message.value or b"") for message in found]


def states(settings: Settings) -> dict[str, SourceState]:
    """The last state of each source."""
    found = consume(settings, [settings.topic_prefix + SOURCE_STATE.name])
    return {(message.key or b"").decode(): codec.decode_record(SourceState, message.value or b"") for message in found}


def declare(path: Path, port: int, **urls: Any) -> Path:
    """A sources.toml of feeds that are polled every second."""
    tables = [
        f'[[source]]\nname = "{name}"\ntype = "feed"\nurl = "{url}"\ninterval_seconds = 1\nallow_private = ["127.0.0.1:{port}"]\n'
        for name, url in urls.items()
    ]
    path.write_text("\n".join(tables))
    return path
