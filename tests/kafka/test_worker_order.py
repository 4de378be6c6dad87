"""Messages of one key one after the other, live before backfill, and states that outlive the worker."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import codec
from pipeline.settings import Settings
from tests.kafka.worker_world import World
from tests.processes import eventually
from tests.worker.stages import BACKFILL, LIVE, OUTCOMES

pytestmark = pytest.mark.kafka


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    with World(settings, tmp_path) as made:
        yield made


def counts(world: World) -> list[int]:
    """The counts of the one key, in the order of its messages."""
    outcomes = {(one["topic"], one["offset"]): one["count"] for one in world.outcomes()}
    return [outcomes[place] for place in sorted(outcomes)]


def test_each_message_sees_the_state_that_the_one_before_left(world: World) -> None:
    """Forty messages of one key in one go, on two processes: they count to forty."""
    world.feed([(b"key", b"%d" % number) for number in range(40)])
    worker = world.start("pooled", batch_articles=4)
    worker.ready()
    world.drained("pooled")
    worker.stop()
    assert counts(world) == list(range(1, 41))


def test_the_next_worker_has_the_states_of_the_last(world: World) -> None:
    """Read back from the compacted topic, after a violent end."""
    first = world.start("pooled")
    first.ready()
    world.feed([(b"key", b"%d" % number) for number in range(10)])
    world.drained("pooled")
    first.kill()
    world.feed([(b"key", b"%d" % number) for number in range(10)])
    world.start("pooled").ready()
    world.drained("pooled")
    assert counts(world) == list(range(1, 21))


def test_backfill_takes_what_live_leaves(world: World) -> None:
    """Live messages that arrive in the middle of a long backfill overtake it."""
    world.feed([(b"old %d" % number, b"slow:%d" % number) for number in range(200)], BACKFILL)
    worker = world.start("pooled", pool_workers=1, batch_articles=4)
    worker.ready()
    eventually(lambda: len(world.outcomes()) > 10, "the first backfill")
    world.feed([(b"new %d" % number, b"slow:%d" % number) for number in range(20)], LIVE)
    world.drained("pooled")
    worker.stop()
    topics = [codec.decode(message.value or b"")["topic"] for message in world.read_in_time(OUTCOMES)]
    after_live = topics[::-1].index(world.name(LIVE))
    assert topics.count(world.name(LIVE)) == 20
    assert after_live > 50
