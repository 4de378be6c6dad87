"""What a handled message causes goes out, and counts only when Kafka has confirmed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.errors import BrokerError
from pipeline.records import Message, Outgoing, Problem
from pipeline.stages.base import Handled, Stage, Work
from pipeline.worker.state import part_key

# What Kafka's record framing adds, generously.
OVERHEAD_BYTES = 512


class RefusedError(Exception):
    """Kafka will never take this record (it is too large, say). A dead letter takes its place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """A record on its way out; `partition` None: the key decides."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None


class Producer(Protocol):
    """Where records go; topics with their prefix."""

    async def send_all(self, records: Sequence[Send]) -> list[Send]:
        """Send together, those of a partition in their order; returns those that were not taken for a reason of their own.
        Raises BrokerError."""

    async def send_alone(self, record: Send) -> None:
        """Send in a batch of its own. Raises RefusedError if it is the record's fault, BrokerError if it is not."""


class Delivery:
    """Delivers what a stage makes of messages."""

    def __init__(self, stage: Stage, prefix: str, producer: Producer) -> None:
        self.stage = stage
        self._prefix, self._producer = prefix, producer
        self._limits = _limits(stage, prefix)

    async def deliver(self, work: Work, handled: Handled) -> Handled:
        """Confirm everything, the outcome last; returns what was delivered: `handled`, or the dead letter in its place.

        Raises BrokerError: nothing may be acknowledged then.
        """
        try:
            await self.deliver_all([work], [handled])
            return handled
        except RefusedError as refused:
            given_up = self.stage.give_up(work, Problem(code="output-refused", message=str(refused)))
        try:
            await self.deliver_all([work], [given_up])
            return given_up
        except RefusedError as refused:
            raise BrokerError(f"Kafka refuses even the dead letter: {refused}; run `tickertape topics apply`") from None

    async def deliver_all(self, works: Sequence[Work], results: Sequence[Handled]) -> None:
        """Confirm everything that messages cause together; what those of one key leave of their state, in its order.

        Raises RefusedError: then each must be handled and delivered by itself; BrokerError.
        """
        first = [self._outgoing(one) for handled in results for one in handled.outgoing]
        pairs = zip(works, results, strict=True)
        states = [one for work, handled in pairs for one in self._states(work.message, handled)]
        last = [self._outgoing(handled.final) for handled in results if handled.final is not None]
        for record in (*first, *states, *last):
            self._check_size(record)
        await self._publish(first)
        await self._remember(states)
        await self._record(last)

    def _states(self, message: Message, handled: Handled) -> list[Send]:
        """Beside their input: whoever owns partition p of the inputs reads partition p of the states."""
        if self.stage.state is None or message.key is None:
            return []
        values: list[tuple[bytes, bytes | None]] = [
            (part_key(message.key, part.name), part.value) for part in handled.parts
        ]
        if handled.state is not None:
            values.append((message.key, handled.state))
        topic = self._prefix + self.stage.state.name
        return [Send(topic=topic, key=key, value=value, partition=message.partition) for key, value in values]

    def _outgoing(self, one: Outgoing) -> Send:
        return Send(topic=self._prefix + one.topic, key=one.key, value=one.value, headers=one.headers)

    def _check_size(self, record: Send) -> None:
        """Before anything is sent, so that a message with one output too large leaves no others behind."""
        size = len(record.key or b"") + len(record.value or b"") + OVERHEAD_BYTES
        for name, value in record.headers:
            size += len(name) + len(value)
        limit = self._limits.get(record.topic)
        if limit is not None and size > limit:
            raise RefusedError(f"{record.topic}: a record of {size} bytes is above the topic's {limit}")

    async def _publish(self, records: Sequence[Send]) -> None:
        """What a message causes."""
        await self._send(records)

    async def _remember(self, records: Sequence[Send]) -> None:
        """What its key is to know of it."""
        await self._send(records)

    async def _record(self, records: Sequence[Send]) -> None:
        """What became of it."""
        await self._send(records)

    async def _send(self, records: Sequence[Send]) -> None:
        """Together; then, one by one, those that failed: a bad record fails its neighbours in Kafka's batch."""
        for record in await self._producer.send_all(records) if records else ():
            await self._producer.send_alone(record)


def _limits(stage: Stage, prefix: str) -> Mapping[str, int]:
    topics = (*stage.writes, *((stage.state,) if stage.state else ()))
    return {prefix + topic.name: topic.max_message_bytes for topic in topics}
