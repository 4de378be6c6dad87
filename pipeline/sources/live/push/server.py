"""The listening server: sockets, their limits, start and stop."""

import asyncio
import ipaddress
import logging
import ssl
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from pipeline.errors import SettingsError
from pipeline.listening import TurnedAway, address
from pipeline.sources.live.base import Apart
from pipeline.sources.live.push import keys, problems, routes
from pipeline.sources.live.push.delivery import Delivery, Sender
from pipeline.sources.live.push.keys import Keys
from pipeline.sources.live.push.limits import Gate, Limits
from pipeline.sources.live.push.receipts import Receipts
from pipeline.sources.live.push.signature import Signatures

logger = logging.getLogger(__name__)
LISTEN = "127.0.0.1:8088"
DRAIN_SECONDS = 10.0
# A client that goes on sending what was refused already is listened to for so long, to get its answer across.
LINGER_SECONDS = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """A source of type push in sources.toml. `listen` is host:port (port 0: any free one).

    With `tls_cert` and `tls_key` (PEM files) it speaks TLS itself; else something in front of it should.
    """

    listen: str = LISTEN
    keys: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None

    def where(self) -> tuple[str, int]:
        """Host and port. Raises SettingsError."""
        return address(self.listen, option="listen =", example=LISTEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where a push server stands: its name in sources.toml, the topic it feeds, `state` (folder for keys and receipts)."""

    name: str
    topic: str
    article_bytes: int
    state: Path
    options: Options = field(default_factory=Options)
    limits: Limits = field(default_factory=Limits)

    @property
    def keys(self) -> Path:
        """The file of its keys."""
        return self.options.keys or self.state / keys.FILE


class PushServer:
    """Serves one push source from `start` to `close`; `more` routes (WebSub's callbacks) share its port."""

    def __init__(
        self,
        setting: Setting,
        sender: Sender,
        apart: Apart,
        more: Iterable[web.RouteDef] = (),
        clock_ms: Callable[[], int] = routes.clock_ms,
    ) -> None:
        self.name = setting.name
        self._setting, self._sender, self._apart = setting, sender, apart
        self._more, self._clock_ms = tuple(more), clock_ms
        self._listener: asyncio.Server | None = None
        self._runner: web.AppRunner | None = None
        self._receipts: Receipts | None = None
        self._delivery: Delivery | None = None

    @property
    def url(self) -> str:
        """Where it listens, once started."""
        if self._listener is None:
            raise RuntimeError("not started")
        host, port = self._listener.sockets[0].getsockname()[:2]
        scheme = "https" if self._setting.options.tls_cert else "http"
        return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"

    async def start(self) -> None:
        """Listen. Raises SettingsError when that cannot be, or should not: open to others, and nobody has a key."""
        try:
            await self._listen()
        except BaseException:
            await self.close()
            raise
        logger.info("listening", extra={"source": self.name, "url": self.url})

    async def _listen(self) -> None:
        listen = self._setting.options.listen
        host, port = self._setting.options.where()
        application = web.Application(middlewares=[routes.problem_answers])
        application.add_routes([*routes.routes(self._desk(host)), *self._more])
        self._runner = web.AppRunner(application, handle_signals=False)
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        try:
            self._listener = await loop.create_server(self._connection, host, port, ssl=self._tls())
        except OSError as error:
            reason = error.strerror or str(error)
            raise SettingsError(f"cannot listen on {listen}: {reason}; change `listen`") from None

    async def close(self) -> None:
        """Take no more connections, finish what is on its way or give it up, unacknowledged."""
        if self._listener is not None:
            self._listener.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._delivery is not None:
            await self._delivery.close(DRAIN_SECONDS)
        if self._receipts is not None:
            self._receipts.close()
        self._listener = self._runner = self._delivery = self._receipts = None

    def _desk(self, host: str) -> routes.Desk:
        setting, limits = self._setting, self._setting.limits
        stored = Keys(setting.keys)
        if not stored.active():
            if not loopback(host):
                raise SettingsError(f"{setting.options.listen} is open to others, and there is no key: {keys.NEW}")
            logger.warning(
                "there is no key yet, so nobody can push", extra={"source": self.name, "keys": str(setting.keys)}
            )
        self._receipts = Receipts(setting.state / f"push-{setting.name}.sqlite")
        self._delivery = Delivery(self._sender, setting.topic, self._receipts, limits, self._clock_ms)
        return routes.Desk(
            source=setting.name,
            article_bytes=setting.article_bytes,
            keys=stored,
            gate=Gate(limits),
            signatures=Signatures(self._clock_ms()),
            delivery=self._delivery,
            limits=limits,
            apart=self._apart,
            clock_ms=self._clock_ms,
        )

    def _connection(self) -> asyncio.Protocol:
        """What speaks with a new client."""
        runner, limits = self._runner, self._setting.limits
        if runner is None or runner.server is None or len(runner.server.connections) >= limits.connections:
            return TurnedAway()
        return Connection(
            runner.server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # as aiohttp's own runner says it: none
            auto_decompress=False,
            keepalive_timeout=limits.header_seconds,
            lingering_time=LINGER_SECONDS,
            max_line_size=limits.header_bytes,
            max_field_size=limits.header_bytes,
            max_headers=limits.headers,
        )

    def _tls(self) -> ssl.SSLContext | None:
        if self._setting.options.tls_cert is None:
            return None
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        try:
            context.load_cert_chain(self._setting.options.tls_cert, self._setting.options.tls_key)
        except (OSError, ssl.SSLError) as error:
            raise SettingsError(f"{self._setting.options.tls_cert}: {error}; change `tls_cert` or `tls_key`") from None
        return context


class Connection(web.RequestHandler):
    """aiohttp's own, but what is no HTTP is answered like everything else, and logged in a line."""

    __slots__ = ()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """A problem document that does not say what aiohttp or we stumbled over; then the connection ends."""
        if status < 500:
            logger.info("refused", extra={"code": "bad-request", "remote": request.remote})
        else:
            logger.error("a request broke the server", exc_info=exc, extra={"path": request.path})
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun")
        response = problems.answer("bad-request" if status < 500 else "internal")
        response.force_close()
        return response


def loopback(host: str) -> bool:
    """Whether only this machine can connect."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
