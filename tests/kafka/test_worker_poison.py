"""What a message does to its process, or Kafka to its output, harms no other message."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from pipeline.broker.admin import apply_topics
from pipeline.settings import Settings
from pipeline.topics import Topic
from tests.kafka.worker_world import World
from tests.worker.stages import OUT, TOO_LARGE

pytestmark = pytest.mark.kafka


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    with World(settings, tmp_path) as made:
        yield made


GOOD = [(f"key {number}".encode(), f"good {number}".encode()) for number in range(40)]


def codes(world: World) -> list[str]:
    return sorted(outcome["code"] for outcome in world.outcomes() if outcome["outcome"] == "dead-letter")


def test_culprits_stand_alone_in_the_dead_letters(world: World) -> None:
    """One kills its process, one hangs, one raises; their neighbours of the same batch are handled as if nothing were."""
    bad = [(b"poison 1", b"kill"), (b"poison 2", b"hang"), (b"poison 3", b"raise")]
    world.feed([*GOOD[:10], bad[0], *GOOD[10:20], bad[1], *GOOD[20:30], bad[2], *GOOD[30:]])
    worker = world.start("pooled", batch_seconds=1)
    worker.ready()
    world.drained("pooled")
    worker.stop()
    assert set(world.accounted().values()) == {1}
    assert codes(world) == ["handler-failed", "process-died", "timed-out"]
    assert world.dead() == [b"hang", b"kill", b"raise"]
    assert world.values() == sorted(value for _, value in GOOD)


def test_a_stage_in_the_workers_own_process_may_raise_too(world: World) -> None:
    """Inline stages have no process to lose, but the same fate for a message that they cannot handle."""
    world.feed([*GOOD, (b"poison", b"raise")])
    worker = world.start("inline")
    worker.ready()
    world.drained("inline")
    worker.stop()
    assert codes(world) == ["handler-failed"]
    assert world.values() == sorted(value for _, value in GOOD)


def test_values_are_bytes_and_nothing_else(world: World) -> None:
    """No value, an empty one, no text at all, a large one, no key: Faust hands it over untouched."""
    odd = [(b"a", None), (b"b", b""), (b"c", b"\x00\xff"), (b"d", b"x" * 90_000), (None, b"without a key")]
    world.feed(odd)
    worker = world.start("inline")
    worker.ready()
    world.drained("inline")
    worker.stop()
    assert world.values() == sorted((value or None for _, value in odd), key=lambda one: one or b"")


def test_an_output_above_the_topics_limit_is_refused_before_it_is_sent(world: World) -> None:
    """The dead letter takes the place of all its outputs."""
    world.feed([*GOOD, (b"poison", b"big"), *GOOD])
    worker = world.start("pooled")
    worker.ready()
    world.drained("pooled")
    worker.stop()
    assert set(world.accounted().values()) == {1}
    assert codes(world) == ["output-refused"]
    assert TOO_LARGE not in world.values()


def test_an_output_that_kafka_itself_refuses(world: World, settings: Settings) -> None:
    """The topic takes less than we think: Kafka refuses whole batches, and then the idempotent producer's next ones."""
    apply_topics(settings, [Topic(name=OUT.name, key="any", schema="none", max_message_bytes=600)])
    noise = Random(3)  # which does not compress
    good = [(key, b"good:" + noise.randbytes(300)) for key, _ in GOOD]
    bad = [(b"poison %d" % number, b"bad:" + noise.randbytes(700)) for number in range(3)]
    world.feed([*good[:20], *bad, *good[20:]])
    worker = world.start("pooled")
    worker.ready()
    world.drained("pooled")
    worker.stop()
    assert set(world.accounted().values()) == {1}
    assert codes(world) == ["output-refused"] * 3
    assert world.dead() == sorted(value for _, value in bad)
    assert set(world.values()) == {value for _, value in good}


def test_a_broken_idle_process_is_replaced(world: World) -> None:
    """The pool goes on when its processes are killed while they have nothing to do."""
    import psutil

    worker = world.start("pooled")
    worker.ready()
    world.feed(GOOD[:5])
    world.drained("pooled")
    for child in psutil.Process(worker.process.pid).children(recursive=True):
        if "forkserver" in " ".join(child.cmdline()) and child.children() == []:
            child.kill()
    world.feed(GOOD[5:])
    world.drained("pooled")
    worker.stop()
    assert world.values() == sorted(value for _, value in GOOD)
    assert world.dead() == []
