"""`make soak`: everything at random for a long time, and what is then missing, repeated, contradictory or foreign.

Articles, corrections, repeats and hostile ones come in all the while; workers are killed, stopped, put to sleep, joined by
others; processes of theirs die; the broker is killed and restarted. Everything random follows from the seed.
"""

import argparse
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

import psutil

from pipeline.records import Article
from pipeline.settings import Settings
from tests.chaos.arena import WINDOW, Arena, article
from tests.chaos.brokers import OwnBroker
from tests.kafka.worker_world import Worker

RATE = 20.0
MOST_WORKERS = 3
PAUSE_SECONDS = (0.0, 5.0)
# A worker that starts while two others are killed, on a busy machine.
PATIENCE_SECONDS = 40.0
# Orders that a reading process does not survive, and ordinary articles, by weight: each of the former costs it some seconds.
ORDERS = {"": 3000, "Slow 0.05": 100, "Kill": 1, "Crash": 1, "Spin": 1}


class Soak:
    """The workers of an arena, and what may happen to them."""

    def __init__(self, arena: Arena) -> None:
        self.arena, self.random = arena, arena.random
        self.workers: list[Worker] = []
        self.done: Counter[str] = Counter()

    def run(self, seconds: float) -> None:
        """One thing after another, until the time is up; then whoever is left finishes."""
        acts: list[tuple[Callable[[], object], int]] = [
            (self.kill, 6), (self.stop, 3), (self.join, 6), (self.sleep, 1), (self.kill_child, 3), (self.kill_broker, 1),
            (self.restart_broker, 1),
        ]  # fmt: skip
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.bury()
            act = self.random.choices([act for act, _ in acts], [weight for _, weight in acts])[0]
            if self.workers or act == self.join:
                act()
                self.done[act.__name__] += 1
            self.breathe()

    def breathe(self) -> None:
        """A pause, and then until somebody has read on: a fault is worth nothing where nobody works."""
        time.sleep(self.random.uniform(*PAUSE_SECONDS))
        before, waited = self.arena.seen, time.monotonic()
        while self.arena.seen == before and time.monotonic() - waited < PATIENCE_SECONDS:
            self.bury()
            time.sleep(0.5)

    def finish(self, limit_seconds: float) -> float:
        """Until nothing lags; whoever ends is replaced. How long it took."""
        began = time.monotonic()
        while self.arena.lag("annotate") and time.monotonic() - began < limit_seconds:
            self.bury()
            time.sleep(1)
        return self.arena.settle(1) + time.monotonic() - began

    def bury(self) -> None:
        """Forget workers that ended (by themselves, after an outage), as a supervisor would before it starts others."""
        ended = [worker for worker in self.workers if worker.process.poll() is not None]
        self.workers = [worker for worker in self.workers if worker not in ended]
        for worker in ended:
            self.done[f"ended with {worker.process.returncode}"] += 1
        if not self.workers:
            self.join()

    def join(self) -> None:
        """One more worker; it is not waited for."""
        if len(self.workers) < MOST_WORKERS:
            self.workers.append(self.arena.start("annotate", pool_workers=1, window_articles=WINDOW, batch_seconds=2,
                                                 stall_seconds=90))  # fmt: skip

    def kill(self) -> None:
        """The kernel's way."""
        self._any().process.kill()

    def stop(self) -> None:
        """The orderly way."""
        self._any().signal(signal.SIGTERM)

    def sleep(self) -> None:
        """Beyond its session, while others go on."""
        worker = self._any()
        worker.signal(signal.SIGSTOP)
        time.sleep(self.random.uniform(3, 12))
        worker.signal(signal.SIGCONT)

    def kill_child(self) -> None:
        """One of the processes behind a worker."""
        children = psutil.Process(self._any().process.pid).children(recursive=True)
        if children:
            self.random.choice(children).kill()

    def kill_broker(self) -> None:
        """And start it again."""
        self.arena.broker.kill()
        time.sleep(self.random.uniform(0, 3))
        self.arena.broker.start()

    def restart_broker(self) -> None:
        """In order."""
        self.arena.broker.stop()
        self.arena.broker.start()

    def _any(self) -> Worker:
        return self.random.choice(self.workers)


class Mixed(Arena):
    """An arena whose articles are corrected, repeated, delayed, and now and then deadly."""

    def articles(self, number: int, first_line: str = "", **fields: object) -> list[Article]:
        return [self._one() for _ in range(number)]

    def _one(self) -> Article:
        count = next(self._numbers)
        if count > 20 and self.random.random() < 0.3:  # an earlier one again, as it was or in another version
            version = self.random.choice((1, 1, 2, 3))
            again = article(self.random.randrange(max(0, count - 500), count))
            return replace(again, version=str(version), text=f"{again.text}\nRebels 9 attacked version {version}.")
        order = self.random.choices(list(ORDERS), list(ORDERS.values()))[0]
        return article(count, order)


@contextmanager
def arena(seed: int, folder: Path) -> Iterator[Mixed]:
    """A world with a broker of its own."""
    broker = OwnBroker(folder / "kafka")
    try:
        settings = Settings(brokers=broker.bootstrap, topic_prefix=f"soak-{seed}.", partitions=6)
        world = Mixed(settings, folder, seed=seed, own=broker)
        with world:
            yield world
    finally:
        broker.stop()


def main() -> int:
    """0 if nothing is missing, contradictory or foreign."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    folder = Path(mkdtemp(prefix="tickertape-soak-"))
    with arena(options.seed, folder) as world:
        soak = Soak(world)
        with world.watched(), world.fed(RATE):
            soak.run(options.minutes * 60)
        seconds = soak.finish(240)
        row = world.row("soak", seconds, "", duplicates=soak.done.total() * 2 * WINDOW)
        for worker in soak.workers:
            worker.process.kill()
    _say(f"{options.minutes:g} minutes, seed {options.seed}: {row.measured}{dict(soak.done)}")
    _say(f"missing {row.lost}  duplicate {row.duplicates}  conflicting {row.conflicting}  foreign {row.foreign}"
         f"  lag gone after {seconds:.1f} s  (logs of the workers in {folder})")  # fmt: skip
    for sentence in row.broken[:20]:
        _say(f"  {sentence}")
    return 0 if row.held else 1


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
