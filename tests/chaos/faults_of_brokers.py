"""B1-B6: Kafka dies, restarts, stays away, refuses."""

import time
from collections.abc import Callable

from pipeline.topics import EVENTS
from tests.chaos.arena import WINDOW, Arena, Row, until
from tests.chaos.brokers import OwnBroker
from tests.chaos.verifier import Measure

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
    """An output topic takes small records only: Kafka refuses whole batches for one of them."""
    with arena.watched():
        worker = arena.worker()
        arena.set_config(EVENTS, "max.message.bytes", "3000")
        noise = arena.random.randbytes(2500).hex()  # which does not compress well
        for _ in range(3):
            arena.send([*arena.articles(20), *arena.articles(3, headline=noise), *arena.articles(20)])
        seconds = arena.settle(UP_SECONDS)
        worker.stop()
    refused = set(arena.codes())
    arena.expect(refused == {"output-refused"}, f"dead letters {refused}, not only output-refused")
    return arena.row("B6", seconds, f"{arena.dead_letters()} of 6 with events refused", duplicates=0)


def b3(arena: Arena) -> Row:
    """Each of three brokers in turn is killed, leader and controller among them; at last two at once."""
    cluster, stalls = arena.cluster, []
    worker = arena.worker()
    with arena.watched(), arena.fed(RATE):
        until(lambda: arena.outcomes_now() > 0, "the first outcome")
        for node in cluster.nodes:
            cluster.kill(node)
            stalls.append(_goes_on(arena))
            time.sleep(5)
            cluster.start(node)
            time.sleep(15)
        cluster.kill(1)
        cluster.kill(2)
        time.sleep(5)
        cluster.start(1)
        cluster.start(2)
        stalls.append(_goes_on(arena))
    seconds = arena.settle(UP_SECONDS)
    alone = max(stalls[:-1])
    arena.measures.append(Measure("I7", "seconds without one of three brokers", alone, 20))
    arena.expect(worker.process.poll() is None, "the worker did not survive")
    worker.stop()
    measured = f"{len(arena.receipts)} confirmed, {alone:.1f} s without one, {stalls[-1]:.1f} s after losing two"
    return arena.row("B3", seconds, measured, duplicates=2 * WINDOW)
