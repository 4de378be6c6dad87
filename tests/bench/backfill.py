"""Part `backfill`: how much a live article's way from Kafka to its outcome is lengthened by a backfill that runs beside it.

One worker (two processes) on an embedded Kafka. Two legs: live articles alone, then as many while a replayed archive of 100,000
stands in the backfill topic and is worked on. Latency is the outcome's Kafka timestamp less the article's: one clock.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import codec
from pipeline.broker.consume import consume
from pipeline.broker.offsets import end_offsets, group_lag
from pipeline.records import Article, Outcome
from pipeline.settings import Settings
from pipeline.topics import ARTICLES, BACKFILL, OUTCOMES
from tests.bench import world
from tests.bench.corpus import articles
from tests.bench.ratios import Figure, percentile

LIVE_PER_SECOND = 2.0
LIVE = 100
ARCHIVE = 100_000
WARM = 20
HEAD_START_SECONDS = 5.0
GROUP = "tickertape-annotate"


@dataclass(frozen=True, slots=True)
class Leg:
    """Latencies of the live articles in seconds, and how many articles in all were settled meanwhile, a second."""

    live: list[float]
    settled_per_second: float


def measure() -> list[Figure]:
    """Live alone, then live beside a backfill that does not end."""
    given = articles(WARM + 2 * LIVE + ARCHIVE)
    with world.kafka() as settings, world.worker(settings):
        _live(settings, given[:WARM])  # caches, first batches
        alone = _live(settings, given[WARM : WARM + LIVE])
        world.publish(settings, BACKFILL.name, given[WARM + 2 * LIVE :])
        time.sleep(HEAD_START_SECONDS)
        beside = _live(settings, given[WARM + LIVE : WARM + 2 * LIVE])
        if _lag(settings) == 0:
            raise SystemExit("the backfill ran out before the live articles did: give more of it")
    p95 = percentile(alone.live, 95)
    return [
        Figure("p95 of live beside a backfill ÷ alone", (percentile(beside.live, 95) / p95,), "x"),
        Figure("  p95 of live alone", (p95,), "s"),
        Figure("  backfilled meanwhile", (beside.settled_per_second,), "articles/s"),
    ]


def _live(settings: Settings, given: Sequence[Article]) -> Leg:
    """Publish at a steady pace, wait until all are settled."""
    before, began = _settled(settings), time.monotonic()
    ends, settled = end_offsets(settings, [ARTICLES.name]), end_offsets(settings, [OUTCOMES.name])
    world.publish(settings, ARTICLES.name, given, LIVE_PER_SECOND)
    rate = (_settled(settings) - before) / (time.monotonic() - began)
    came = {(one.partition, one.offset): one.timestamp_ms for one in consume(settings, [ARTICLES.name], ends)}
    gone: dict[tuple[int, int], int] = {}
    while len(gone) < len(came):
        time.sleep(1)
        for message in consume(settings, [OUTCOMES.name], settled):
            outcome = codec.decode_record(Outcome, message.value or b"")
            place = (outcome.input.partition, outcome.input.offset)
            if outcome.input.topic == ARTICLES.name and place in came:
                gone[place] = message.timestamp_ms
    return Leg([(gone[place] - at) / 1000 for place, at in came.items()], rate)


def _lag(settings: Settings) -> int:
    return sum(one.lag for one in group_lag(settings, GROUP, [BACKFILL.name]))


def _settled(settings: Settings) -> int:
    return sum(one.committed or 0 for one in group_lag(settings, GROUP, [BACKFILL.name]))
