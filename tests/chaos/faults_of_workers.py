"""W1-W6: workers and their processes die, hang, stand still, come and go."""

import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

from pipeline.worker.failpoints import STEPS
from tests.chaos.arena import SMALL, WINDOW, Arena, Row, together, until
from tests.chaos.verifier import Measure
from tests.kafka.worker_world import Worker

BATCH = 16
# First, middle and last message of a batch; of what happens once a batch or once a second, the first three times.
MESSAGES = (1, BATCH // 2, BATCH)
ROUNDS = (1, 2, 3)
# More kills than these are shared among several pairs of workers, each with topics of its own.
FEW_KILLS = 20
RINGS = 4
ONCE_A_BATCH = (
    "submitted", "handled", "publishing", "half-published", "published", "state-without-outcome", "recorded", "committing",
    "committed",
)  # fmt: skip


def w1(arena: Arena) -> Row:
    """A worker dies at a labelled step; the next one, which dies at the next, goes on."""
    points = [(step, nth) for step in STEPS for nth in _times(step, arena.thorough)]
    with arena.watched():
        for step, nth in points:
            if not _died(arena, f"{step}:{nth}:SIGKILL"):
                arena.trouble.append(f"never came to {step} for the {nth}th time")
            arena.evict()
        last = arena.worker()
        seconds = arena.settle(60)
        last.stop()
    return arena.row("W1", seconds, f"{len(points)} points of {len(STEPS)} steps", duplicates=len(points) * 2 * WINDOW)


def _died(arena: Arena, failpoint: str) -> bool:
    """Whether a worker that is fed full batches dies at that point."""
    arena.send(arena.articles(3 * BATCH))
    worker = arena.start("annotate", **SMALL | {"failpoint": failpoint, "batch_articles": BATCH, "linger_seconds": 0.5})
    for _ in range(120):
        try:
            return worker.process.wait(0.5) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            if arena.lag("annotate") < BATCH:
                arena.send(arena.articles(BATCH))
    worker.kill()
    return False


def _times(step: str, thorough: bool) -> Iterator[int]:
    times = ROUNDS if step in ONCE_A_BATCH else MESSAGES
    yield from times if thorough else times[1:2]


def w2(arena: Arena) -> Row:
    """One of two workers is killed at random, again and again; another takes its place. Many kills: in several such rings."""
    rings = 1 if arena.kills <= FEW_KILLS else RINGS
    shares = [arena.kills // rings + (number < arena.kills % rings) for number in range(rings)]
    with ExitStack() as stack, ThreadPoolExecutor(rings) as pool:
        arenas = [stack.enter_context(arena.twin(number)) for number in range(rings)]
        rows = list(pool.map(_ring, arenas, shares))
        takeovers = [seconds for one in arenas for seconds in one.takeovers]
    late = max(takeovers)
    bound = f"{300 / arena.kills:.2g} % a kill at most, at 95 %"
    measured = f"{arena.kills} kills, takeover {late:.1f} s at most, {sum(takeovers) / len(takeovers):.1f} s on average"
    return together("W2", rows, f"{measured}, loss {bound}")


def _ring(arena: Arena, kills: int) -> Row:
    """Two workers, of which a random one is killed that many times; each time somebody has gone on before the next.

    In long runs without NLP processes, which take most of a start.
    """
    stage = "annotate" if kills <= FEW_KILLS else "inline"
    workers = [arena.worker(stage), arena.worker(stage)]
    with arena.watched(), arena.fed(per_second=20):
        for _ in range(kills):
            time.sleep(arena.random.uniform(0.0, 1.5))
            workers.pop(arena.random.randrange(len(workers))).kill()
            began, before = time.monotonic(), arena.seen
            workers.append(arena.start(stage, **SMALL))
            until(lambda: arena.seen > before, "outcomes after a kill", 120)  # noqa: B023
            arena.takeovers.append(time.monotonic() - began)
            workers[-1].ready()
    seconds = arena.settle(60)
    for worker in workers:
        worker.stop()
    return arena.row("W2", seconds, "", duplicates=kills * 2 * WINDOW)


def w3(arena: Arena) -> Row:
    """SIGTERM idle, in the middle of a batch, and while the reading hangs."""
    codes = []
    with arena.watched():
        idle = arena.worker()
        codes.append(_terminated(idle))
        arena.send(arena.articles(100, "Slow 0.02"))
        busy = arena.worker()
        until(lambda: arena.outcomes_now() > 10, "the first outcomes")
        began = time.monotonic()
        codes.append(_terminated(busy))
        drained = time.monotonic() - began
        arena.expect(arena.verdict(drained=False).duplicates == 0, "an orderly stop repeated something")
        arena.send(arena.articles(1, "Hang"))
        # With a second process: the partitions are read in any order, and what hangs need not be read last.
        hung = arena.worker(drain_seconds=5, batch_articles=1, batch_seconds=100, pool_workers=2)
        until(lambda: arena.lag("annotate") == 1, "all but the one that hangs")
        began = time.monotonic()
        codes.append(_terminated(hung))
        stuck = time.monotonic() - began
        last = arena.worker(batch_seconds=1)
        seconds = arena.settle(60)
        last.stop()
    arena.expect(codes == [0, 0, 3], f"exit codes {codes}, not 0, 0, 3")
    arena.measures += [Measure("I7", "drain in s", drained, 10), Measure("I7", "end of a hung one in s", stuck, 30)]
    return arena.row("W3", seconds, f"drained in {drained:.1f} s, ended hung after {stuck:.1f} s", duplicates=1)


def _terminated(worker: Worker) -> int:
    worker.signal(signal.SIGTERM)
    return worker.wait()


CULPRITS = {"Kill": "process-died", "Crash": "process-died", "Hang": "timed-out", "Spin": "timed-out",
            "Swallow": "handler-failed"}  # fmt: skip


def w4(arena: Arena) -> Row:
    """Articles that kill, crash, hang, block and exhaust the process that reads them, among others."""
    with arena.watched():
        for order in CULPRITS:
            arena.send([*arena.articles(20), *arena.articles(1, order), *arena.articles(20)])
        worker = arena.worker(batch_seconds=1, pool_workers=2)
        seconds = arena.settle(90)
        worker.stop()
    found = arena.codes()
    arena.expect(found == sorted(CULPRITS.values()), f"dead letters {found}, not {sorted(CULPRITS.values())}")
    return arena.row("W4", seconds, f"{len(found)} dead letters, of the culprits alone", duplicates=0)


def w5(arena: Arena) -> Row:
    """A worker stands still for longer than its session, and wakes up when another one has its partitions."""
    sleeper = arena.worker()
    with arena.watched(), arena.fed(per_second=40):
        time.sleep(2)
        sleeper.signal(signal.SIGSTOP)
        heir = arena.worker()
        time.sleep(80 if arena.thorough else 3)
        sleeper.signal(signal.SIGCONT)
        code = sleeper.wait()
    seconds = arena.settle(60)
    heir.stop()
    arena.expect(code == 3, f"who had stood still ended with {code}, not 3")
    return arena.row("W5", seconds, f"ended with {code} when it woke", duplicates=2 * WINDOW)


def w6(arena: Arena) -> Row:
    """Workers join and leave in order all the time."""
    times = 20 if arena.thorough else 3
    first = arena.worker()
    with arena.watched(), arena.fed(per_second=40):
        for _ in range(times):
            guest = arena.worker()
            time.sleep(arena.random.uniform(0, 2))
            guest, first = (guest, first) if arena.random.random() < 0.5 else (first, guest)
            guest.stop()
    seconds = arena.settle(60)
    first.stop()
    return arena.row("W6", seconds, f"{2 * times} rebalances", duplicates=0)
