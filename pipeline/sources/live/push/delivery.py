"""Items → Kafka → one result each. What was confirmed under an Idempotency-Key is not sent again, but told again."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from pipeline import codec
from pipeline.broker.produce import Failure, Receipt
from pipeline.errors import BrokerError
from pipeline.records import Article, Outgoing, Problem
from pipeline.sources.items import Item, Rejected
from pipeline.sources.live.push.limits import Limits
from pipeline.sources.live.push.problems import Refused
from pipeline.sources.live.push.receipts import Receipts, Remembered, Standing

logger = logging.getLogger(__name__)
RETRY_SECONDS = 5.0
UNCONFIRMED = Problem(code="unconfirmed", message="not confirmed by Kafka: send it again")
# What became of an item: where its article stands, or why it stands nowhere.
Result = Standing | Problem


class Sender(Protocol):
    """Sends records and waits for Kafka: `broker.confirm.Confirmer`."""

    async def send(self, records: Sequence[Outgoing]) -> list[Receipt | Failure]:
        """What became of each, in order; raises BrokerError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The items of one request, whose they are, and what tells it from other requests under the same Idempotency-Key."""

    owner: str
    items: Sequence[Item]
    idempotency_key: str | None = None
    fingerprint: str = ""

    @property
    def claim(self) -> tuple[str, str] | None:
        """Only one batch with this may be on its way; None: any number."""
        return None if self.idempotency_key is None else (self.owner, self.idempotency_key)


class Delivery:
    """Delivers batches, so many at a time that memory stays bounded; what is on its way outlives the request."""

    def __init__(
        self, sender: Sender, topic: str, receipts: Receipts, limits: Limits, clock_ms: Callable[[], int]
    ) -> None:
        self._sender, self._topic, self._receipts = sender, topic, receipts
        self._limits, self._clock_ms = limits, clock_ms
        self._articles = self._bytes = 0
        self._claims: set[tuple[str, str]] = set()
        self._tasks: set[asyncio.Task[list[Result]]] = set()
        self._file = asyncio.Lock()
        self.failed_at_ms: int | None = None

    async def deliver(self, batch: Batch) -> list[Result]:
        """What became of each item, in order. Raises Refused when nothing can be said, or nothing more be taken on."""
        records = [_record(self._topic, item) for item in batch.items]
        size = sum(len(one.value or b"") for one in records if one is not None)
        self._take_on(batch, size)
        task = asyncio.create_task(self._run(batch, records))
        self._tasks.add(task)
        task.add_done_callback(partial(self._let_go, batch, size))
        try:
            async with asyncio.timeout(self._limits.confirm_seconds):
                return await asyncio.shield(task)
        except TimeoutError:
            self.failed_at_ms = self._clock_ms()
            raise Refused("unconfirmed", retry_after_seconds=RETRY_SECONDS) from None

    async def close(self, seconds: float) -> None:
        """Wait so long for what is on its way, then give it up: it was not acknowledged."""
        if self._tasks:
            _, pending = await asyncio.wait(self._tasks, timeout=seconds)
            for task in pending:
                task.cancel()
            await asyncio.gather(*pending, return_exceptions=True)

    def _take_on(self, batch: Batch, size: int) -> None:
        """Room for the batch, or Refused; an empty house takes any."""
        full = self._articles + len(batch.items) > self._limits.outstanding_articles
        heavy = self._bytes + size > self._limits.outstanding_bytes
        if self._articles and (full or heavy):
            raise Refused("busy", "Kafka is behind", retry_after_seconds=RETRY_SECONDS)
        if batch.claim in self._claims:
            raise Refused("in-progress", retry_after_seconds=RETRY_SECONDS)
        self._articles += len(batch.items)
        self._bytes += size
        if batch.claim:
            self._claims.add(batch.claim)

    def _let_go(self, batch: Batch, size: int, task: asyncio.Task[list[Result]]) -> None:
        self._articles -= len(batch.items)
        self._bytes -= size
        if batch.claim:
            self._claims.discard(batch.claim)
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waited has it; nobody may be waiting any more

    async def _run(self, batch: Batch, records: Sequence[Outgoing | None]) -> list[Result]:
        stood = await self._remembered(batch)
        places = await self._send(records, stood)
        if batch.claim and places != stood:
            remembered = Remembered(fingerprint=batch.fingerprint, places=places)
            await self._with_file(self._receipts.save, *batch.claim, remembered, self._clock_ms())
        return [_result(item, place) for item, place in zip(batch.items, places, strict=True)]

    async def _remembered(self, batch: Batch) -> list[Standing | None]:
        """Where the items stand already. Raises Refused when the Idempotency-Key came with another body."""
        nowhere: list[Standing | None] = [None] * len(batch.items)
        if not batch.claim:
            return nowhere
        found: Remembered | None = await self._with_file(self._receipts.find, *batch.claim, self._clock_ms())
        if found and found.fingerprint != batch.fingerprint:
            raise Refused("idempotency-mismatch")
        # A version of ours that finds other items in the same body sends them all.
        return found.places if found and len(found.places) == len(nowhere) else nowhere

    async def _with_file(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Receipts are read and written in a thread, for the disk takes its time."""
        async with self._file:
            try:
                return await asyncio.to_thread(function, *arguments)
            except sqlite3.Error as error:
                logger.error("the receipts cannot be read or written", extra={"problem": repr(error)})  # noqa: TRY400
                raise Refused("unavailable", retry_after_seconds=RETRY_SECONDS) from None

    async def _send(
        self, records: Sequence[Outgoing | None], stood: Sequence[Standing | None]
    ) -> list[Standing | None]:
        """Send what stands nowhere yet; where everything stands now."""
        places = list(stood)
        missing = {n: record for n, record in enumerate(records) if record is not None and stood[n] is None}
        if not missing:
            return places
        try:
            results = await self._sender.send(list(missing.values()))
        except BrokerError as error:
            results = []
            logger.warning("Kafka takes no articles", extra={"problem": str(error)})
        for n, result in zip(missing, results, strict=False):
            if isinstance(result, Receipt):
                places[n] = (result.topic, result.partition, result.offset)
            else:
                logger.warning("not confirmed", extra={"topic": result.topic, "problem": result.reason})
        failed = any(places[n] is None for n in missing)
        self.failed_at_ms = self._clock_ms() if failed else None
        return places


def _record(topic: str, item: Item) -> Outgoing | None:
    if not isinstance(item, Article):
        return None
    return Outgoing(topic=topic, key=item.key.encode(), value=codec.encode(item))


def _result(item: Item, place: Standing | None) -> Result:
    if place is not None:
        return place
    return item.problem if isinstance(item, Rejected) else UNCONFIRMED
