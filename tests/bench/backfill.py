"""How much a live article's way from Kafka to its outcome is lengthened by a backfill that runs beside it.

One worker (two processes) on an embedded Kafka. Rounds of two legs: live articles alone, then the same number while a replayed
archive stands in the backfill topic and never runs out. Latency is the outcome's Kafka timestamp less the article's: one clock.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path

from pipeline import codec
from pipeline.broker.admin import apply_topics
from pipeline.broker.consume import consume
from pipeline.broker.embedded import EmbeddedBroker
from pipeline.broker.offsets import end_offsets, group_lag
from pipeline.broker.produce import producing
from pipeline.records import Article, Outcome
from pipeline.settings import Settings, environment
from pipeline.topics import ARTICLES, BACKFILL, OUTCOMES

LIVE_PER_SECOND = 2.0
PROCESSES = 2


@dataclass(frozen=True, slots=True)
class Leg:
    """Latencies of the live articles in seconds, and how many backfilled ones were settled meanwhile, a second."""

    live: list[float]
    backfilled_per_second: float

    @property
    def p95(self) -> float:
        """The ninety-fifth percentile in seconds."""
        return statistics.quantiles(self.live, n=20)[-1]


@contextmanager
def world() -> Iterator[Settings]:
    """A Kafka and a worker on it."""
    with tempfile.TemporaryDirectory() as home, EmbeddedBroker.temporary(Settings.from_env()) as broker:
        settings = replace(
            Settings.from_env(), brokers=broker.bootstrap, partitions=3, pool_workers=PROCESSES, state_home=home
        )
        apply_topics(settings)
        command = [str(Path(sys.executable).parent / "tickertape"), "worker"]
        worker = subprocess.Popen(command, env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            assert worker.stdout is not None
            worker.stdout.readline()
            yield settings
        finally:
            worker.terminate()
            worker.wait(60)


def measure(texts: Sequence[str], *, rounds: int, live: int, backfill: int) -> tuple[list[Leg], list[Leg]]:
    """(live alone, live beside a backfill), a Leg a round."""
    fresh = _articles(texts)
    with world() as settings:
        _live(settings, list(islice(fresh, 20)))  # warm: caches, JIT, first batches
        alone, beside = [], []
        for _ in range(rounds):
            alone.append(_live(settings, list(islice(fresh, live))))
            _send(settings, BACKFILL.name, list(islice(fresh, backfill)))
            time.sleep(5)
            beside.append(_live(settings, list(islice(fresh, live))))
            if _lag(settings) == 0:
                raise SystemExit("the backfill ran out before the live articles did: give more of it")
            _drain(settings)
        return alone, beside


def _articles(texts: Sequence[str]) -> Iterator[Article]:
    """Articles without end; each has a text of its own, so that no duplicate is recognised."""
    for number, text in enumerate(cycle(texts)):
        yield Article(provider="bench", guid=str(number), text=f"{text}\n\nBulletin {number}.")


def _live(settings: Settings, articles: Sequence[Article]) -> Leg:
    """Publish at a steady pace, wait until all are settled."""
    before, began = _settled(settings), time.monotonic()
    ends = end_offsets(settings, [ARTICLES.name])
    with producing(settings) as producer:
        for number, article in enumerate(articles):
            time.sleep(max(0.0, began + number / LIVE_PER_SECOND - time.monotonic()))
            producer.produce(ARTICLES.name, article.key.encode(), codec.encode(article))
            producer.flush()
    seconds = time.monotonic() - began
    rate = (_settled(settings) - before) / seconds
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


def _send(settings: Settings, topic: str, articles: Sequence[Article]) -> None:
    with producing(settings, "lz4") as producer:
        for article in articles:
            producer.produce(topic, article.key.encode(), codec.encode(article))


def _lag(settings: Settings) -> int:
    return sum(one.lag for one in group_lag(settings, "tickertape-annotate", [BACKFILL.name]))


def _settled(settings: Settings) -> int:
    return sum(one.committed or 0 for one in group_lag(settings, "tickertape-annotate", [BACKFILL.name]))


def _drain(settings: Settings) -> None:
    """Let the rest of the backfill go through."""
    while _lag(settings):
        time.sleep(1)


def report(alone: Sequence[Leg], beside: Sequence[Leg]) -> Iterator[str]:
    """The lines of the table; ratios are of each round, the median counts."""
    ratios = [with_.p95 / without.p95 for without, with_ in zip(alone, beside, strict=True)]
    middle, alone_seconds = statistics.median(ratios), statistics.median(leg.p95 for leg in alone)
    rate = statistics.median(leg.backfilled_per_second for leg in beside)
    spread = f"({min(ratios):.2f} to {max(ratios):.2f})"
    yield f"p95 of live beside a backfill / alone   {middle:.2f} x  {spread}  [{alone_seconds:.3f} s alone]"
    yield f"backfilled meanwhile                    {rate:.0f} articles/s"


def main() -> None:
    """`python -m tests.bench.backfill`."""
    from tests.bench.__main__ import texts

    os.environ.setdefault("TICKERTAPE_LOG_LEVEL", "warning")
    for line in report(
        *measure(texts(2_000), rounds=int(sys.argv[1]) if len(sys.argv) > 1 else 3, live=40, backfill=2_500)
    ):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
