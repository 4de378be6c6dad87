"""Stories on real Kafka: many outlets, one story, whatever workers came and went in between."""

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import codec, ids
from pipeline.records import Article
from pipeline.settings import Settings
from pipeline.topics import (
    ARTICLES,
    BACKFILL,
    DEAD_LETTERS,
    OUTCOMES,
    SIGNATURES,
    STORIES,
    STORY_ARTICLES,
    STORY_INDEX,
    TOPICS,
)  # fmt: skip
from tests.builders import AMBUSH, TALKS, make_article
from tests.kafka.worker_world import World
from tests.processes import eventually
from tests.stages.test_gather import Shard, stream

pytestmark = pytest.mark.kafka
OUTLETS = {
    "reuters": TALKS,
    "daily": f"ANKARA, June 16 (Reuters) - {TALKS}",
    "herald": f"{TALKS} Officials of the ministry in Ankara said so.",
    "afp": TALKS.replace("postponed", "cancelled"),
    "ap": f"{TALKS} No new date was given.",
}


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    command = (str(Path(sys.executable).parent / "tickertape"), "worker")
    with World(settings, tmp_path, command, TOPICS, (ARTICLES, BACKFILL), OUTCOMES) as made:
        yield made


def record(article: Article) -> tuple[bytes, bytes]:
    return article.key.encode(), codec.encode(article)


def stories(world: World) -> list[tuple[int, list[str], str]]:
    """Articles, sources and kind of each story that stands."""
    last = {message.key: message.value for message in world.read_in_time(STORIES)}
    found = [codec.decode(value) for value in last.values() if value is not None]
    return sorted((one["articles"], one["sources"], one["kind"]) for one in found)


def test_five_outlets_and_a_worker_for_each(world: World) -> None:
    """Every second worker is killed; then one outlet corrects itself into another story, and one takes its article back."""
    founder = ids.digest("story", "reuters|1", "0")
    world.feed([record(make_article(provider="army", text=AMBUSH, headline="Convoy attacked"))])
    for number, (outlet, text) in enumerate(OUTLETS.items(), 1):
        worker = world.start()
        worker.ready()
        world.feed([record(make_article(provider=outlet, text=text))])
        eventually(lambda number=number: (number, founder) in told(world), f"{number} articles")  # type: ignore[misc]
        worker.kill() if number % 2 else worker.stop()
    assert stories(world) == [
        (1, ["army"], "assault"),
        (5, ["afp", "ap", "herald", "reuters"], "talks-postponed"),
    ]
    later = {"version": "2", "version_created_at": "2024-06-16T12:00:00Z"}
    world.feed([
        record(make_article(provider="herald", text=AMBUSH, headline="Convoy attacked", **later)),
        record(make_article(provider="reuters", status="canceled", text="", **later)),
    ])  # fmt: skip
    worker = world.start()
    worker.ready()
    expected = [(2, ["army", "herald"], "assault"), (3, ["afp", "ap", "reuters"], "talks-postponed")]
    eventually(lambda: stories(world) == expected, "the correction and the cancel")
    worker.stop()
    assert world.read(DEAD_LETTERS) == []


def told(world: World) -> set[tuple[int, str]]:
    """(articles, story) of all that was published of stories."""
    values = [codec.decode(message.value) for message in world.read(STORIES) if message.value is not None]
    return {(one["articles"], one["story_id"]) for one in values}


def test_killed_amid_a_run_the_stories_are_those_of_a_calm_day(settings: Settings, tmp_path: Path) -> None:
    """Six hundred signatures of one language, a worker killed three times; to the byte, but for what was told twice."""
    command = (str(Path(sys.executable).parent / "tickertape"), "worker")
    with World(settings, tmp_path, command, TOPICS, (SIGNATURES,), OUTCOMES) as world:
        for number in range(3):
            world.feed([(message.key, message.value) for message in stream(random.Random(number), 200)])
            worker = world.start("gather")
            worker.ready()
            eventually(lambda number=number: len(world.read(STORY_ARTICLES)) > 170 * number, "a run")  # type: ignore[misc]
            worker.kill()
        worker = world.start("gather", "stories")
        worker.ready()
        world.drained("gather")
        worker.stop()
        calm = Shard()
        for message in world.read(SIGNATURES):
            calm.gather(message)
        assert {(one.key, one.value) for one in world.read(STORY_ARTICLES)} == {
            (one.key, one.value) for one in calm.told
        }
        index = {one.key: one.value for one in world.read(STORY_INDEX)}
        assert index == index | {b"en|" + name: value for name, value in calm.parts.items()} | {b"en": calm.state}
        assert {key for key, value in index.items() if value is not None} == {
            b"en",
            *(b"en|" + one for one in calm.parts),
        }
        assert world.read(DEAD_LETTERS) == []
