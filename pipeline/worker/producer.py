"""How records go out: librdkafka's idempotent producer, every delivery looked at, a refused record told apart.

librdkafka sends in threads of its own, without Python; what became of the records is asked for in the event loop, so
everything of ours stays in one thread. Why not Faust's own producer: pipeline/README.md.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import confluent_kafka
from confluent_kafka import KafkaError

from pipeline.broker.client import CLIENT_ID, RECONNECT_SECONDS, bootstrap
from pipeline.errors import BrokerError
from pipeline.settings import Settings
from pipeline.topics import MAX_DEAD_LETTER_BYTES
from pipeline.worker.deliver import RefusedError, Send

logger = logging.getLogger(__name__)

# Kafka's own patience with a produce request is 30 s.
DELIVERY_SECONDS = 45.0
LINGER_SECONDS = 0.005
BATCH_BYTES = 256 * 1024
# Above the largest record that any topic takes; the topics' own limits decide.
MAX_REQUEST_BYTES = MAX_DEAD_LETTER_BYTES + 64 * 1024
# The partition of a record for which none is said; librdkafka's name for it is PARTITION_UA.
BY_KEY = -1
# The worker's window bounds what waits to be sent; a second bound would only have to be waited for.
UNBOUNDED_MESSAGES, UNBOUNDED_KIB = 0, 2_147_483_647
# How often is asked what became of the records while some are on their way, and else, for what librdkafka has to say.
ASK_SECONDS = 0.01
IDLE_SECONDS = 1.0
# Added partitions are known before a consumer (options.py) hands over what stands in them: the states beside go there.
METADATA_SECONDS = 10.0
# Kafka says these about a record, not about itself; or about its neighbours in a batch.
REFUSALS = frozenset(
    {
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.RECORD_LIST_TOO_LARGE,
        KafkaError.INVALID_MSG,
        KafkaError.INVALID_RECORD,
        KafkaError.INVALID_TIMESTAMP,
    }
)


class _Deliveries:
    """What becomes of records that are sent together: `done` has an error or None for each, in order."""

    def __init__(self, kafka: Any, records: Sequence[Send]) -> None:
        """Hand them to librdkafka, which copies them."""
        self.done: asyncio.Future[list[KafkaError | None]] = asyncio.get_running_loop().create_future()
        self._errors: list[KafkaError | None] = [None] * len(records)
        self._left = len(records)
        if not records:
            self.done.set_result([])
        for index, record in enumerate(records):
            report = partial(self._report, index)
            partition = BY_KEY if record.partition is None else record.partition
            headers = list(record.headers)
            try:
                kafka.produce(record.topic, record.value, record.key, partition, report, headers=headers)
            except confluent_kafka.KafkaException as error:
                report(error.args[0], None)

    def _report(self, index: int, error: KafkaError | None, _: object) -> None:
        self._errors[index] = error
        self._left -= 1
        if not self._left and not self.done.done():
            self.done.set_result(self._errors)


class Producer:
    """The producer of a worker's stage; implements deliver.Producer. Belongs to the event loop that it is made in."""

    def __init__(self, settings: Settings) -> None:
        """Raises BrokerError if no Kafka is known, or the settings are none for it."""
        self._settings = settings
        self._kafka = _connect(options(settings))
        self._alone = asyncio.Lock()
        self._busy = asyncio.Event()
        self._asking = asyncio.create_task(self._ask())

    async def stop(self) -> None:
        """Close the connections; what is still on its way may come or not."""
        self._asking.cancel()
        await asyncio.wait([self._asking])
        await asyncio.to_thread(delattr, self, "_kafka")  # which waits for librdkafka's threads

    async def send_all(self, records: Sequence[Send]) -> list[Send]:
        """Send together, those of a partition in their order; returns those that were refused, or fell with a refused one.
        Raises BrokerError."""
        errors = await self._sent(records)
        return [record for record, error in zip(records, errors, strict=True) if _is_refused(record, error)]

    async def send_alone(self, record: Send) -> None:
        """Through a producer of its own, so in a batch of its own. Raises RefusedError, BrokerError."""
        async with self._alone:
            alone = Producer(self._settings)
            try:
                (error,) = await alone._sent([record])
            finally:
                await alone.stop()
            if _is_refused(record, error):
                raise RefusedError(f"{record.topic}: {error}")

    async def _sent(self, records: Sequence[Send]) -> list[KafkaError | None]:
        """What became of each record."""
        deliveries = _Deliveries(self._kafka, records)
        self._busy.set()
        return await deliveries.done

    async def _ask(self) -> None:
        """Let librdkafka tell what became of the records, and what else it has to say, for ever."""
        while True:
            self._busy.clear()
            self._kafka.poll(0)
            if len(self._kafka):
                await asyncio.sleep(ASK_SECONDS)
            else:
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_SECONDS):
                        await self._busy.wait()


def options(settings: Settings) -> dict[str, Any]:
    """librdkafka's settings, where they differ from its defaults, and how to reach Kafka. Raises BrokerError."""
    values: dict[str, Any] = {
        "bootstrap.servers": ",".join(server.strip() for server in bootstrap(settings).split(",")),
        "client.id": CLIENT_ID,
        # Errors: what it warns of it tries again, as a Kafka that is just starting.
        "log_level": 3,
        "security.protocol": settings.security_protocol,
        "enable.idempotence": True,
        # As Kafka's own producers choose a partition by key, and ours of kafka-python.
        "partitioner": "murmur2_random",
        "compression.type": "lz4",
        "linger.ms": LINGER_SECONDS * 1000,
        "batch.size": BATCH_BYTES,
        "message.max.bytes": MAX_REQUEST_BYTES,
        "message.timeout.ms": int(DELIVERY_SECONDS * 1000),
        "queue.buffering.max.messages": UNBOUNDED_MESSAGES,
        "queue.buffering.max.kbytes": UNBOUNDED_KIB,
        "reconnect.backoff.max.ms": int(RECONNECT_SECONDS * 1000),
        "topic.metadata.refresh.interval.ms": int(METADATA_SECONDS * 1000),
    }
    if "SSL" in settings.security_protocol:
        names = {
            "ssl_cafile": "ssl.ca.location",
            "ssl_certfile": "ssl.certificate.location",
            "ssl_keyfile": "ssl.key.location",
        }
        values |= {theirs: getattr(settings, ours) for ours, theirs in names.items() if getattr(settings, ours)}
    if settings.security_protocol.startswith("SASL"):
        values |= {
            "sasl.mechanism": settings.sasl_mechanism,
            "sasl.username": settings.sasl_username,
            "sasl.password": settings.sasl_password,
        }
    return values


def _connect(options: dict[str, Any]) -> Any:
    try:
        return confluent_kafka.Producer(options, logger=logger)
    except confluent_kafka.KafkaException as error:
        raise BrokerError(f"Kafka's client does not start: {error.args[0].str()}") from error


def _is_refused(record: Send, error: KafkaError | None) -> bool:
    """Whether Kafka will not have the record itself. Raises BrokerError if it is for another reason that it was not taken."""
    if error is None or error.code() in REFUSALS:
        return error is not None
    raise BrokerError(f"Kafka did not take a record for {record.topic}: {error.str()}")
