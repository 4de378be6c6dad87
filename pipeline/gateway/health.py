"""How the pipeline fares, as the health strip shows it: asked of Kafka and the store now and then, and remembered."""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from typing import Any

from pipeline import codec, instants
from pipeline.broker.offsets import begin_offsets, end_offsets, group_lag, group_offsets
from pipeline.errors import BrokerError
from pipeline.gateway import queries
from pipeline.gateway.readers import Readers
from pipeline.settings import Settings
from pipeline.topics import ARTICLES, BACKFILL, DEAD_LETTERS, EVENTS, OUTCOMES, SOURCE_STATE

# What a stage reads; its consumer group is tickertape-<stage>.
STAGES = {"annotate": (ARTICLES, BACKFILL), "route": (EVENTS,)}
KEEP_SECONDS = 3.0
MOST_SOURCES = 1_000


class Health:
    """The last answer, while it is fresh; only one question at a time."""

    def __init__(self, settings: Settings, readers: Readers, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._readers, self._clock = settings, readers, clock
        self._lock = asyncio.Lock()
        self._asked_at = -KEEP_SECONDS
        self._kafka = _unknown()
        self._gaps = 0
        self._answer: dict[str, Any] = {}

    async def report(self) -> dict[str, Any]:
        """The health document. Raises Refused when the store cannot be read."""
        async with self._lock:
            if not self._answer or self._clock() - self._asked_at >= KEEP_SECONDS:
                await self._ask()
                self._asked_at = self._clock()
        return self._answer

    async def _ask(self) -> None:
        try:
            self._kafka = await asyncio.to_thread(_of_kafka, self._settings)
        except BrokerError:
            self._kafka = {**self._kafka, "kafka_ok": False}  # the figures are the last that were known
        committed, begins = self._kafka.get("committed", {}), self._kafka.get("begins", {})
        stored, gaps = await self._readers.run(_of_store, committed, begins, self._kafka.get("outcomes", {}))
        self._gaps = self._gaps if gaps is None else gaps
        names = ("lag", "dead_letters", "articles", "kafka_ok")
        self._answer = {**{name: self._kafka[name] for name in names}, **stored, "gaps": self._gaps}


def _unknown() -> dict[str, Any]:
    return {"lag": dict.fromkeys(STAGES, 0), "dead_letters": 0, "articles": 0, "kafka_ok": False}


def _of_kafka(settings: Settings) -> dict[str, Any]:
    """Figures of topics and groups. Raises BrokerError."""
    prefix = settings.topic_prefix
    lag = {
        stage: sum(
            one.lag for one in group_lag(settings, f"{prefix}tickertape-{stage}", [prefix + t.name for t in reads])
        )
        for stage, reads in STAGES.items()
    }
    committed = group_offsets(settings, f"{prefix}tickertape-annotate")
    names = [prefix + topic.name for topic in (ARTICLES, BACKFILL, DEAD_LETTERS, OUTCOMES)]
    begins, ends = begin_offsets(settings, names), end_offsets(settings, names)
    held = {topic: sum(ends[place] - begins[place] for place in ends if place[0] == topic) for topic in names}
    return {
        "lag": lag,
        "articles": held[prefix + ARTICLES.name] + held[prefix + BACKFILL.name],
        "dead_letters": held[prefix + DEAD_LETTERS.name],
        "kafka_ok": True,
        "committed": committed,
        "begins": begins,
        "outcomes": {partition: end for (topic, partition), end in ends.items() if topic == prefix + OUTCOMES.name},
    }


def _of_store(
    database: sqlite3.Connection,
    committed: dict[tuple[str, int], int],
    begins: dict[tuple[str, int], int],
    ends: dict[int, int],
) -> tuple[dict[str, Any], int | None]:
    """Figures of the store, and how many inputs that a worker is done with have no outcome (None: it cannot be told yet)."""
    sources, _ = queries.latest(database, SOURCE_STATE.name, MOST_SOURCES, None)
    counted = queries.counts(database)
    told = {
        "sources": [{k: v for k, v in codec.decode(value).items() if k != "memory"} for value in sources],
        "held": counted["held"],
        "events": counted["events"],
        "retracted": counted["retracted"],
        "last_event_at": _instant(queries.last_ms(database, [EVENTS.name])),
        "last_article_at": _instant(queries.last_ms(database, [OUTCOMES.name])),
    }
    read = dict(database.execute("SELECT partition, next FROM offsets WHERE topic = ?", (OUTCOMES.name,)).fetchall())
    if any(read.get(partition, 0) < end for partition, end in ends.items()):
        return told, None
    gaps = 0
    for (topic, partition), offset in committed.items():
        begin = min(begins.get((topic, partition), offset), offset)
        known = database.execute(
            "SELECT count(*) FROM outcomes WHERE topic = ? AND partition = ? AND offset >= ? AND offset < ?",
            (topic, partition, begin, offset),
        ).fetchone()[0]
        gaps += offset - begin - known
    return told, gaps


def _instant(at_ms: int | None) -> str | None:
    return None if at_ms is None else instants.from_ms(at_ms)
