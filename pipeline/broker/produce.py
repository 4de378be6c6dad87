"""Writing to Kafka: idempotent, acknowledged by all replicas, and every single delivery looked at.

with producing(settings) as producer:
    for record in records:
        producer.produce(topic, record.key, record.value)
# here everything is confirmed, or BrokerError was raised
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.record.default_records import DefaultRecordBatchBuilder

from pipeline.broker.admin import describe_topics
from pipeline.broker.client import BOOTSTRAP_SECONDS, describe, kafka_errors, options
from pipeline.errors import BrokerError
from pipeline.records import Outgoing
from pipeline.settings import Settings

# As wide as the embedded broker's own cap; the topic's max.message.bytes is what usually decides.
MAX_REQUEST_BYTES = 16 * 1024 * 1024
MAX_OUTSTANDING = 2_000
MAX_OUTSTANDING_BYTES = 32 * 1024 * 1024
DELIVERY_SECONDS = 60.0
# Records are on their way for a few milliseconds; with time-out 0 kafka-python reports them as an error of its own.
GIVE_UP_SECONDS = 1.0
LINGER_MS = 5
BATCH_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A record that Kafka did not confirm."""

    topic: str
    key: bytes | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Where a record stands, confirmed by all replicas."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True)
class _Delivery:
    future: Any
    topic: str
    key: bytes | None
    size: int


class Limits:
    """How large a record each topic takes.

    Left to the broker, one refusal makes kafka-python 3.0.12's idempotent producer fail all that follows.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._bytes: dict[str, int] = {}

    def measure(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes]]
    ) -> tuple[int, str | None]:
        """(its size in a batch in bytes, why it is too large or None). Raises BrokerError when there is no such topic."""
        size = DefaultRecordBatchBuilder.estimate_size_in_bytes(key, value, list(headers))
        limit = self._limit(topic)
        return size, None if size <= limit else f"{size} bytes, and the topic takes {limit} (max.message.bytes)"

    def _limit(self, topic: str) -> int:
        """The topic's max.message.bytes, asked for once."""
        if topic not in self._bytes:
            found = describe_topics(self._settings, [topic]).get(topic)
            if found is None:
                raise BrokerError(f"there is no topic {topic}: run `tickertape topics apply`")
            self._bytes[topic] = min(int(found.configs.get("max.message.bytes", MAX_REQUEST_BYTES)), MAX_REQUEST_BYTES)
        return self._bytes[topic]


class Producer:
    """Sends records and settles each one: `confirmed` counts them, `failures` holds the others.

    At most MAX_OUTSTANDING records or MAX_OUTSTANDING_BYTES wait for Kafka; beyond that `produce` waits.
    """

    def __init__(self, client: KafkaProducer, settings: Settings) -> None:
        self._client = client
        self._limits = Limits(settings)
        self._outstanding: deque[_Delivery] = deque()
        self._outstanding_bytes = 0
        self.confirmed = 0
        self.failures: list[Failure] = []

    def produce(
        self, topic: str, key: bytes | None, value: bytes | None, headers: Sequence[tuple[str, bytes]] = ()
    ) -> Any:
        """Send one record; the future of its delivery, or the Failure where it is too large.

        Raises BrokerError when there is no such topic or Kafka does not answer.
        """
        size, reason = self._limits.measure(topic, key, value, headers)
        if reason is not None:
            failure = Failure(topic=topic, key=key, reason=reason)
            self.failures.append(failure)
            return failure
        with kafka_errors(f"producing to {topic}"):
            future = self._client.send(topic, value=value, key=key, headers=list(headers))
        self._outstanding.append(_Delivery(future, topic, key, size))
        self._outstanding_bytes += size
        while len(self._outstanding) > MAX_OUTSTANDING or self._outstanding_bytes > MAX_OUTSTANDING_BYTES:
            self._settle_oldest()
        return future

    def deliver(self, records: Sequence[Outgoing]) -> list[Receipt | Failure]:
        """Send records, to topics as they are named, and wait for what becomes of each. Raises BrokerError."""
        sent = [self.produce(one.topic, one.key, one.value, one.headers) for one in records]
        self.flush()
        return [_result(one, future) for one, future in zip(records, sent, strict=True)]

    def flush(self) -> None:
        """Wait until every record is confirmed or among `failures`."""
        while self._outstanding:
            self._settle_oldest()

    def close(self) -> None:
        """Flush and disconnect. Raises BrokerError if any record was not confirmed."""
        try:
            self.flush()
        finally:
            self.disconnect()
        if self.failures:
            first = self.failures[0]
            raise BrokerError(
                f"{len(self.failures)} of {len(self.failures) + self.confirmed} records were not confirmed, "
                f"the first to {first.topic}: {first.reason}"
            )

    def disconnect(self) -> None:
        """Give up what is outstanding, after a moment in which Kafka may still confirm it, and close the connections."""
        with kafka_errors("closing the producer"):
            try:
                self._client.close(timeout=GIVE_UP_SECONDS if self._outstanding else DELIVERY_SECONDS)
            except KafkaTimeoutError:
                if not self._outstanding:
                    raise

    def _settle_oldest(self) -> None:
        delivery = self._outstanding.popleft()
        self._outstanding_bytes -= delivery.size
        try:
            delivery.future.get(timeout=DELIVERY_SECONDS)
            self.confirmed += 1
        except KafkaError as error:
            self.failures.append(Failure(topic=delivery.topic, key=delivery.key, reason=describe(error)))


def _result(record: Outgoing, sent: Any) -> Receipt | Failure:
    """What became of a record, when it is settled."""
    if isinstance(sent, Failure):
        return sent
    if sent.succeeded():
        return Receipt(topic=sent.value.topic, partition=sent.value.partition, offset=sent.value.offset)
    return Failure(topic=record.topic, key=record.key, reason=describe(sent.exception))


def connect(settings: Settings, compression: str | None = None) -> Producer:
    """A producer; `compression` is None, gzip, lz4 or zstd. Raises BrokerError when Kafka does not answer."""
    return Producer(client(settings, compression), settings)


def client(settings: Settings, compression: str | None = None) -> KafkaProducer:
    """kafka-python's own producer, as we want every one. Raises BrokerError when Kafka does not answer."""
    with kafka_errors("connecting a producer"):
        return KafkaProducer(
            **options(settings),
            acks="all",
            enable_idempotence=True,
            allow_auto_create_topics=False,
            compression_type=compression,
            linger_ms=LINGER_MS,
            batch_size=BATCH_BYTES,
            max_request_size=MAX_REQUEST_BYTES,
            max_block_ms=int(BOOTSTRAP_SECONDS * 1000),
            delivery_timeout_ms=int(DELIVERY_SECONDS * 1000),
        )


@contextmanager
def producing(settings: Settings, compression: str | None = None) -> Iterator[Producer]:
    """A producer for one block, closed (and so confirmed) at its end; an exception in the block gives up the rest."""
    producer = connect(settings, compression)
    try:
        yield producer
    except BaseException:
        producer.disconnect()
        raise
    producer.close()
