"""Writing to Kafka from an event loop: many senders, one connection, and a receipt for every single record.

async with confirming(settings) as confirmer:
    results = await confirmer.send([Outgoing(...), ...])     # a Receipt or a Failure each, in order
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError

from pipeline.broker.client import describe
from pipeline.broker.produce import GIVE_UP_SECONDS, Failure, Limits, Receipt, client
from pipeline.records import Outgoing
from pipeline.settings import Settings


class Confirmer:
    """Sends records; each is confirmed or failed before `send` returns. Topics are named without prefix.

    For one event loop; any number of its tasks may send at the same time. A client that failed a record is replaced
    before the next is sent: kafka-python 3.0.12's idempotent producer fails everything after a failure.
    """

    def __init__(self, settings: Settings, compression: str | None = "lz4") -> None:
        self._settings, self._compression = settings, compression
        self._limits = Limits(settings)
        self._client: KafkaProducer | None = None
        self._broken: list[KafkaProducer] = []
        self._connecting = asyncio.Lock()

    async def send(self, records: Sequence[Outgoing]) -> list[Receipt | Failure]:
        """What became of each record, in order. Raises BrokerError when Kafka cannot be reached at all."""
        connected = await self._connected()
        loop = asyncio.get_running_loop()
        results = await asyncio.gather(*await asyncio.to_thread(self._hand_over, connected, loop, records))
        if any(isinstance(one, _Refused) for one in results) and self._client is connected:
            self._client = None
            self._broken.append(connected)
        return results

    async def close(self) -> None:
        """Close the connections; nothing is outstanding unless a `send` was cancelled."""
        clients = [*self._broken, *([self._client] if self._client is not None else [])]
        self._client, self._broken = None, []
        for each in clients:
            await asyncio.to_thread(_close, each)

    async def _connected(self) -> KafkaProducer:
        async with self._connecting:
            if self._client is None:
                self._client = await asyncio.to_thread(client, self._settings, self._compression)
            return self._client

    def _hand_over(
        self, connected: KafkaProducer, loop: asyncio.AbstractEventLoop, records: Sequence[Outgoing]
    ) -> "list[asyncio.Future[Receipt | Failure]]":
        """In a thread, for kafka-python waits when its buffer is full."""
        return [self._send(connected, loop, record) for record in records]

    def _send(
        self, connected: KafkaProducer, loop: asyncio.AbstractEventLoop, record: Outgoing
    ) -> "asyncio.Future[Receipt | Failure]":
        topic = self._settings.topic_prefix + record.topic
        settled: asyncio.Future[Receipt | Failure] = loop.create_future()
        _, reason = self._limits.measure(topic, record.key, record.value, record.headers)
        if reason is not None:
            loop.call_soon_threadsafe(settled.set_result, Failure(topic=topic, key=record.key, reason=reason))
            return settled

        def confirmed(metadata: Any) -> None:
            receipt = Receipt(topic=metadata.topic, partition=metadata.partition, offset=metadata.offset)
            loop.call_soon_threadsafe(_settle, settled, receipt)

        def failed(error: Exception) -> None:
            refused = _Refused(topic=topic, key=record.key, reason=describe(error))
            loop.call_soon_threadsafe(_settle, settled, refused)

        try:
            future = connected.send(topic, value=record.value, key=record.key, headers=list(record.headers))
        except KafkaError as error:
            failed(error)
        else:
            future.add_callback(confirmed)
            future.add_errback(failed)
        return settled


class _Refused(Failure):
    """A failure after which the client is of no more use."""


def _settle(settled: "asyncio.Future[Receipt | Failure]", result: Receipt | Failure) -> None:
    """Whoever waited may have been cancelled meanwhile."""
    if not settled.done():
        settled.set_result(result)


def _close(connected: KafkaProducer) -> None:
    with suppress(KafkaTimeoutError):  # what was outstanding had been given up by those who waited for it
        connected.close(timeout=GIVE_UP_SECONDS)


@asynccontextmanager
async def confirming(settings: Settings, compression: str | None = "lz4") -> AsyncIterator[Confirmer]:
    """A confirmer for one block. Kafka is reached with the first `send`."""
    confirmer = Confirmer(settings, compression)
    try:
        yield confirmer
    finally:
        await confirmer.close()
