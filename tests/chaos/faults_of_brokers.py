"""B1-B6: Kafka dies, restarts, stays away, refuses."""

import time
from collections.abc import Callable

from pipeline.broker.admin import apply_topics
from pipeline.topics import ENTITIES
from tests.chaos.arena import WINDOW, Arena, Row, until
from tests.chaos.brokers import OwnBroker

UP_SECONDS = 60.0
RATE = 40.0


def b1(arena: Arena) -> Row:
    """Killed and started again, five times, under load."""
    return _bounced(arena, "B1", OwnBroker.kill, 5 if arena.thorough else 2)


def b2(arena: Arena) -> Row:
    """Stopped in order and started again."""
    return _bounced(arena, "B2", OwnBroker.stop, 2 if arena.thorough else 1)


def _bounced(arena: Arena, fault: str, down: Callable[[OwnBroker], None], times: int) -> Row:
    worker = arena.worker()
    back: list[float] = []
    with arena.watched(), arena.fed(RATE):
        # The first time before anything is committed: what is read then has nowhere to be sought back to.
        until(lambda: arena.outcomes_now() > 0, "the first outcome")
        for _ in range(times):
            down(arena.broker)
            time.sleep(arena.random.uniform(0.5, 3))
            arena.broker.start()
            back.append(_goes_on(arena))
            time.sleep(arena.random.uniform(1, 2))
    seconds = arena.settle(UP_SECONDS)
    arena.expect(worker.process.poll() is None, "the worker did not survive")
    worker.stop()
    confirmed = f"{len(arena.receipts)} confirmed to producers"
    return arena.row(
        fault, max(back), f"{times} times, {confirmed}, lag gone {seconds:.1f} s later", duplicates=times * 2 * WINDOW
    )


def _goes_on(arena: Arena) -> float:
    """How many seconds it takes until there are new outcomes."""
    before = arena.outcomes_now()
    return until(lambda: arena.outcomes_now() > before, "outcomes after the broker is back", UP_SECONDS)


def b4(arena: Arena) -> Row:
    """Away for longer than a worker waits: it says so and ends, nothing is acknowledged; the next one goes on."""
    worker = arena.worker(stall_seconds=8)
    with arena.watched(), arena.fed(RATE):
        time.sleep(2)
        arena.broker.kill()
        began = time.monotonic()
        code = worker.process.wait(90)
        gone = time.monotonic() - began
        arena.broker.start()
    arena.expect(code == 3, f"the worker ended with {code}, not 3")
    last = arena.worker()
    seconds = arena.settle(UP_SECONDS)
    last.stop()
    return arena.row("B4", seconds, f"the worker ended with {code} after {gone:.0f} s", duplicates=2 * WINDOW)


def b6(arena: Arena) -> Row:
    """An output topic takes nothing for a while (too few replicas), then only small records for ever."""
    worker = arena.worker()
    with arena.watched():
        arena.set_config(ENTITIES, "min.insync.replicas", "2")
        arena.send(arena.articles(60))
        time.sleep(5)
        arena.expect(arena.lag("annotate") == 60, "acknowledged what was not confirmed")
        arena.set_config(ENTITIES, "min.insync.replicas", "1")
        seconds = arena.settle(UP_SECONDS)
        arena.set_config(ENTITIES, "max.message.bytes", "900")
        arena.send(arena.articles(60))
        arena.settle(UP_SECONDS)
    apply_topics(arena.settings, arena.topics)
    worker.stop()
    return arena.row("B6", seconds, f"{arena.dead_letters()} refused for good", duplicates=2 * WINDOW)
