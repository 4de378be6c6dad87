"""Part `latency`: from an article in Kafka to its outcome there, at a part of what the worker can do; its start; its memory.

The outcome is written when all events of the article are confirmed, so no event came later. Both times are Kafka's.
"""

from collections.abc import Sequence

from pipeline.settings import Settings
from tests.bench import world
from tests.bench.corpus import articles
from tests.bench.ratios import Figure, percentile

LOADS = (25, 50, 80)
KEYED_LOAD = 50
PERCENTS = (50, 95, 99)
SECONDS = 20.0
CAPACITY = 800
CAPACITY_ROUNDS = 3
STARTS = 3


def measure() -> list[Figure]:
    """Capacity first, then each load for twenty seconds; at the end memory, and two more starts."""
    with world.kafka() as settings:
        with world.worker(settings) as running:
            skip = CAPACITY_ROUNDS * CAPACITY
            legs = [world.leg(running, articles(CAPACITY, skip=start)) for start in range(0, skip, CAPACITY)]
            capacity = sorted(leg.per_second for leg in legs)[CAPACITY_ROUNDS // 2]
            figures = []
            for load in LOADS:
                count = round(capacity * load / 100 * SECONDS)
                leg = world.leg(running, articles(count, skip=skip), capacity * load / 100)
                skip += count
                figures += _percentiles(load, leg.latencies)
            use = running.use()
        starts = (running.ready_seconds, *(_start(settings) for _ in range(STARTS - 1)))
    return [
        *figures,
        Figure("start of the worker until it reads", starts, "s"),
        Figure("memory of the worker's own process", (use.parent_mb,), "MB", key="rss_parent_mb"),
        Figure("memory of an NLP process", (use.child_mb,), "MB", key="rss_child_mb", note="shared pages counted"),
    ]


def _percentiles(load: int, latencies: Sequence[float]) -> list[Figure]:
    return [
        Figure(
            f"publish to outcome at {load} % load, p{percent}",
            (percentile(latencies, percent),),
            "s",
            key=f"p{percent}_s" if load == KEYED_LOAD else None,
        )
        for percent in PERCENTS
    ]


def _start(settings: Settings) -> float:
    with world.worker(settings) as running:
        return running.ready_seconds
