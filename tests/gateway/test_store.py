"""The store: a copy of the topics that converges, that is read whole or not at all, and thrown away when it cannot be."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import codec
from pipeline.broker.consume import Batch
from pipeline.gateway import filters, queries
from pipeline.gateway.filters import FilterError, Filters
from pipeline.gateway.marks import Mark
from pipeline.gateway.store import Place, Store
from pipeline.records import Message
from pipeline.topics import CURRENT, EVENTS, OUTCOMES, SOURCE_STATE, STATE, STORIES
from tests.builders import START_MS
from tests.gateway.events import detected, message, name, retracted

EVERYTHING = Filters({})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gateway" / "events.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    made = Store(path, "")
    made.clear("cluster", "0badcafe")
    yield made
    made.close()


def batch(*messages: Message) -> Batch:
    return Batch(messages=messages, positions={(one.topic, one.partition): one.offset + 1 for one in messages})


def listed(path: Path, asked: Filters = EVERYTHING) -> list[tuple[str, int, str]]:
    database = sqlite3.connect(path)
    page = queries.page(database, asked, 100, None)
    database.close()
    told = [codec.decode(value) for value in page.events]
    return [(one["event_id"], one["revision"], one["change"]) for one in told]


def test_events_are_updated_and_taken_back(store: Store, path: Path) -> None:
    """The last revision counts; of what was taken back, what it said last and why it went is kept."""
    changes = store.apply(batch(
        message(detected(1), 0), message(detected(2), 1), message(detected(1, revision=2, change="updated", kind="talks"), 2),
        message(retracted(2, 2), 3),
    ))  # fmt: skip
    assert [(one.name, one.offset, one.before is None) for one in changes] == [
        ("detected", 0, True), ("detected", 1, True), ("updated", 2, False), ("retracted", 3, False),
    ]  # fmt: skip
    assert listed(path) == [(name(2), 2, "retracted"), (name(1), 2, "updated")]
    assert listed(path, filters.parse([("kind", "talks")])) == [(name(1), 2, "updated")]
    database = sqlite3.connect(path)
    event, revisions = queries.event(database, name(2))
    assert codec.decode(event or b"")["reason"] == "canceled"
    assert revisions == [detected(2), retracted(2, 2)]
    assert queries.counts(database) == {"events": 1, "retracted": 1, "held": 0}
    database.close()


def test_repeated_delivery_changes_nothing(store: Store, path: Path) -> None:
    """A worker that was killed writes the same again, further on."""
    store.apply(batch(message(detected(1), 0), message(detected(1, revision=2), 1)))
    assert store.apply(batch(message(detected(1), 2), message(detected(1, revision=2), 3))) == []
    assert listed(path) == [(name(1), 2, "detected")]
    assert store.places() == {(EVENTS.name, 0): Place(next=4, first=0)}


def test_compacted_topic_and_history_come_together(store: Store, path: Path) -> None:
    """What Kafka's history has forgotten stands; what the view knows already is not put back by older revisions."""
    current = [
        message(detected(1, revision=3), 0, topic=CURRENT.name, key=name(1).encode()),
        message(detected(2), 1, topic=CURRENT.name, key=name(2).encode()),
        message(None, 2, topic=CURRENT.name, key=name(2).encode()),
        message(b"no json", 3, topic=CURRENT.name, key=name(4).encode()),
    ]
    store.build(current, {(EVENTS.name, 0): 7})
    assert listed(path) == [(name(1), 3, "detected")]
    store.apply(
        batch(message(detected(1, revision=2), 7), message(detected(1, revision=3), 8), message(retracted(1, 4), 9))
    )
    assert listed(path) == [(name(1), 4, "retracted")]
    assert store.places() == {(EVENTS.name, 0): Place(next=10, first=7)}


def test_retraction_of_an_unknown_event_is_for_everyone(store: Store, path: Path) -> None:
    """Nobody can say whether it was in what a client asked for."""
    (change,) = store.apply(batch(message(retracted(9, 2), 0)))
    assert change.matters(filters.parse([("kind", "other")])) is True
    assert listed(path) == []


