"""A Faust app for each stage: the consumer group `tickertape-<stage>`, one agent a topic, and the lane behind them."""

import asyncio
import logging
import ssl
from collections.abc import Callable, Iterator
from typing import Any, cast

import faust
from faust.app.base import BootStrategy

from pipeline.broker.client import bootstrap
from pipeline.broker.consume import consume
from pipeline.broker.offsets import end_offsets
from pipeline.errors import SettingsError
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.stages.base import Stage
from pipeline.topics import MAX_DEAD_LETTER_BYTES, Topic
from pipeline.worker.checks import check
from pipeline.worker.deliver import Delivery
from pipeline.worker.fatal import fatal
from pipeline.worker.lane import Lane
from pipeline.worker.ledger import Entry
from pipeline.worker.pool import PRELOAD, Inline, Pool
from pipeline.worker.producer import Producer
from pipeline.worker.state import StateStore
from pipeline.worker.transport import Transport
from pipeline.worker.watchdog import report, watch_pauses, watch_progress

# A worker that dies is missed after this long; Faust's own 60 s would leave its partitions unread for a minute.
SESSION_SECONDS = 15.0
HEARTBEATS_PER_SESSION = 5
# Faust stops polling under back-pressure, and a member without partitions never polls: neither may be expelled for it.
MAX_POLL_SECONDS = 86_400.0
# Above the largest record that any topic takes; the topics' own limits decide.
MAX_REQUEST_BYTES = MAX_DEAD_LETTER_BYTES + 64 * 1024


class _Boot(BootStrategy):
    """No web server, whatever Faust's command line says: its own listens on all addresses without a password."""

    enable_web = False


class App(faust.App):
    """A stage as a Faust app; `lane` exists from its start on."""

    BootStrategy = _Boot
    logger = logging.getLogger("faust.app")
    stage: Stage
    settings: Settings
    on_ready: Callable[[], None]
    lane: Lane
    preload: str = PRELOAD
    session_seconds: float = SESSION_SECONDS
    _runner: Inline | Pool | None = None

    async def on_start(self) -> None:
        """Everything that can fail before the first message is read."""
        try:
            await asyncio.to_thread(check, self.stage, self.settings)
            batches = self._runner = _runner(self)
            await batches.start()
        except Exception as error:  # noqa: BLE001 - nothing was read yet; the message is the same for all
            fatal(error)
        self.lane = _lane(self, batches)
        self.lane.start()
        await super().on_start()

    async def on_started(self) -> None:
        """Watch from the moment that messages may come."""
        self.add_future(watch_progress(self, limit_seconds=self.settings.stall_seconds, fatal=fatal))
        self.add_future(report(self))
        # The last sign of life may be one heartbeat older than the pause.
        safe_seconds = self.session_seconds * (1 - 1 / HEARTBEATS_PER_SESSION)
        self.add_future(watch_pauses(limit_seconds=safe_seconds, fatal=fatal))
        await super().on_started()

    async def on_stop(self) -> None:
        """Faust drains the lane and commits; then nobody needs the processes any more."""
        await super().on_stop()
        if self._runner is not None:
            self.lane.stop()
            await self._runner.stop()

    def close(self) -> None:
        """Take no more messages; what was taken is still finished."""
        if self.started:
            self.lane.close()

    def _new_transport(self) -> Transport:
        return Transport(self.conf.broker_consumer, self)

    def _new_producer_transport(self) -> Transport:
        return Transport(self.conf.broker_producer, self)

    def _create_directories(self) -> None:
        """Faust's folders are for tables, of which there are none."""


def create_app(
    stage: Stage,
    settings: Settings,
    *,
    on_ready: Callable[[], None] = lambda: None,
    preload: str = PRELOAD,
    session_seconds: float = SESSION_SECONDS,
) -> App:
    """The app of a stage, not yet started; `on_ready` is called when it has its partitions and their states.

    `preload` is the module that the processes of its pool share; after `session_seconds` without a sign of life Kafka
    gives its partitions to others. Raises SettingsError, BrokerError.
    """
    app = App(f"{settings.topic_prefix}tickertape-{stage.name}", **_options(settings, session_seconds))
    app.stage, app.settings, app.on_ready = stage, settings, on_ready
    app.preload, app.session_seconds = preload, session_seconds
    for topic in stage.reads:
        _subscribe(app, topic)
    return app


