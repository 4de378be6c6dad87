"""The same stories on real Kafka as in memory (tests/driver.py): what holds there holds here, through restarts and crashes."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import codec
from pipeline.records import Article
from pipeline.settings import Settings
from pipeline.topics import ARTICLES, BACKFILL, CURRENT, DEAD_LETTERS, EVENTS, FLAT, OUTCOMES, TOPICS, Topic
from tests.builders import AMBUSH, QUIET, TALKS, make_article
from tests.driver import Driver
from tests.kafka.test_worker_annotate import balanced, record
from tests.kafka.worker_world import World
from tests.processes import eventually

pytestmark = pytest.mark.kafka

BOTH = f"{TALKS} {AMBUSH}"
GUIDS = ("1", "2", "3", "4", "5")
# Not more inputs an item than the annotate stage remembers (RECENT_INPUTS), so that repeats are equal to the byte.
FIRST: tuple[dict[str, str], ...] = (
    {}, {}, {"version": "3", "text": BOTH}, {"version": "2"}, {"version": "4", "text": BOTH}, {"embargo_until": "tomorrow"},
)  # fmt: skip
SECOND = (
    {"version": "3", "text": BOTH}, {"version": "5", "text": QUIET}, {"version": "6", "text": AMBUSH}, {"language": "de"},
    {"version": "7", "status": "canceled"}, {"version": "6"}, {"version": "8", "text": BOTH},
)  # fmt: skip


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    command = (str(Path(sys.executable).parent / "tickertape"), "worker")
    with World(settings, tmp_path, command, TOPICS, (ARTICLES, BACKFILL), OUTCOMES) as made:
        yield made


def versions(changes: tuple[dict[str, str], ...]) -> list[Article]:
    """Of every item; the items take turns."""
    return [make_article(guid=guid, **change) for change in changes for guid in GUIDS]


def in_memory(articles: list[Article]) -> Driver:
    driver = Driver(batch=16)
    driver.pipe(*articles)
    return driver


def last(world: World, topic: Topic) -> dict[str, bytes]:
    """What compaction will leave of a topic."""
    found = {(message.key or b"").decode(): message.value for message in world.read(topic)}
    return {key: value for key, value in found.items() if value is not None}


def standing(view: dict[str, bytes]) -> dict[str, tuple[int, str]]:
    """Revision and kind of each event in a view."""
    events = {key: codec.decode(value)["data"] for key, value in view.items()}
    return {key: (event["revision"], event["kind"]) for key, event in events.items()}


def ends(outcomes: list[dict[str, object]]) -> list[tuple[object, object, tuple[object, ...]]]:
    """Article, outcome and event ids of each input, sorted; each input once."""
    once = {codec.encode(one["input"]): one for one in outcomes}
    return sorted((one["article_key"], one["outcome"], tuple(one["event_ids"])) for one in once.values())  # type: ignore[arg-type]


def test_versions_across_an_orderly_restart_and_a_crash(world: World) -> None:
    """States come back from their topic, and inputs that are delivered again have their first outcome, to the byte."""
    memory = in_memory(versions(FIRST + SECOND))
    world.feed(map(record, versions(FIRST)))
    worker = world.start()
    worker.ready()
    world.drained("annotate")
    worker.stop()
    world.feed(map(record, versions(SECOND)))
    seen = len(world.outcomes())
    worker = world.start()
    worker.ready()
    eventually(lambda: len(world.outcomes()) > seen, "outcomes of the second part")
    assert worker.kill() == []
    worker = world.start()
    worker.ready()
    world.drained("annotate")
    eventually(lambda: standing(last(world, CURRENT)) == standing(memory.view(CURRENT)), "the view as in memory")
    worker.stop()
    world.accounted()
    assert ends(world.outcomes()) == ends(memory.values(OUTCOMES))
    published = {codec.decode(message.value or b"")["id"] for message in world.read(EVENTS)}
    assert published == {event["id"] for event in memory.values(EVENTS)}
    assert last(world, FLAT).keys() == memory.view(FLAT).keys()
    assert balanced(world)


def test_messages_that_swell_what_is_said_about_them(world: World) -> None:
    """A key, and a version, larger than what the outcomes' topic takes: dead letters that hold them whole."""
    large_key, large_version = b"k" * 5_000_000, record(make_article(guid="large", version="9" * 5_000_000))
    world.feed([record(make_article()), (large_key, b"{"), large_version, record(make_article(guid="2"))])
    worker = world.start()
    worker.ready()
    world.drained("annotate")
    worker.stop()
    assert set(world.accounted().values()) == {1}
    ended = sorted((one["outcome"], (one["problem"] or {}).get("code")) for one in world.outcomes())
    assert ended == [
        ("dead-letter", "invalid-json"),
        ("dead-letter", "output-refused"),
        ("events", None),
        ("events", None),
    ]
    letters = [codec.decode(message.value or b"") for message in world.read(DEAD_LETTERS)]
    sizes = sorted((len(letter["key_base64"]), len(letter["value_base64"])) for letter in letters)
    assert [size > 6_600_000 for pair in sizes for size in pair] == [False, True, True, False]
    assert balanced(world)