def test_update_that_leaves_the_filter_is_told(store: Store) -> None:
    """With `matches` false; what never was in it is not."""
    asked = filters.parse([("min_confidence", "0.7")])
    first, second = store.apply(batch(message(detected(1), 0), message(detected(1, revision=2, confidence=0.5), 1)))
    assert (first.matters(asked), second.matters(asked)) == (True, False)
    assert codec.decode(second.encoded(matches=False))["data"]["matches"] is False
    (third,) = store.apply(batch(message(detected(1, revision=3, confidence=0.4), 2)))
    assert third.matters(asked) is None


@pytest.mark.parametrize("value", [b"", b"{", b"[]", b"{}", b'{"type":"news.event.detected.v1"}', None])
def test_unreadable_message_is_left_out(store: Store, path: Path, value: bytes | None) -> None:
    """And read past."""
    assert len(store.apply(batch(message(value, 0), message(detected(1), 1)))) == 1
    assert listed(path) == [(name(1), 1, "detected")]


def test_other_topics_are_remembered(store: Store, path: Path) -> None:
    """Outcomes by article, the last state of each source, which articles wait."""
    outcome = codec.encode(
        {"input": {"topic": "t", "partition": 1, "offset": 7}, "article_key": "test|1", "outcome": "no-event"}
    )
    store.apply(batch(
        message(outcome, 0, topic=OUTCOMES.name),
        message(b'{"source":"a"}', 0, topic=SOURCE_STATE.name, key=b"a"),
        message(b'{"source":"a","articles":2}', 1, topic=SOURCE_STATE.name, key=b"a"),
        message(b'{"held":{"until":null}}', 0, topic=STATE.name, key=b"test|1"),
        message(b'{"held":{"until":null}}', 1, topic=STATE.name, key=b"test|2"),
        message(b'{"held":null}', 2, topic=STATE.name, key=b"test|2"),
    ))  # fmt: skip
    database = sqlite3.connect(path)
    assert queries.article(database, "test|1") == ([], [outcome])
    assert queries.latest(database, SOURCE_STATE.name, 9, None) == ([b'{"source":"a","articles":2}'], None)
    assert queries.counts(database)["held"] == 1
    database.close()


def told(path: Path, asked: Filters = EVERYTHING) -> list[str]:
    database = sqlite3.connect(path)
    stories, _ = queries.stories(database, asked, 9, None)
    database.close()
    return [codec.decode(value)["story_id"] for value in stories]


def test_stories_are_found_by_the_events_that_they_tell_now(store: Store, path: Path) -> None:
    """An event that a story tells no more does not find it; one that came after the story does; a story that is gone is gone."""

    def story(offset: int, *numbers: int) -> Message:
        value = codec.encode({"story_id": "s", "event_ids": [name(number) for number in numbers]})
        return message(value, offset, topic=STORIES.name, key=b"s")

    kind = filters.parse([("kind", "ceasefire")])
    both = filters.parse([("kind", "ceasefire"), ("modality", "denied")])
    store.apply(batch(story(0, 1, 1, 2), message(detected(1, kind="ceasefire"), 0)))
    store.apply(batch(message(detected(2, modality="denied"), 1)))
    assert (told(path), told(path, kind), told(path, both)) == (["s"], ["s"], [])
    store.apply(batch(story(1, 2)))
    assert (told(path), told(path, kind)) == (["s"], [])
    store.apply(batch(story(2, 1), message(None, 3, topic=STORIES.name, key=b"s")))
    assert (told(path), told(path, kind)) == ([], [])


