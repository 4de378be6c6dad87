"""Kafka → store, in one thread that follows for ever; whatever Kafka or the file does, it comes back to it.

First the events as they stand, from the compacted topic; then everything that was and will be, from news.events.v1 and the
topics beside it. Kafka gone: the history stays readable, and the thread tries again.
"""

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from contextlib import suppress
from functools import partial
from pathlib import Path

from pipeline.broker.admin import cluster_id
from pipeline.broker.consume import Batch, consume, follow
from pipeline.broker.offsets import Position, begin_offsets, end_offsets
from pipeline.errors import BrokerError
from pipeline.gateway import marks
from pipeline.gateway.changes import Change
from pipeline.gateway.hub import Hub, News
from pipeline.gateway.marks import Mark
from pipeline.gateway.readers import Readers
from pipeline.gateway.store import Store
from pipeline.settings import Settings
from pipeline.topics import CURRENT, DAY_MS, EVENTS, OUTCOMES, SOURCE_STATE, STATE, STORIES

logger = logging.getLogger(__name__)
RETRY_SECONDS = 2.0
LOOK_SECONDS = 1.0
PRUNE_SECONDS = 3600.0
FOLLOWED = tuple(topic.name for topic in (EVENTS, OUTCOMES, SOURCE_STATE, STATE, STORIES))


class Fill:
    """Fills the store from `start` to `stop`, and tells the hub in its event loop."""

    def __init__(self, settings: Settings, path: Path, hub: Hub, readers: Readers) -> None:
        self._settings, self._path, self._hub, self._readers = settings, path, hub, readers
        self._topics = [settings.topic_prefix + name for name in FOLLOWED]
        self._loop = asyncio.get_running_loop()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="tickertape-fill", daemon=True)
        self._filled = False
        self._pruned_at = 0.0
        self.connected = False
        self.failed: BaseException | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    async def stop(self) -> None:
        """End after the transaction at hand."""
        self._stopping.set()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                self._once()
        except BaseException as error:
            self.failed = error
            logger.exception("the store is no longer filled")
            raise
        finally:
            self.connected = False

    def _once(self) -> None:
        """Follow until something fails; what may pass is tried again."""
        store = Store(self._path, self._settings.topic_prefix)
        self._readers.renew()
        try:
            self._resume(store)
            self._follow(store)
        except BrokerError as error:
            logger.warning("Kafka is not there; the history stays readable", extra={"problem": str(error)})
        except sqlite3.DatabaseError as error:
            logger.warning("the store cannot be written", extra={"path": str(self._path), "problem": str(error)})
        finally:
            self.connected = False
            store.close()
        self._stopping.wait(RETRY_SECONDS)

    def _resume(self, store: Store) -> None:
        """What was filled once may be read at once, even without Kafka."""
        self._filled = store.told("filled") is not None
        if self._filled:
            self._tell(partial(self._hub.begin, _news(store, [], self._settings.topic_prefix)))

    def _follow(self, store: Store) -> None:
        settings = self._settings
        cluster = cluster_id(settings)
        begins = begin_offsets(settings, self._topics)
        ends = end_offsets(settings, self._topics)
        if not _fits(store, cluster, begins, ends):
            self._rebuild(store, cluster, begins)
        start = {position: place.next for position, place in store.places().items()}
        for batch in follow(settings, self._topics, start):
            self.connected = True
            if self._stopping.is_set():
                return
            if any(place != start.get(position) for position, place in batch.positions.items()):
                self._take(store, batch, start)
            if not self._filled and all(start.get(position, 0) >= end for position, end in ends.items()):
                store.note(filled="yes")
                self._filled = True
                self._tell(partial(self._hub.begin, _news(store, [], settings.topic_prefix)))
            self._prune(store)

    def _take(self, store: Store, batch: Batch, start: dict[Position, int]) -> None:
        changes = store.apply(batch)
        start.update(batch.positions)
        if self._filled:
            self._tell(partial(self._hub.publish, _news(store, changes, self._settings.topic_prefix)))

    def _rebuild(self, store: Store, cluster: str, begins: Mapping[Position, int]) -> None:
        logger.info("the store is filled anew", extra={"path": str(self._path), "cluster": cluster})
        self._filled = False
        self._tell(self._hub.halt)
        store.clear(cluster, marks.origin(cluster, self._settings.topic_prefix + EVENTS.name))
        store.build(consume(self._settings, [self._settings.topic_prefix + CURRENT.name]), begins)

    def _prune(self, store: Store) -> None:
        if time.monotonic() - self._pruned_at < PRUNE_SECONDS:
            return
        self._pruned_at = time.monotonic()
        begins = begin_offsets(self._settings, [self._settings.topic_prefix + EVENTS.name])
        store.prune(begins, time.time_ns() // 1_000_000 - max(EVENTS.retention_ms, OUTCOMES.retention_ms, DAY_MS))

    def _tell(self, tell: Callable[[], None]) -> None:
        """Call it in the event loop, and wait for that: so no more is on its way than one batch."""
        done: Future[None] = Future()

        def call() -> None:
            try:
                tell()
            finally:
                done.set_result(None)

        self._loop.call_soon_threadsafe(call)
        while not self._stopping.is_set() and not done.done():
            with suppress(NotYet):
                done.result(LOOK_SECONDS)


def _fits(store: Store, cluster: str, begins: Mapping[Position, int], ends: Mapping[Position, int]) -> bool:
    """Whether the store is a copy of these topics, as far as it goes."""
    if store.told("cluster") != cluster or store.told("built") is None:
        return False
    places = store.places()
    return all(
        position in begins and begins[position] <= place.next <= ends[position] for position, place in places.items()
    )


def _news(store: Store, changes: list[Change], prefix: str) -> News:
    places = {partition: place for (topic, partition), place in store.places().items() if topic == prefix + EVENTS.name}
    return News(
        changes=changes,
        mark=Mark({partition: place.next - 1 for partition, place in places.items()}, store.told("origin") or ""),
        seq=store.seq(),
        firsts={partition: place.first for partition, place in places.items()},
    )
