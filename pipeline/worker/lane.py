"""The lane: from a message that Faust hands over to its acknowledgement, and nothing lost on the way.

    take ─▶ ledger ─▶ backlog ─▶ batch ─▶ handle (pool) ─▶ deliver (confirmed) ─▶ state ─▶ acknowledge, in order

Bounded everywhere: the unacknowledged window of each topic (which bounds memory and what a crash repeats), the batches
in flight. Bad data is a dead letter; for anything else that goes wrong nothing is acknowledged and `fatal` ends the
process.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Hashable, Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from pipeline.errors import BrokerError
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Work
from pipeline.telemetry import Counters
from pipeline.worker.backlog import Backlog, key_of
from pipeline.worker.blame import Failure, Runner, handle_all
from pipeline.worker.courtesy import Courtesy
from pipeline.worker.deliver import Delivery, RefusedError
from pipeline.worker.ledger import Entry, Ledger
from pipeline.worker.state import StateStore, part_key

logger = logging.getLogger(__name__)

# An input may have 8 MiB: the window must not hold hundreds of those.
WINDOW_BYTES = 32 * 1024 * 1024
# Of a stage that takes runs: its batches wait for Kafka, and while they do their key waits for them. They are handled in the
# loop: 64 signatures hold up the others for 40 ms.
RUN_MESSAGES = 64
OUTCOME_HEADER = "outcome"


class Lane:
    """One stage's lane in this process. Everything runs in one event loop; nothing is shared with other threads."""

    def __init__(
        self,
        settings: Settings,
        *,
        runner: Runner,
        delivery: Delivery,
        state: StateStore,
        fatal: Callable[[BaseException], object],
        ready: Callable[[], None] = lambda: None,
    ) -> None:
        """`fatal` ends the process; `ready` is called when the partitions that were assigned can be handled."""
        self.stage = stage = delivery.stage
        self.settings = settings
        self.ledger = Ledger()
        self.counters = Counters()
        self._backlog = Backlog([topic.name for topic in stage.reads], in_runs=stage.in_runs)
        self._most = RUN_MESSAGES if stage.in_runs else settings.batch_articles
        self._runner, self._delivery, self._state = runner, delivery, state
        self._fatal, self._ready = fatal, ready
        self._slots = asyncio.Semaphore(runner.batches)
        self._courtesy = Courtesy(runner.batches, asyncio.get_running_loop().time)
        self._window = max(1, settings.window_articles // len(stage.reads))
        self._restored: asyncio.Future[None] | None = None
        self._closed = False
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Begin to handle what is taken."""
        self.spawn(self._feed())

    async def take(self, entry: Entry) -> None:
        """Accept a message that was just read; returns when there is room for another of its topic."""
        if self._closed or self._restored is None:
            return  # being drained: whoever gets the partition next reads it again
        self.ledger.add(entry)
        if not self._restored.done():
            await asyncio.shield(self._restored)
        async with self._changed:
            await self._changed.wait_for(lambda: entry.forgotten or self._has_room(entry.topic))
            if not entry.forgotten:
                if self._backlog.is_urgent(entry):
                    self._courtesy.urgent()
                self._backlog.add(entry)
                self._changed.notify_all()

    def assign(self, partitions: frozenset[int]) -> None:
        """These partitions are ours now: their states are read back, and `take` waits for that."""
        self._closed = False
        self._restored = asyncio.ensure_future(self._restore(partitions))

    async def _restore(self, partitions: frozenset[int]) -> None:
        try:
            await self._state.restore(partitions)
            self._ready()
        except Exception as error:  # noqa: BLE001 - whatever it is, no message may be handled without its state
            self._fatal(error)

    def revoke(self) -> None:
        """No partition is ours any more: what is unfinished is forgotten, and read again by whoever gets it."""
        self._closed = True
        self._restored = None
        self.ledger.clear()
        self._state.drop()

    async def drain(self) -> None:
        """Take nothing more and finish what was started; beyond `drain_seconds` the process ends instead."""
        self._closed = True
        self.ledger.shed()
        try:
            async with asyncio.timeout(self.settings.drain_seconds), self._changed:
                self._changed.notify_all()
                await self._changed.wait_for(lambda: not len(self.ledger))
        except TimeoutError:
            self._fatal(
                BrokerError(f"{len(self.ledger)} messages were not drained in time: a restart reads them again")
            )

    def close(self) -> None:
        """Take nothing more."""
        self._closed = True

    def progress(self, topic: str, partition: int) -> Hashable:
        """Something that changes whenever a partition gets on. One that waits its turn gets on when the lane does."""
        if self._restored is not None and not self._restored.done():
            return object()  # `consume` itself tells when Kafka falls silent
        head = self.ledger.head(topic, partition)
        if head is None:
            # A fetch brings a megabyte of one partition: behind it the others wait for longer than any limit. Only a reader
            # that hands over nothing at all has fallen silent.
            return self.counters.messages if self.ledger.entries(topic) else None
        return head.message.offset, head.attempts if head.started else self.counters.messages

    def _has_room(self, topic: str) -> bool:
        """Whether the entries of a topic, the newest among them, fit its window."""
        alone = self.ledger.entries(topic) == 1
        fits = self.ledger.entries(topic) <= self._window and self.ledger.bytes(topic) <= WINDOW_BYTES
        return alone or fits

    async def _feed(self) -> None:
        """Batch after batch, as long as there is a slot for one."""
        while True:
            await self._slots.acquire()
            self.spawn(self._work(await self._next_batch()))

    async def _next_batch(self) -> list[Entry]:
        """Wait for messages, then a moment for more of them; what is picked is the most urgent at that time."""
        settings, courtesy = self.settings, self._courtesy
        while True:
            async with self._changed:
                await self._changed.wait_for(self._can_pick)
                with suppress(TimeoutError):
                    async with asyncio.timeout(settings.linger_seconds):
                        await self._changed.wait_for(self._is_full)
                most = self._most if self._backlog.urgent else courtesy.share(self._most)
                batch = self._backlog.pick(most=most, most_bytes=settings.batch_bytes) if self._can_pick() else []
                if batch and not self._backlog.is_urgent(batch[0]):
                    courtesy.start()
            if batch:
                return batch

    def _can_pick(self) -> bool:
        return self._backlog.urgent > 0 or (len(self._backlog) > 0 and self._courtesy.lets_start)

    def _is_full(self) -> bool:
        enough = len(self._backlog) >= self._most or self._backlog.bytes >= self.settings.batch_bytes
        return enough or self._closed

    async def _work(self, batch: list[Entry]) -> None:
        """One batch, from handling to acknowledgement."""
        if self.stage.in_runs:
            await asyncio.gather(*map(self._run, _runs(batch)))
            self._let_go(batch)
            return
        works = self._works(batch)
        results = await handle_all(self._runner, self.stage.give_up, works, partial(_attempted, batch))
        self._let_go(batch)  # what is on its way to Kafka keeps no process waiting; the window bounds how much that is
        if await self._deliver(batch, works, results):
            await self._free(*batch)
        else:
            await asyncio.gather(*map(self._complete, batch, works, results))

    def _let_go(self, batch: list[Entry]) -> None:
        """The next batch may start."""
        if not self._backlog.is_urgent(batch[0]):
            self._courtesy.end()
        self._slots.release()

    def _works(self, batch: list[Entry]) -> list[Work]:
        """The entries' messages, each with the state of its key."""
        return [self._work_of(entry.message) for entry in batch]

    def _work_of(self, message: Message) -> Work:
        state = self._state.get(message.partition, message.key)
        if not self.stage.in_runs or message.key is None:
            return Work(message=message, state=state)
        return Work(message=message, state=state, parts=partial(self._state.parts, message.partition, message.key))

    async def _run(self, run: list[Entry]) -> None:
        """Messages of one key: together, or one after the other if that fails. Then the next of the key may go."""
        if len(run) == 1 or not await self._together(run):
            for entry in run:
                works = self._works([entry])
                results = await handle_all(self._runner, self.stage.give_up, works, partial(_attempted, [entry]))
                self._finish(entry, await self._delivery.deliver(works[0], results[0]))
        await self._free(run[0])

    async def _together(self, run: list[Entry]) -> bool:
        """Handle, confirm and finish a run; False: nothing of it is finished, and each must be tried alone."""
        works = self._works(run)
        results = await self._runner.run(works)
        _attempted(run)
        if isinstance(results, Failure):
            logger.warning(
                "a run failed", extra={"code": results.code, "problem": results.message, "messages": len(run)}
            )
            return False
        return await self._deliver(run, works, results)

    async def _deliver(self, entries: list[Entry], works: list[Work], results: list[Handled]) -> bool:
        """Confirm and finish messages together; False: a record was refused, nothing is finished, each must be tried alone."""
        try:
            await self._delivery.deliver_all(works, results)
        except RefusedError:
            return False
        for entry, handled in zip(entries, results, strict=True):
            self._finish(entry, handled)
        return True

    async def _complete(self, entry: Entry, work: Work, handled: Handled) -> None:
        """One message: confirmed, remembered, acknowledged; then the next of its key may go."""
        self._finish(entry, await self._delivery.deliver(work, handled))
        await self._free(entry)

    def _finish(self, entry: Entry, delivered: Handled) -> None:
        """What was delivered is remembered, and the message acknowledged."""
        partition, key = entry.message.partition, entry.message.key
        if key is not None:
            for part in delivered.parts:
                self._state.put(partition, part_key(key, part.name), part.value)
            if delivered.state is not None:
                self._state.put(partition, key, delivered.state)
        self.counters.add(_outcome(delivered))
        self.ledger.finish(entry)

    async def _free(self, *entries: Entry) -> None:
        for entry in entries:
            self._backlog.release(entry)
        async with self._changed:
            self._changed.notify_all()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run it beside the others, until the lane stops; if it fails, the process ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._settle)

    def _settle(self, task: "asyncio.Task[None]") -> None:
        """A task of the lane that fails is a bad world: nothing of it was acknowledged."""
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._fatal(error)

    def stop(self) -> None:
        """Cancel what runs; after a drain that is only the waiting for more."""
        for task in self._tasks:
            task.cancel()


def _outcome(handled: Handled) -> str:
    """The outcome's kind, which its header says; stages without outcomes are just done."""
    headers = dict(handled.final.headers) if handled.final else {}
    return headers.get(OUTCOME_HEADER, b"done").decode()


def _attempted(batch: Iterable[Entry]) -> None:
    for entry in batch:
        entry.attempts += 1


def _runs(batch: Iterable[Entry]) -> list[list[Entry]]:
    """The entries by key, in order; one without a key is by itself."""
    runs: dict[Hashable, list[Entry]] = {}
    for entry in batch:
        runs.setdefault(key_of(entry) or entry, []).append(entry)
    return list(runs.values())