def test_pages_join_without_gap_or_repeat(store: Store, path: Path) -> None:
    """While new events come in between; the same instant is no obstacle."""
    store.apply(batch(*(message(detected(number), number) for number in range(25))))
    database = sqlite3.connect(path)
    found: list[str] = []
    cursor: str | None = None
    for number in range(100, 110):
        page = queries.page(database, EVERYTHING, 10, cursor)
        found += [codec.decode(value)["event_id"] for value in page.events]
        cursor = page.next
        if cursor is None:
            break
        store.apply(batch(message(detected(number), number)))
    database.close()
    assert found == [name(number) for number in range(24, -1, -1)]


@pytest.mark.parametrize("cursor", ["x", "!!", "bm9uZQ", "é"])
def test_foreign_cursor_is_refused(store: Store, path: Path, cursor: str) -> None:
    database = sqlite3.connect(path)
    with pytest.raises(FilterError, match="cursor"):
        queries.page(database, EVERYTHING, 10, cursor)
    database.close()


def test_changes_after_a_mark(store: Store, path: Path) -> None:
    """Those beyond it in each partition, in the order in which they were read."""
    store.apply(batch(message(detected(1), 0), message(detected(2), 0, partition=1), message(detected(3), 1)))
    store.apply(batch(message(detected(4), 1, partition=1)))
    database = sqlite3.connect(path)
    assert queries.mark(database) == Mark({0: 1, 1: 1}, "0badcafe")

    def after(offsets: dict[int, int], limit: int = 9) -> tuple[list[tuple[int, int]], bool]:
        changes, done = queries.changes_after(database, offsets, store.seq(), limit)
        return [(one.partition, one.offset) for one in changes], done

    assert after({}) == ([(0, 0), (1, 0), (0, 1), (1, 1)], True)
    assert after({0: 0, 1: 1}) == ([(0, 1)], True)
    assert after({0: 1, 1: -1}, 1) == ([(1, 0)], False)
    assert after({0: 1, 1: 1}) == ([], True)
    database.close()


def test_store_is_kept(store: Store, path: Path) -> None:
    """Opened again it is as it was."""
    store.apply(batch(message(detected(1), 0)))
    store.close()
    again = Store(path, "")
    assert (again.told("cluster"), again.seq(), again.places()) == (
        "cluster",
        1,
        {(EVENTS.name, 0): Place(next=1, first=0)},
    )
    again.close()


@pytest.mark.parametrize("damage", ["garbage", "torn", "version", "empty"])
def test_unusable_store_is_begun_anew(store: Store, path: Path, damage: str) -> None:
    """Nothing of it is read."""
    store.apply(batch(*(message(detected(number), number) for number in range(200))))
    store.close()
    content = path.read_bytes()
    if damage == "version":
        database = sqlite3.connect(path)
        database.execute("PRAGMA user_version = 99")
        database.close()
    else:
        torn = content[: len(content) // 2] + b"\xff" * 4096
        path.write_bytes({"garbage": b"no database" * 100, "torn": torn, "empty": b""}[damage])
    again = Store(path, "")
    assert (again.told("cluster"), again.told("built"), again.places(), listed(path)) == (None, None, {}, [])
    again.close()


def test_failed_batch_leaves_nothing(store: Store, path: Path) -> None:
    """Offsets and rows go together."""
    bad = Batch(messages=(message(detected(1), 0),), positions={(EVENTS.name, 0): None})  # type: ignore[dict-item]
    with pytest.raises(sqlite3.IntegrityError):
        store.apply(bad)
    assert (listed(path), store.places(), store.seq()) == ([], {}, 0)


def test_what_kafka_forgot_is_forgotten(store: Store, path: Path) -> None:
    """Revisions before its begin, and old events that were taken back; events that stand stay."""
    store.apply(
        batch(message(detected(1), 0), message(detected(2), 1), message(retracted(2, 2), 2), message(detected(3), 3))
    )
    store.prune({(EVENTS.name, 0): 3}, START_MS + 3)
    assert [found[0] for found in listed(path)] == [name(3), name(1)]
    assert (store.places()[EVENTS.name, 0], store.seq()) == (Place(next=4, first=3), 4)
