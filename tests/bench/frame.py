"""Part `frame`: what all but annotate costs: its share of the worker's CPU seconds, and what is possible without annotate."""

from dataclasses import replace
from pathlib import Path

from pipeline.broker.admin import apply_topics
from pipeline.settings import Settings
from pipeline.topics import TOPICS
from tests.bench import world
from tests.bench.corpus import articles
from tests.bench.ratios import Figure
from tests.bench.standins import spent_seconds

ROUNDS = 3
TIMED = 1_000
WARM = 200
IDENTITY = 15_000
# The first fifth is the start.
RAMP = IDENTITY // 5


def measure() -> list[Figure]:
    """All stages run; of the last but one row only annotate, as in a worker process that has that stage alone."""
    with world.kafka() as settings:
        shares = _outside(settings)
        alone = tuple(_identity(settings, f"alone-{number}.", "annotate") for number in range(ROUNDS))
        together = (
            _identity(
                settings,
                "together.",
            ),
        )
    return [
        Figure("CPU outside annotate ÷ all CPU of the worker", shares, "", key="outside_cpu_share", note="all stages"),
        Figure("identity instead of annotate", alone, "articles/s", key="identity_per_s", note="worker annotate"),
        Figure("identity instead of annotate", together, "articles/s", note="worker (all stages in one process)"),
    ]


def _outside(settings: Settings) -> tuple[float, ...]:
    """A share a round: CPU seconds of the worker and its children, less those in annotate itself, ÷ all of them."""
    shares = []
    with world.worker(settings, "timed") as running:
        world.leg(running, articles(WARM))
        for number in range(ROUNDS):
            before = spent_seconds(Path(settings.state_home))
            leg = world.leg(running, articles(TIMED, skip=WARM + number * TIMED))
            spent = spent_seconds(Path(settings.state_home)) - before
            shares.append(1 - spent / leg.used.seconds)
    return tuple(shares)


def _identity(settings: Settings, prefix: str, *stages: str) -> float:
    """Articles a second of those that wait in the topic when the worker starts."""
    own = replace(settings, topic_prefix=prefix)
    apply_topics(own, TOPICS)
    world.publish(own, prefix + "news.articles.v1", articles(IDENTITY))
    with world.worker(own, "identity", *stages) as running:
        times = [one.timestamp_ms for one in world.written(running, IDENTITY)]
    return (IDENTITY - RAMP) / (times[-1] - times[RAMP - 1]) * 1000
