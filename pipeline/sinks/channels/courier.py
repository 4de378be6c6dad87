"""The courier: reads news.alerts.v1 into the outbox, and takes what is due to the channels. Beside each other, for ever."""

import asyncio
import logging
import threading
from collections.abc import Callable, Generator
from contextlib import closing, suppress
from typing import Any

from pipeline import codec, contracts
from pipeline.alerts.records import Alert
from pipeline.alerts.rules import Ruleset
from pipeline.broker.consume import Batch
from pipeline.records import Message, Problem
from pipeline.sinks.channels.base import Channel
from pipeline.sinks.channels.outbox import Outbox, Waiting

logger = logging.getLogger(__name__)

TICK_SECONDS = 0.5
FORGET_SECONDS = 3600.0
UNKNOWN = Problem(code="no-channel", message="rules.yaml has no such channel any more")


class Courier:
    """`clock_ms` and `chance` are the world's; all of it in one event loop but the waiting for Kafka."""

    def __init__(
        self,
        ruleset: Ruleset,
        outbox: Outbox,
        channels: dict[str, Channel],
        *,
        clock_ms: Callable[[], int],
        chance: Callable[[], float],
    ) -> None:
        self._ruleset, self._outbox, self._channels = ruleset, outbox, channels
        self._clock_ms, self._chance = clock_ms, chance
        self._busy: dict[str, asyncio.Task[None]] = {}

    async def run(self, batches: Generator[Batch, None, None]) -> None:
        """Until cancelled. Raises BrokerError, sqlite3.Error: what was taken is in the outbox, a restart goes on."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._read(batches))
            tasks.create_task(self._send())

    async def _read(self, batches: Generator[Batch, None, None]) -> None:
        """In one thread from first to last: kafka-python hangs when another one closes its client."""
        stop, loop = threading.Event(), asyncio.get_running_loop()

        def pump() -> None:
            with closing(batches):
                for batch in batches:
                    if stop.is_set():
                        return
                    asyncio.run_coroutine_threadsafe(self._take(batch), loop).result()

        try:
            await asyncio.to_thread(pump)
        finally:
            stop.set()

    async def _take(self, batch: Batch) -> None:
        for message in batch.messages:
            self.take(message)

    def take(self, message: Message) -> None:
        """An alert into the outbox; what is none is passed over, and said."""
        alert = _alert(message)
        rule = None if alert is None else self._ruleset.rule(alert.rule)
        self._outbox.take(alert, rule, (message.partition, message.offset), self._clock_ms())

    async def _send(self) -> None:
        forget_ms = 0
        while True:
            self.start_due()
            if self._clock_ms() >= forget_ms:
                self._outbox.forget(self._clock_ms())
                forget_ms = self._clock_ms() + round(FORGET_SECONDS * 1000)
            await asyncio.sleep(TICK_SECONDS)

    def start_due(self) -> list["asyncio.Task[None]"]:
        """Begin with what is due; one channel's parcels one after the other, so that a slow one keeps up nobody else."""
        by_channel: dict[str, list[Waiting]] = {}
        for waiting in self._outbox.due(self._clock_ms()):
            by_channel.setdefault(waiting.channel, []).append(waiting)
        started = []
        for name, parcels in by_channel.items():
            if name not in self._busy or self._busy[name].done():
                self._busy[name] = asyncio.create_task(self._deliver(name, parcels))
                started.append(self._busy[name])
        return started

    async def _deliver(self, name: str, parcels: list[Waiting]) -> None:
        """The others wait when one fails for the channel itself, and for their turn."""
        for waiting in parcels:
            channel = self._channels.get(name)
            problem = UNKNOWN if channel is None else await channel.send(waiting.parcel, self._clock_ms())
            self._outbox.settle(waiting, problem, self._clock_ms(), self._chance())
            told: dict[str, Any] = {"channel": name, "parcel": waiting.parcel.id, "attempt": waiting.attempts + 1}
            if problem is None:
                logger.info("told", extra=told)
            else:
                logger.warning("not told", extra=told | {"problem": f"{problem.code}: {problem.message}"})
            if name in self._outbox.closed():
                return

    async def close(self) -> None:
        """Finish what is being sent, for who is sent to should not be told twice."""
        for task in self._busy.values():
            with suppress(asyncio.CancelledError):
                await task
        for channel in self._channels.values():
            await channel.close()


def _alert(message: Message) -> Alert | None:
    place = {"topic": message.topic, "partition": message.partition, "offset": message.offset}
    try:
        value = codec.decode(message.value or b"")
        wrong = contracts.problem("alert.v2", value, side="consume")
        if wrong is None:
            return codec.build(Alert, value)
    except codec.DecodeError as error:
        wrong = str(error)
    logger.error("no alert", extra=place | {"problem": wrong})
    return None
