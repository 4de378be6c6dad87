"""The demo's own feed: a web server of three pages, polled by a real `tickertape ingest run`; a correction comes, and a kill."""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pipeline.cli.demo_process import folder, start
from pipeline.settings import Settings

NAME = "harbour"
# The shortest that a feed may be polled at: the demo is watched by somebody.
INTERVAL_SECONDS = 1.0


class Feed:
    """The states of one feed, as its publisher would change it: `advance` puts the next one in place."""

    def __init__(self, states: list[bytes]) -> None:
        self._states, self._current = states, 0

    @property
    def left(self) -> int:
        """How many states are still to come."""
        return len(self._states) - 1 - self._current

    @property
    def body(self) -> bytes:
        """What a client gets now."""
        return self._states[self._current]

    @property
    def etag(self) -> str:
        """Changes with the body."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:16]}"'

    def advance(self) -> None:
        """The publisher edits the feed."""
        self._current += 1


def poll(stack: ExitStack, feed: Feed, settings: Settings) -> None:
    """The feed on a port of its own, and `tickertape ingest run` polling it. Raises BrokerError if that does not start."""
    address = stack.enter_context(serving(feed))
    sources = folder(stack, "tickertape-feed-") / "sources.toml"
    sources.write_text(
        f'[[source]]\nname = "{NAME}"\ntype = "feed"\nurl = "http://{address}/world.atom"\n'
        f'interval_seconds = {INTERVAL_SECONDS}\nallow_private = ["{address}"]\n'
    )
    start(stack, settings, "ingest", "run", "--sources", str(sources))


@contextmanager
def serving(feed: Feed) -> Iterator[str]:
    """The feed at host:port, with an ETag and 304 as a good publisher has them."""

    class Handler(BaseHTTPRequestHandler):
        """Answers every path with the feed."""

        def do_GET(self) -> None:
            """The feed, or that it has not changed."""
            fresh = self.headers.get("If-None-Match") != feed.etag
            body = feed.body if fresh else b""
            self.send_response(200 if fresh else 304)
            self.send_header("ETag", feed.etag)
            self.send_header("Content-Type", "application/atom+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: the demo has its own words."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
