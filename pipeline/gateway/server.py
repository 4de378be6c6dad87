"""The listening server: sockets, their limits, start and stop."""

import asyncio
import fcntl
import logging
import time
from pathlib import Path
from typing import IO, Any

from aiohttp import web

from pipeline.errors import SettingsError
from pipeline.gateway import guard, problems, queries, routes
from pipeline.gateway.changes import Change
from pipeline.gateway.fill import Fill
from pipeline.gateway.health import Health
from pipeline.gateway.hub import Hub
from pipeline.gateway.limits import Limits
from pipeline.gateway.marks import Mark
from pipeline.gateway.metrics import Metrics
from pipeline.gateway.problems import BY_STATUS, Refused
from pipeline.gateway.readers import Readers
from pipeline.listening import TurnedAway, address
from pipeline.settings import Settings
from pipeline.sources.live.push.keys import Keys

logger = logging.getLogger(__name__)
LISTEN = "127.0.0.1:8089"
KEYS = "gateway-keys.json"
NEW = "run `tickertape gateway key new NAME`"
CLOSE_SECONDS = 3.0


class Gateway:
    """Serves from `start` to `close`. `listen` is host:port (port 0: any free one)."""

    def __init__(
        self, settings: Settings, listen: str = LISTEN, *, public: bool = False, keys: Path | None = None,
        limits: Limits | None = None,
    ) -> None:  # fmt: skip
        self._settings, self._listen, self._public = settings, listen, public
        self._keys = Keys(keys or settings.state_path / KEYS)
        self._limits = limits or Limits()
        self._path = settings.state_path / "gateway" / f"{settings.topic_prefix}events.sqlite"
        self._lock: IO[str] | None = None
        self._listener: asyncio.Server | None = None
        self._runner: web.AppRunner | None = None
        self._readers: Readers | None = None
        self._hub: Hub | None = None
        self._fill: Fill | None = None

    @property
    def url(self) -> str:
        """Where it listens, once started."""
        if self._listener is None:
            raise RuntimeError("not started")
        host, port = self._listener.sockets[0].getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return 0 if self._hub is None else len(self._hub.subscriptions)

    async def start(self) -> None:
        """Listen, and fill the store. Raises SettingsError when that cannot be, or should not."""
        try:
            await self._start()
        except BaseException:
            await self.close()
            raise
        logger.info("listening", extra={"url": self.url})

    async def close(self) -> None:
        """End all streams, finish what is being answered, stop filling."""
        if self._listener is not None:
            self._listener.close()
        if self._hub is not None:
            self._hub.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._fill is not None:
            await self._fill.stop()
        if self._readers is not None:
            self._readers.close()
        if self._lock is not None:
            self._lock.close()
        self._listener = self._runner = self._fill = self._readers = self._hub = self._lock = None

    async def _start(self) -> None:
        host, port = address(self._listen, option="--listen", example=LISTEN)
        local = guard.loopback(host)
        if not local and not self._public and not self._keys.active():
            raise SettingsError(f"{self._listen} is open to others, and there is no key: {NEW}, or say --public")
        self._lock = _locked(self._path)
        metrics = Metrics()
        self._readers = readers = Readers(self._path, self._limits.read_seconds)
        self._hub = hub = Hub(self._limits, *_reading(readers))
        self._fill = fill = Fill(self._settings, self._path, hub, readers)
        desk = routes.Desk(
            settings=self._settings, limits=self._limits, hub=hub, readers=readers, metrics=metrics,
            health=Health(self._settings, readers), filling=lambda: fill.failed is None,
        )  # fmt: skip
        keeper = guard.Guard(keys=self._keys, local=local, public=self._public)
        application = web.Application(middlewares=[_answers(keeper, metrics)], client_max_size=1024)
        application.on_response_prepare.append(_headers)
        application.add_routes(routes.routes(desk))
        self._runner = web.AppRunner(application, handle_signals=False, shutdown_timeout=CLOSE_SECONDS)
        await self._runner.setup()
        try:
            self._listener = await asyncio.get_running_loop().create_server(
                self._connection, host, port, backlog=self._limits.clients
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise SettingsError(f"cannot listen on {self._listen}: {reason}; choose another with --listen") from None
        fill.start()

    def _connection(self) -> asyncio.Protocol:
        """What speaks with a new client."""
        runner = self._runner
        if runner is None or runner.server is None or len(runner.server.connections) >= self._limits.connections:
            return TurnedAway()
        return Connection(
            runner.server,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type]  # as aiohttp's own runner says it: none
            max_line_size=self._limits.header_bytes,
            max_field_size=self._limits.header_bytes,
        )


class Connection(web.RequestHandler):
    """aiohttp's own, but what is no HTTP is answered like everything else, and says nothing of what broke."""

    __slots__ = ()

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """A problem document; then the connection ends."""
        if status >= 500:
            logger.error("a request broke the server", exc_info=exc, extra={"path": request.path})
        if request.writer.output_size > 0:
            raise ConnectionError("the answer has begun")
        response = problems.answer(Refused("bad-request" if status < 500 else "internal"))
        response.headers.update(guard.HEADERS)
        response.force_close()
        return response


def _answers(keeper: guard.Guard, metrics: Metrics) -> Any:
    """Middleware: who may ask, every refusal as a problem document, and the counting."""

    @web.middleware
    async def middleware(request: web.Request, handler: Any) -> web.StreamResponse:
        began = time.perf_counter()
        status = 500
        try:
            response = await _guarded(keeper, request, handler)
            status = response.status
            return response
        finally:
            resource = request.match_info.route.resource
            route = resource.canonical if resource is not None else "none"
            metrics.answered(route, status, time.perf_counter() - began)

    return middleware


async def _guarded(keeper: guard.Guard, request: web.Request, handler: Any) -> web.StreamResponse:
    try:
        keeper.check(request)
        response: web.StreamResponse = await handler(request)
        return response
    except Refused as refused:
        return problems.answer(refused)
    except web.HTTPException as error:
        answer = problems.answer(Refused(BY_STATUS.get(error.status, "bad-request")))
        if "Allow" in error.headers:
            answer.headers["Allow"] = error.headers["Allow"]
        return answer


async def _headers(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(guard.HEADERS)


def _reading(readers: Readers) -> tuple[Any, Any]:
    """What the hub reads from the store."""

    async def after(mark: Mark, upto: int, most: int) -> tuple[list[Change], bool]:
        return await readers.run(queries.changes_after, mark.offsets, upto, most)

    async def first_after(mark: Mark, upto: int) -> int | None:
        return await readers.run(queries.first_after, mark.offsets, upto)

    return after, first_after


def _locked(path: Path) -> IO[str]:
    """The lock of a store: only one process may write it. Raises SettingsError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.with_suffix(".lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        raise SettingsError(
            f"another gateway has {path}: stop it, or set TICKERTAPE_STATE_HOME to a folder of its own"
        ) from None
    return lock