def _options(settings: Settings, session_seconds: float) -> dict[str, Any]:
    """Faust's settings. Those that differ from its defaults differ for a reason given in docs or above."""
    return {
        "broker": [f"kafka://{server.strip()}" for server in bootstrap(settings).split(",")],
        "broker_credentials": _credentials(settings),
        "broker_commit_interval": 1.0,
        "broker_session_timeout": session_seconds,
        "broker_heartbeat_interval": session_seconds / HEARTBEATS_PER_SESSION,
        "broker_request_timeout": 40.0,
        "broker_max_poll_interval": MAX_POLL_SECONDS,
        "broker_max_poll_records": 500,
        "consumer_auto_offset_reset": "earliest",
        "processing_guarantee": "at_least_once",
        "producer_acks": -1,
        "producer_compression_type": "lz4",
        "producer_linger": 0.02,
        "producer_max_request_size": MAX_REQUEST_BYTES,
        "producer_request_timeout": 30.0,
        # Messages may have 8 MiB, and this many of each topic wait inside Faust.
        "stream_buffer_maxsize": 64,
        "stream_publish_on_commit": False,
        "stream_wait_empty": True,
        "table_standby_replicas": 0,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "web_enabled": False,
        "autodiscover": False,
        "Worker": "pipeline.worker.process:Worker",
    }


def _credentials(settings: Settings) -> Any:
    """Faust's credentials, whose protocol is asserted: without a TLS context Faust silently takes SASL_PLAINTEXT."""
    protocol = settings.security_protocol
    if protocol == "PLAINTEXT":
        return None
    context = _tls(settings) if "SSL" in protocol else None
    credentials: Any
    if protocol == "SSL":
        credentials = faust.SSLCredentials(context=context)
    else:
        credentials = faust.SASLCredentials(
            username=settings.sasl_username,
            password=settings.sasl_password,
            mechanism=settings.sasl_mechanism,
            ssl_context=context,
        )
    if credentials.protocol.value != protocol:
        raise SettingsError(f"Faust would speak {credentials.protocol.value} instead of {protocol}")
    return credentials


def _tls(settings: Settings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ssl_cafile or None)
        if settings.ssl_certfile:
            context.load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile or None)
    except OSError as error:
        raise SettingsError(f"TLS files: {error}: check TICKERTAPE_SSL_CAFILE, _CERTFILE and _KEYFILE") from error
    return context


def _subscribe(app: App, topic: Topic) -> None:
    """One agent that hands every message of the topic to the lane. `noack`: the lane acknowledges, in order."""
    channel = app.topic(
        app.settings.topic_prefix + topic.name, key_serializer="raw", value_serializer="raw", internal=True
    )

    async def read(stream: Any) -> None:
        async for event in stream.noack().events():
            await app.lane.take(_entry(topic, event))

    app.agent(channel, name=f"{app.stage.name}-{topic.name}")(read)


def _entry(topic: Topic, event: Any) -> Entry:
    read = event.message
    message = Message(
        topic=read.topic,
        partition=read.partition,
        offset=read.offset,
        timestamp_ms=round(read.timestamp * 1000),
        key=read.key,
        value=read.value,
        headers=tuple((name, value or b"") for name, value in read.headers),
    )
    return Entry(message=message, topic=topic.name, acknowledge=event.ack)


def _runner(app: App) -> Inline | Pool:
    if app.stage.pooled:
        return Pool(app.stage, app.settings, preload=app.preload)
    return Inline(app.stage, app.settings)


def _lane(app: App, batches: Inline | Pool) -> Lane:
    stage, settings = app.stage, app.settings
    return Lane(
        settings,
        runner=batches,
        delivery=Delivery(stage, settings.topic_prefix, cast(Producer, app.producer)),
        state=StateStore(_reader(stage, settings)),
        fatal=fatal,
        ready=app.on_ready,
    )


def _reader(stage: Stage, settings: Settings) -> Callable[[frozenset[int]], Iterator[Message]] | None:
    """Reads partitions of the stage's state topic from beginning to end."""
    if stage.state is None:
        return None
    name = settings.topic_prefix + stage.state.name

    def read(partitions: frozenset[int]) -> Iterator[Message]:
        ends = end_offsets(settings, [name])
        others = {place: end for place, end in ends.items() if place[1] not in partitions}
        for message in consume(settings, [name], others):
            if message.partition in partitions:
                yield message

    return read
