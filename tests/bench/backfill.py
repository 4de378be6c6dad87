"""Part `backfill`: how much a live article's way from Kafka to its outcome is lengthened by a backfill that runs beside it.

One worker (two processes) on an embedded Kafka. Rounds of two legs: live articles alone, then the same number while a replayed
archive stands in the backfill topic and never runs out. Latency is the outcome's Kafka timestamp less the article's: one clock.
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
from tests.bench.ratios import Figure, paired, percentile

LIVE_PER_SECOND = 2.0
ROUNDS = 2
LIVE = 30
ARCHIVE = 6_000
WARM = 20
HEAD_START_SECONDS = 5.0
GROUP = "tickertape-annotate"


@dataclass(frozen=True, slots=True)
class Leg:
    """Latencies of the live articles in seconds, and how many articles in all were settled meanwhile, a second."""

    live: list[float]
    settled_per_second: float


def measure() -> list[Figure]:
    """Live alone, then live beside a backfill, in each round."""
    alone, beside = [], []
    with world.kafka() as settings, world.worker(settings):
        _live(settings, articles(WARM))  # caches, first batches
        for start in range(WARM, WARM + ROUNDS * (2 * LIVE + ARCHIVE), 2 * LIVE + ARCHIVE):
            given = articles(2 * LIVE + ARCHIVE, skip=start)
            alone.append(_live(settings, given[:LIVE]))
            world.publish(settings, BACKFILL.name, given[2 * LIVE :])
            time.sleep(HEAD_START_SECONDS)
            beside.append(_live(settings, given[LIVE : 2 * LIVE]))
            if _lag(settings) == 0:
                raise SystemExit("the backfill ran out before the live articles did: give more of it")
            _drain(settings)
    p95 = [[percentile(leg.live, 95) for leg in legs] for legs in (beside, alone)]
    return [
        Figure("p95 of live beside a backfill ÷ alone", paired(*p95), "x"),
        Figure("  p95 of live alone", tuple(p95[1]), "s"),
        Figure("  backfilled meanwhile", tuple(leg.settled_per_second for leg in beside), "articles/s"),
    ]


def _live(settings: Settings, given: Sequence[Article]) -> Leg:
    """Publish at a steady pace, wait until all are settled."""
    before, began = _settled(settings), time.monotonic()
    ends = end_offsets(settings, [ARTICLES.name])
    world.publish(settings, ARTICLES.name, given, LIVE_PER_SECOND)
    rate = (_settled(settings) - before) / (time.monotonic() - began)
    came = {(one.partition, one.offset): one.timestamp_ms for one in consume(settings, [ARTICLES.name], ends)}
    gone: dict[tuple[int, int], int] = {}
    while len(gone) < len(came):
        time.sleep(1)
        for message in consume(settings, [OUTCOMES.name]):
            outcome = codec.decode_record(Outcome, message.value or b"")
            place = (outcome.input.partition, outcome.input.offset)
            if outcome.input.topic == ARTICLES.name and place in came:
                gone[place] = message.timestamp_ms
    return Leg([(gone[place] - at) / 1000 for place, at in came.items()], rate)


def _lag(settings: Settings) -> int:
    return sum(one.lag for one in group_lag(settings, GROUP, [BACKFILL.name]))


def _settled(settings: Settings) -> int:
    return sum(one.committed or 0 for one in group_lag(settings, GROUP, [BACKFILL.name]))


def _drain(settings: Settings) -> None:
    """Let the rest of the backfill go through."""
    while _lag(settings):
        time.sleep(1)
