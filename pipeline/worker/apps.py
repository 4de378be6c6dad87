"""A Faust app for each stage: the consumer group `tickertape-<stage>`, one agent a topic, and the lane behind them."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from typing import Any

import faust
from faust.app.base import BootStrategy
from faust.tables.manager import TableManager

from pipeline.broker.consume import consume
from pipeline.broker.offsets import end_offsets
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.stages.base import Stage
from pipeline.topics import Topic
from pipeline.worker import failpoints
from pipeline.worker.checks import check
from pipeline.worker.deliver import Delivery
from pipeline.worker.fatal import fatal
from pipeline.worker.lane import Lane
from pipeline.worker.ledger import Entry
from pipeline.worker.options import HEARTBEATS_PER_SESSION, SESSION_SECONDS, options
from pipeline.worker.pool import PRELOAD, Inline, Pool
from pipeline.worker.producer import Producer
from pipeline.worker.releases import Releaser
from pipeline.worker.state import StateStore, never
from pipeline.worker.transport import Transport
from pipeline.worker.watchdog import report, watch_pauses, watch_progress


class _Boot(BootStrategy):
    """No web server, whatever Faust's command line says: its own listens on all addresses without a password. No producer: we
    have a better one."""

    enable_web = False
    enable_kafka_producer = False


class _Tables(TableManager):
    """No tables. Faust gives agents a second to declare theirs, stage after stage."""

    logger = logging.getLogger("faust.tables")

    async def on_start(self) -> None:
        """At once."""
        await self._update_channels()
        await self.recovery.start()


class App(faust.App):
    """A stage as a Faust app; `lane` exists from its start on."""

    BootStrategy = _Boot
    logger = logging.getLogger("faust.app")
    stage: Stage
    settings: Settings
    on_ready: Callable[[], None]
    preload: str = PRELOAD
    session_seconds: float = SESSION_SECONDS
    _runner: Inline | Pool | None = None
    _lane: Lane | None = None
    _sender: Producer | None = None

    @property
    def lane(self) -> Lane:
        """There from `on_start` on, so before the first message."""
        assert self._lane is not None
        return self._lane

    async def on_start(self) -> None:
        """Everything that can fail before the first message is read."""
        try:
            await asyncio.to_thread(check, self.stage, self.settings)
            batches = self._runner = _runner(self)
            await batches.start()
            sender = self._sender = Producer(self.settings)
        except Exception as error:  # noqa: BLE001 - nothing was read yet; the message is the same for all
            fatal(error)
        due_ms = never if self.stage.releases is None else self.stage.releases.due_ms
        state = StateStore(_reader(self.stage, self.settings), due_ms)
        self._lane = _lane(self, batches, sender, state)
        self._lane.start()
        releaser = Releaser(self.stage, self.settings.topic_prefix, state=state, producer=sender)
        self._lane.spawn(releaser.run())
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
        if self._lane is not None:
            self._lane.stop()
        if self._sender is not None:
            await self._sender.stop()
        if self._runner is not None:
            await self._runner.stop()

    async def drain(self) -> None:
        """Finish what was taken; nothing was if a signal came before the start was done."""
        if self._lane is not None:
            await self._lane.drain()

    def close(self) -> None:
        """Take no more messages; what was taken is still finished."""
        if self._lane is not None:
            self._lane.close()

    def _new_transport(self) -> Transport:
        return Transport(self.conf.broker_consumer, self)

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
    app = App(
        f"{settings.topic_prefix}tickertape-{stage.name}", TableManager=_Tables, **options(settings, session_seconds)
    )
    app.stage, app.settings, app.on_ready = stage, settings, on_ready
    app.preload, app.session_seconds = preload, session_seconds
    for topic in stage.reads:
        _subscribe(app, topic)
    return app


def _subscribe(app: App, topic: Topic) -> None:
    """One agent that hands every message of the topic to the lane. `noack`: the lane acknowledges, in order."""
    channel = app.topic(
        app.settings.topic_prefix + topic.name, key_serializer="raw", value_serializer="raw", internal=True
    )

    async def read(stream: Any) -> None:
        async for received in stream.noack().events():
            await app.lane.take(_entry(topic, received))

    app.agent(channel, name=f"{app.stage.name}-{topic.name}")(read)


def _entry(topic: Topic, received: Any) -> Entry:
    read = received.message
    message = Message(
        topic=read.topic,
        partition=read.partition,
        offset=read.offset,
        timestamp_ms=round(read.timestamp * 1000),
        key=read.key,
        value=read.value,
        headers=tuple((name, value or b"") for name, value in read.headers),
    )
    return Entry(message=message, topic=topic.name, acknowledge=received.ack)


def _runner(app: App) -> Inline | Pool:
    if app.stage.pooled:
        return Pool(app.stage, app.settings, preload=app.preload)
    return Inline(app.stage, app.settings)


def _lane(app: App, batches: Inline | Pool, sender: Producer, state: StateStore) -> Lane:
    stage, settings = app.stage, app.settings
    delivery = Delivery(stage, settings.topic_prefix, sender)
    lane = Lane(settings, runner=batches, delivery=delivery, state=state, fatal=fatal, ready=app.on_ready)
    if settings.failpoint:
        failpoints.arm(
            settings.failpoint,
            ledger=lane.ledger,
            runner=batches,
            delivery=delivery,
            state=state,
            consumer=app.consumer,
        )
    return lane


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
