"""Part `worker`: `tickertape worker` on an embedded Kafka beside what a user would do instead.

All contenders run from the first round to the last; who has no articles waits. Slow ones get every fifth article of a round,
so that a round ends, and are compared by characters a second.
"""

import sys
from collections.abc import Callable
from contextlib import ExitStack

from pipeline.settings import Settings
from tests.bench import world
from tests.bench.corpus import articles
from tests.bench.ratios import Figure, paired

ROUNDS = 5
ARTICLES = 1_500
SLOW_STRIDE = 5
WARM = 100

# Characters a second on articles (count, skip) of the corpus.
Speed = Callable[[int, int], float]


def measure() -> list[Figure]:
    """One worker of two processes; one process of each peer, and of quixstreams two as well; two processes without Kafka."""
    with ExitStack() as stack:
        settings = stack.enter_context(world.kafka())
        speeds = {
            "worker": _contender(stack.enter_context(world.worker(settings))),
            "naive_faust": _contender(stack.enter_context(world.peer(settings, "naive_faust")), SLOW_STRIDE),
            "quix": _contender(stack.enter_context(world.peer(settings, "quix")), SLOW_STRIDE),
            "quix2": _contender(stack.enter_context(world.peer(settings, "quix", processes=2)), SLOW_STRIDE),
            "bare": _bare(settings, stack),
        }
        for speed in speeds.values():
            speed(WARM * SLOW_STRIDE, 0)
        starts = range(WARM * SLOW_STRIDE, WARM * SLOW_STRIDE + ROUNDS * ARTICLES, ARTICLES)
        found = {name: [] for name in speeds}  # type: dict[str, list[float]]
        for start in starts:
            for name, speed in speeds.items():
                found[name].append(speed(ARTICLES, start))
    return _figures(found)


def _contender(running: world.Contender, stride: int = 1) -> Speed:
    return lambda count, skip: world.leg(running, articles(count, skip=skip)[::stride]).chars_per_second


def _bare(settings: Settings, stack: ExitStack) -> Speed:
    running = stack.enter_context(world.program([sys.executable, "-m", "tests.bench.peers.bare"], settings))

    def speed(count: int, skip: int) -> float:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write(f"{count} {skip}\n")
        running.stdin.flush()
        return sum(len(article.text) for article in articles(count, skip=skip)) / float(running.stdout.readline())

    return speed


def _figures(found: dict[str, list[float]]) -> list[Figure]:
    mean_chars = sum(len(article.text) for article in articles(ROUNDS * ARTICLES, skip=WARM * SLOW_STRIDE)) / (
        ROUNDS * ARTICLES
    )

    def ratio(label: str, name: str, key: str | None = None) -> Figure:
        return Figure(f"worker ÷ {label}", paired(found["worker"], found[name]), "x", key=key)

    def speed(label: str, name: str) -> Figure:
        return Figure(f"  {label}", tuple(chars / mean_chars for chars in found[name]), "articles/s")

    return [
        ratio("naive Faust agent", "naive_faust", "worker_vs_naive_faust"),
        ratio("annotate in quixstreams", "quix", "worker_vs_quixstreams"),
        ratio("annotate in quixstreams, two processes", "quix2"),
        ratio("two bare annotate processes, no Kafka", "bare", "worker_vs_bare"),
        speed("worker", "worker"),
        speed("naive Faust agent", "naive_faust"),
        speed("quixstreams", "quix"),
        speed("quixstreams, two processes", "quix2"),
        speed("two bare processes", "bare"),
    ]
