"""The views that the route stage keeps on real Kafka: as it stands, flat, by family; a cancel leaves tombstones."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import codec
from pipeline.records import Article
from pipeline.settings import Settings
from pipeline.topics import ARTICLES, BACKFILL, CURRENT, EVENTS, FAMILIES, FLAT, OUTCOMES, TOPICS
from tests.builders import AMBUSH, TALKS, make_article
from tests.kafka.worker_world import World
from tests.processes import eventually

pytestmark = pytest.mark.kafka


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    command = (str(Path(sys.executable).parent / "tickertape"), "worker")
    with World(settings, tmp_path, command, TOPICS, (ARTICLES, BACKFILL), OUTCOMES) as made:
        yield made


def record(article: Article) -> tuple[bytes, bytes]:
    return article.key.encode(), codec.encode(article)


def test_article_corrected_and_canceled(world: World) -> None:
    """One event is confirmed by a correction, one comes, all go with the cancel; every family hears of its own."""
    versions = [
        make_article(text=TALKS),
        make_article(version="2", version_created_at="2024-06-16T08:30:00Z", text=f"{TALKS} {AMBUSH}"),
        make_article(version="3", version_created_at="2024-06-16T09:30:00Z", status="canceled", text=""),
    ]
    world.feed(map(record, versions))
    worker = world.start()
    worker.ready()
    eventually(lambda: len(world.outcomes()) == 3, "three outcomes")
    eventually(lambda: len(world.read(CURRENT)) == 5, "two events, one of them twice, and two tombstones")
    worker.stop()
    published = [codec.decode(message.value or b"") for message in world.read_in_time(EVENTS)]
    talks, ambush = published[0]["subject"], published[2]["subject"]
    assert [(one["type"].split(".")[2], one["subject"], one["data"]["revision"]) for one in published] == [
        ("detected", talks, 1),
        ("updated", talks, 2),
        ("detected", ambush, 1),
        ("retracted", talks, 3),
        ("retracted", ambush, 2),
    ]
    for view in (CURRENT, FLAT):
        last = {message.key: message.value for message in world.read_in_time(view)}
        assert last == {talks.encode(): None, ambush.encode(): None}
    heard = {family: len(world.read(topic)) for family, topic in FAMILIES.items()}
    assert heard == {"diplomacy": 3, "peace": 0, "conflict": 2, "unrest": 0, "assistance": 0}
    assert [outcome["outcome"] for outcome in world.outcomes()] == ["events", "events", "retracted"]
