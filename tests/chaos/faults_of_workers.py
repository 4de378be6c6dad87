"""W1-W6: workers and their processes die, hang, stand still, come and go."""

import signal
import subprocess
import time
from collections.abc import Iterator

from pipeline.worker.failpoints import STEPS
from tests.chaos.arena import WINDOW, Arena, Row

BATCH = 16
# First, middle and last message of a batch; of what happens once a batch or once a second, the first three times.
MESSAGES = (1, BATCH // 2, BATCH)
ROUNDS = (1, 2, 3)
ONCE_A_BATCH = ("submitted", "handled", "committing", "committed")


def w1(arena: Arena) -> Row:
    """A worker dies at a labelled step; the next one, which dies at the next, goes on."""
    points = [(step, nth) for step in STEPS for nth in _times(step, arena.thorough)]
    with arena.watched():
        for step, nth in points:
            arena.send(arena.articles(3 * BATCH))
            worker = arena.worker(failpoint=f"{step}:{nth}:SIGKILL", batch_articles=BATCH, linger_seconds=0.5)
            for _ in range(20):
                try:
                    worker.process.wait(0.5)
                    break
                except subprocess.TimeoutExpired:
                    arena.send(arena.articles(BATCH))
            if worker.process.poll() != -signal.SIGKILL:
                arena.trouble.append(f"never came to {step} for the {nth}th time")
                worker.kill()
            arena.evict()
        last = arena.worker()
        seconds = arena.settle(60)
        last.stop()
    return arena.row("W1", seconds, f"{len(points)} points of {len(STEPS)} steps", duplicates=len(points) * 2 * WINDOW)


def _times(step: str, thorough: bool) -> Iterator[int]:
    times = ROUNDS if step in ONCE_A_BATCH else MESSAGES
    yield from times if thorough else times[1:2]


def w2(arena: Arena) -> Row:
    """One of two workers is killed at random, again and again; another takes its place."""
    workers = [arena.worker(), arena.worker()]
    takeovers = []
    with arena.watched(), arena.fed(per_second=60):
        for _ in range(arena.kills):
            time.sleep(arena.random.uniform(0.0, 2.0))
            victim = workers.pop(arena.random.randrange(len(workers)))
            victim.kill()
            began = time.monotonic()
            workers.append(arena.worker())
            takeovers.append(time.monotonic() - began)
    seconds = arena.settle(60)
    for worker in workers:
        worker.stop()
    bound = f"at most {300 / arena.kills:.2g} % a kill at 95 %"
    return arena.row(
        "W2", seconds, f"{arena.kills} kills, takeover {max(takeovers):.1f} s at most, loss {bound}",
        duplicates=arena.kills * 2 * WINDOW,
    )  # fmt: skip
