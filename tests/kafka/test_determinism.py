"""However many workers share the articles, they write what one process writes that reads them one by one."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pipeline import codec
from pipeline.records import Article, Message, Outgoing
from pipeline.settings import Settings
from pipeline.stages.annotate import annotate, handle
from pipeline.stages.base import Work
from pipeline.topics import ARTICLES, BACKFILL, ENTITIES, EVENTS, OUTCOMES, TOPICS
from tests.bench.corpus import articles
from tests.kafka.worker_world import World

pytestmark = pytest.mark.kafka

COUNT = 60
WRITTEN = (ENTITIES, EVENTS, OUTCOMES)
Records = dict[str, list[tuple[bytes | None, bytes | None]]]


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    command = (str(Path(sys.executable).parent / "tickertape"), "worker")
    with World(settings, tmp_path, command, TOPICS, (ARTICLES, BACKFILL), OUTCOMES) as made:
        yield made


def test_one_worker_and_two_write_the_same_bytes(world: World) -> None:
    """The first half of the articles goes to one worker of two processes, the second to two workers."""
    given = articles(2 * COUNT)
    first = world.start("annotate")
    first.ready()
    feed(world, given[:COUNT])
    world.drained("annotate")
    second = world.start("annotate", pool_workers=1)
    second.ready()
    feed(world, given[COUNT:])
    world.drained("annotate")
    second.stop()
    first.stop()
    assert written(world) == read_alone(world.read(ARTICLES))


def feed(world: World, given: Sequence[Article]) -> None:
    world.feed((one.key.encode(), codec.encode(one)) for one in given)


def written(world: World) -> Records:
    """What the workers wrote, by topic."""
    return {topic.name: sorted_pairs(world.read(topic)) for topic in WRITTEN}


def read_alone(inputs: Sequence[Message]) -> Records:
    """What they should have written of these messages, which are all of different items."""
    results = [handle([Work(message=message)], Settings(), annotate=annotate)[0] for message in inputs]
    sent = [one for handled in results for one in (*handled.outgoing, handled.final) if one is not None]
    return {topic.name: sorted_pairs([one for one in sent if one.topic == topic.name]) for topic in WRITTEN}


def sorted_pairs(records: Sequence[Message | Outgoing]) -> list[tuple[bytes | None, bytes | None]]:
    """Keys and values; which partition and in which order is no part of it."""
    return sorted(((one.key, one.value) for one in records), key=lambda pair: (pair[0] or b"", pair[1] or b""))
