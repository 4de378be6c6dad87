"""Nothing is lost when a worker is killed, and what is repeated is repeated to the byte."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.settings import Settings
from tests.kafka.worker_world import World
from tests.processes import eventually
from tests.worker.stages import BACKFILL, LIVE

pytestmark = pytest.mark.kafka


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    with World(settings, tmp_path) as made:
        yield made


def records(count: int, kind: str = "slow") -> list[tuple[bytes, bytes]]:
    return [(f"key {number}".encode(), f"{kind}:{number}".encode()) for number in range(count)]


def test_killed_in_the_middle_and_started_again_loses_nothing(world: World) -> None:
    """SIGKILL with 500 messages on their way: the next worker completes them, only what was in flight is repeated."""
    world.feed(records(500))
    worker = world.start("pooled", window_articles=500)
    worker.ready()
    eventually(lambda: len(world.outcomes()) > 50, "the first outcomes")
    assert worker.kill() == []
    assert world.lag("pooled") > 0
    world.start("pooled").ready()
    world.drained("pooled")
    counts = world.accounted()
    assert set(world.values()) == {value for _, value in records(500)}
    assert max(counts.values()) <= 2


def test_of_two_workers_the_survivor_takes_over(world: World) -> None:
    """Both get partitions; when one is killed the other finishes its work."""
    first = world.start("pooled", pool_workers=1)
    first.ready()
    world.feed(records(150))
    second = world.start("pooled", pool_workers=1)
    second.ready()
    world.feed([(key, value + b" again") for key, value in records(150)], BACKFILL)
    eventually(lambda: len(world.outcomes()) > 60, "the first outcomes")
    first.kill()
    world.drained("pooled")
    world.accounted()
    assert set(world.values()) == {value + again for _, value in records(150) for again in (b"", b" again")}
    second.stop()


def test_workers_that_come_and_go_in_order_repeat_nothing(world: World) -> None:
    """A rebalance drains and commits first, so every input is handled exactly once."""
    world.feed(records(200))
    first = world.start("pooled", pool_workers=1)
    first.ready()
    second = world.start("pooled", pool_workers=1)
    second.ready()
    first.stop()
    world.feed(records(50), BACKFILL)
    world.drained("pooled")
    second.stop()
    assert set(world.accounted().values()) == {1}


def test_a_worker_that_stood_still_sends_nothing_more(world: World) -> None:
    """SIGSTOP beyond the session, then SIGCONT: it notices that it lost its partitions, and sends nothing more."""
    sleeper = world.start("pooled")
    sleeper.ready()
    world.feed(records(300))
    eventually(lambda: len(world.outcomes()) > 20, "the first outcomes")
    sleeper.signal(signal.SIGSTOP)
    heir = world.start("pooled")
    heir.ready()
    world.drained("pooled")
    before = len(world.outcomes())
    sleeper.signal(signal.SIGCONT)
    assert sleeper.wait() == 3, sleeper.said
    assert "stood still" in sleeper.said
    assert len(world.outcomes()) == before
    world.accounted()
    heir.stop()


def test_both_topics_partitions_of_one_number_go_to_one_worker(world: World) -> None:
    """A key's state is beside its messages whichever topic they come from: counts go on across topics and workers."""
    workers = [world.start("pooled", pool_workers=1), world.start("pooled", pool_workers=1)]
    for worker in workers:
        worker.ready()
    world.feed(records(40, "live"), LIVE)
    world.drained("pooled")
    world.feed(records(40, "backfill"), BACKFILL)
    world.drained("pooled")
    counts = [(outcome["topic"] == world.name(BACKFILL), outcome["count"]) for outcome in world.outcomes()]
    assert sorted(counts) == [(False, 1)] * 40 + [(True, 2)] * 40
    for worker in workers:
        worker.stop()
