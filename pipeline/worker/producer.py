"""Faust's producer made safe: idempotent, every delivery looked at, a refused record told apart from its neighbours."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Any

import aiokafka
from aiokafka import errors
from faust.transport.drivers import aiokafka as driver

from pipeline.errors import BrokerError
from pipeline.worker.deliver import RefusedError, Send

# Kafka's own patience with a produce request is 30 s; an idempotent aiokafka producer would try for ever.
DELIVERY_SECONDS = 45.0
# Kafka says these about a record, not about itself.
REFUSALS = (
    errors.MessageSizeTooLargeError,
    errors.RecordListTooLargeError,
    errors.RecordTooLargeError,
    errors.CorruptRecordException,
    errors.InvalidTimestampError,
)
# A refusal leaves a hole in the sequence numbers of an idempotent producer: Kafka takes nothing more from it for that
# partition, whoever sends it. So the producer is renewed, and what fails in between is sent again.
AFTERSHOCKS = (errors.OutOfOrderSequenceNumber, errors.UnknownProducerId, errors.ProducerClosed)


class Producer(driver.Producer):
    """The producer of a `worker.apps.App`; implements deliver.Producer."""

    logger = logging.getLogger("faust.driver")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._renewing = asyncio.Lock()
        self._alone = asyncio.Lock()

    def _settings_extra(self) -> Mapping[str, Any]:
        return {"enable_idempotence": True}

    async def send_all(self, records: Sequence[Send]) -> list[Send]:
        """Send together, those of a partition in their order; returns those that were refused or fell with a refused one.
        Raises BrokerError."""
        producer = self._ensure_producer()
        try:
            async with asyncio.timeout(DELIVERY_SECONDS):
                results = await asyncio.gather(*[await _sent(producer, one) for one in records], return_exceptions=True)
        except TimeoutError:
            raise BrokerError(f"Kafka did not confirm {len(records)} records within {DELIVERY_SECONDS:g} s") from None
        failed = []
        for record, result in zip(records, results, strict=True):
            if isinstance(result, REFUSALS + AFTERSHOCKS):
                failed.append(record)
            elif isinstance(result, BaseException):
                raise BrokerError(f"Kafka did not take a record for {record.topic}: {result!r}") from result
        if failed:
            await self._renew(producer)
        return failed

    async def send_alone(self, record: Send) -> None:
        """Through a producer of its own, so in a batch of its own. Raises RefusedError, BrokerError."""
        async with self._alone:
            producer = self._new_producer()
            try:
                async with asyncio.timeout(DELIVERY_SECONDS):
                    await producer.start()
                    await (await _sent(producer, record))
            except REFUSALS as error:
                raise RefusedError(f"{record.topic}: {error}") from None
            except (errors.KafkaError, TimeoutError) as error:
                raise BrokerError(f"Kafka did not take a record for {record.topic}: {error!r}") from error
            finally:
                await producer.stop()

    async def _renew(self, used: aiokafka.AIOKafkaProducer) -> None:
        """A fresh producer in place of `used`, once, however many deliveries it failed."""
        async with self._renewing:
            if self._ensure_producer() is not used:
                return
            fresh = self._new_producer()
            await fresh.start()
            self._producer = fresh
            await used.stop()


async def _sent(producer: Any, record: Send) -> "asyncio.Future[Any]":
    """The delivery of a record, done when Kafka has confirmed it or never will."""
    headers = list(record.headers)
    try:
        delivery: asyncio.Future[Any] = await producer.send(
            record.topic, record.value, key=record.key, partition=record.partition, headers=headers
        )
    except Exception as error:  # noqa: BLE001 - what keeps one record from being sent is told beside what became of the others
        delivery = asyncio.get_running_loop().create_future()
        delivery.set_exception(error)
    return delivery
