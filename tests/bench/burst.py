"""What a burst does to a worker: `python -m tests.bench.burst [--minutes 3] [--per-second 400]`.

Articles come ten times as fast as annotate, slowed to 50 ms an article beyond its own time, can read them. What waits should
wait in Kafka: printed are how much faster they came than they were read, how much waits at the end, the resident memory of the
worker and its children together at its highest (pages that they share counted each time), and by how much that still grew.
"""

import argparse
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count, cycle

import psutil

from pipeline import codec
from pipeline.broker.offsets import end_offsets, group_lag
from pipeline.broker.produce import producing
from pipeline.settings import Settings
from pipeline.topics import ARTICLES, OUTCOMES
from tests.bench.corpus import articles
from tests.bench.ratios import Figure, slope, table
from tests.bench.world import kafka, worker

DISTINCT = 2_000
LOOK_SECONDS = 5.0
TICK_SECONDS = 0.25
WARM = 100


@dataclass(frozen=True, slots=True)
class Look:
    """How things stand: seconds since the burst began, what came, what is settled, what lags, memory of all processes."""

    seconds: float
    came: int
    settled: int
    lag: int
    rss_mb: float


@contextmanager
def fed(settings: Settings, per_second: float) -> Iterator[None]:
    """Articles come in all the while, each with a text of its own."""
    stopped = threading.Event()

    def run() -> None:
        given, numbers = cycle(articles(DISTINCT)), count()
        begun, sent = time.monotonic(), 0
        with producing(settings, "lz4") as producer:
            while not stopped.wait(TICK_SECONDS):
                for _ in range(round((time.monotonic() - begun) * per_second) - sent):
                    number, one = next(numbers), next(given)
                    made = replace(one, guid=f"burst-{number}", text=f"{one.text}\n\nBulletin {number}.")
                    producer.produce(ARTICLES.name, made.key.encode(), codec.encode(made))
                    sent += 1

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()


def burst(minutes: float, per_second: float) -> list[Look]:
    """A look every five seconds, while articles come so fast; the first articles, for which all is loaded, come before."""
    with kafka() as settings, worker(settings, "slow") as running:
        with fed(settings, per_second / 10):
            while _end(settings, OUTCOMES.name) < WARM:
                time.sleep(1)
        begun, looks = time.monotonic(), []
        with fed(settings, per_second):
            while time.monotonic() - begun < minutes * 60:
                time.sleep(LOOK_SECONDS)
                looks.append(_look(settings, running.pids, time.monotonic() - begun))
        return looks


def _look(settings: Settings, pids: Sequence[int], seconds: float) -> Look:
    own = [psutil.Process(pid) for pid in pids]
    children = [child for one in own for child in one.children(recursive=True)]
    rss_mb = sum(float(one.memory_info().rss) for one in (*own, *children)) / 2**20
    lag = sum(one.lag for one in group_lag(settings, "tickertape-annotate", [ARTICLES.name]))
    return Look(seconds, _end(settings, ARTICLES.name), _end(settings, OUTCOMES.name), lag, rss_mb)


def _end(settings: Settings, topic: str) -> int:
    return sum(end_offsets(settings, [topic]).values())


def report(looks: Sequence[Look]) -> list[Figure]:
    """What the looks say; memory grows in the second half or it does not."""
    first, last = looks[0], looks[-1]
    late = looks[len(looks) // 2 :]
    growth = slope([look.seconds / 60 for look in late], [look.rss_mb for look in late])
    came, settled = last.came - first.came, last.settled - first.settled
    seconds = last.seconds - first.seconds
    return [
        Figure("articles came", (came / seconds,), "a second"),
        Figure("articles were read", (settled / seconds,), "a second"),
        Figure("came ÷ were read", (came / max(1, settled),), "x"),
        Figure("wait in Kafka at the end", (float(last.lag),), "articles", note=f"{first.lag} at the first look"),
        Figure(
            "memory, highest", (max(look.rss_mb for look in looks),), "MB", note="worker and children, 1,536 allowed"
        ),
        Figure("memory, median", (statistics.median(look.rss_mb for look in looks),), "MB"),
        Figure("memory in the second half", (growth,), "MB/minute"),
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--per-second", type=float, default=400.0)
    options = parser.parse_args()
    for line in table(report(burst(options.minutes, options.per_second))):
        sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
