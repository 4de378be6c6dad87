"""A worker that is told to stop finishes what it began, commits exactly that, and leaves nothing behind."""

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pipeline.settings import Settings
from tests.kafka.worker_world import World
from tests.processes import eventually, living

pytestmark = pytest.mark.kafka


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    with World(settings, tmp_path) as made:
        yield made


def records(count: int, kind: str = "slow") -> list[tuple[bytes, bytes]]:
    return [(f"key {number % 40}".encode(), f"{kind}:{number}".encode()) for number in range(count)]


@pytest.mark.parametrize("stage", ["pooled", "inline"])
def test_sigterm_in_the_middle_repeats_nothing(world: World, stage: str) -> None:
    """Exit code 0 with work left; the next worker does the rest, and every input is handled exactly once."""
    world.feed(records(150))
    worker = world.start(stage)
    worker.ready()
    eventually(lambda: len(world.outcomes()) > 10, "the first outcomes")
    worker.stop()
    assert 0 < world.lag(stage) == 150 - len(world.outcomes())
    world.start(stage).ready()
    world.drained(stage)
    assert set(world.accounted().values()) == {1}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_children_too_still_drains(world: World, number: int) -> None:
    """A terminal's Ctrl-C and systemd's stop go to the whole group: the pool must outlive them until all is drained."""
    world.feed(records(150))
    worker = world.start("pooled")
    worker.ready()
    eventually(lambda: len(world.outcomes()) > 10, "the first outcomes")
    children = psutil.Process(worker.process.pid).children(recursive=True)
    worker.signal_group(number)
    assert worker.wait() == 0, worker.said
    assert living(children) == []
    assert world.lag("pooled") == 150 - len(world.outcomes())
    assert "process-died" not in worker.said


def test_a_second_ctrl_c_ends_at_once(world: World) -> None:
    """Who cannot wait need not: the process ends with 130, nothing unfinished acknowledged."""
    world.feed([(b"key", b"hang")])
    worker = world.start("pooled")
    worker.ready()
    time.sleep(0.5)
    worker.signal_group(signal.SIGINT)
    time.sleep(0.5)
    worker.signal_group(signal.SIGINT)
    assert worker.wait() == 130
    assert world.lag("pooled") == 1


def test_work_that_hangs_does_not_hold_up_the_stop(world: World) -> None:
    """Beyond `drain_seconds` the process ends non-zero; what was finished is not repeated, the rest is not lost."""
    world.feed([*records(20), (b"poison", b"hang"), *records(20)])
    worker = world.start("pooled", batch_articles=1, drain_seconds=2)
    worker.ready()
    eventually(lambda: len(world.outcomes()) == 40, "the neighbours' outcomes")
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 3, worker.said
    assert "not drained in time" in worker.said
    assert world.lag("pooled") > 0
    world.start("pooled", batch_seconds=1).ready()
    world.drained("pooled")
    world.accounted()
    assert world.dead() == [b"hang"]


def test_stages_in_one_process_are_groups_of_their_own(world: World) -> None:
    """Each stage reads everything; one SIGTERM drains them all."""
    world.feed(records(60, "quick"))
    worker = world.start("pooled", "inline")
    worker.ready()
    world.drained("pooled", "inline")
    worker.stop()
    assert len(world.outcomes()) == 120


def test_a_stage_that_cannot_go_on_ends_the_process(world: World) -> None:
    """A value of ours that breaks its schema is our bug: exit code 1, not acknowledged, no dead letter."""
    worker = world.start("pooled", "inline")
    worker.ready()
    world.feed([(b"key", b"contract")])
    assert worker.wait() == 1, worker.said
    assert world.lag("pooled") == world.lag("inline") == 1
    assert world.outcomes() == world.dead() == []
