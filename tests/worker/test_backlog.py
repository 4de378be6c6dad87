"""The order in which waiting messages are handled."""

import pytest

from pipeline.records import Message
from pipeline.worker.backlog import Backlog
from pipeline.worker.ledger import Entry


def entry(name: str, *, topic: str = "live", key: bytes | None = None, partition: int = 0, size: int = 1) -> Entry:
    """An entry whose acknowledgement returns its name, so that tests can tell entries apart."""
    message = Message(
        topic=topic, partition=partition, offset=0, timestamp_ms=0, key=key, value=name.encode().ljust(size)
    )
    return Entry(message, topic, lambda: name)


def names(batch: list[Entry]) -> list[object]:
    return [one.acknowledge() for one in batch]


def backlog(*entries: Entry) -> Backlog:
    made = Backlog(["live", "backfill"])
    for one in entries:
        made.add(one)
    return made


def test_the_urgent_topic_goes_first_and_no_batch_mixes() -> None:
    """A live article must not wait for the backfilled ones beside it."""
    waiting = backlog(
        entry("b1", topic="backfill"), entry("l1"), entry("b2", topic="backfill"), entry("l2"), entry("l3")
    )
    assert waiting.urgent == 3
    assert names(waiting.pick(most=4, most_bytes=100)) == ["l1", "l2", "l3"]
    assert waiting.urgent == 0
    assert names(waiting.pick(most=4, most_bytes=100)) == ["b1", "b2"]
    assert waiting.pick(most=4, most_bytes=100) == []


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([4, 4, 4], [["1", "2"], ["3"]]),
        ([10, 1], [["1"], ["2"]]),
        ([50, 1], [["1"], ["2"]]),
        ([1, 50, 1], [["1"], ["2"], ["3"]]),
    ],
    ids=["fills up", "exactly full", "too large alone", "too large behind others"],
)
def test_a_batch_keeps_to_its_bytes_but_is_never_empty(sizes: list[int], expected: list[list[str]]) -> None:
    waiting = backlog(*(entry(str(number), size=size) for number, size in enumerate(sizes, start=1)))
    assert [names(waiting.pick(most=9, most_bytes=10)) for _ in expected] == expected
    assert (len(waiting), waiting.bytes) == (0, 0)


def test_messages_of_one_key_never_overlap_and_keep_their_order() -> None:
    entries = [entry("1", key=b"k"), entry("2", key=b"k"), entry("3", key=b"k"), entry("4", key=b"other")]
    waiting = backlog(*entries)
    assert names(waiting.pick(most=9, most_bytes=100)) == ["1", "4"]
    waiting.add(entry("5", key=b"k"))
    assert waiting.pick(most=9, most_bytes=100) == []
    waiting.release(entries[0])
    assert names(waiting.pick(most=9, most_bytes=100)) == ["2"]
    waiting.release(entries[1])
    assert names(waiting.pick(most=9, most_bytes=100)) == ["3"]
    waiting.release(entries[2])
    assert names(waiting.pick(most=9, most_bytes=100)) == ["5"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (entry("1", key=None), entry("2", key=None)),
        (entry("1", key=b"k", partition=0), entry("2", key=b"k", partition=1)),
        (entry("1", key=b"k"), entry("2", key=b"K")),
    ],
    ids=["no keys", "other partition", "other key"],
)
def test_what_shares_no_state_goes_together(first: Entry, second: Entry) -> None:
    assert names(backlog(first, second).pick(most=9, most_bytes=100)) == ["1", "2"]


def test_one_key_in_two_topics_is_one_key() -> None:
    """A backfill of an item waits for the live version that is being handled."""
    live, old = entry("live", key=b"k"), entry("old", key=b"k", topic="backfill")
    waiting = backlog(live, old)
    assert names(waiting.pick(most=9, most_bytes=100)) == ["live"]
    waiting.release(live)
    assert names(waiting.pick(most=9, most_bytes=100)) == ["old"]


def test_what_was_forgotten_is_not_handled() -> None:
    """A revoked partition's messages are read again by its next owner."""
    gone, parked = entry("gone"), entry("parked", key=b"k")
    first = entry("first", key=b"k")
    waiting = backlog(first, parked, gone)
    gone.forgotten = True
    assert names(waiting.pick(most=9, most_bytes=100)) == ["first"]
    parked.forgotten = True
    waiting.release(first)
    assert waiting.pick(most=9, most_bytes=100) == []
    assert (len(waiting), waiting.bytes) == (0, 0)


def test_a_run_is_all_of_a_key_that_waits_and_what_comes_then_waits_for_its_end() -> None:
    waiting = Backlog(["live"], in_runs=True)
    entries = [entry("1", key=b"k"), entry("2", key=b"l"), entry("3", key=b"k"), entry("4", key=b"k"), entry("5")]
    for one in entries:
        waiting.add(one)
    entries[2].forgotten = True
    assert names(waiting.pick(most=3, most_bytes=100)) == ["1", "2", "4"]
    for one in (entry("6", key=b"k"), entry("7", key=b"l"), entry("8", key=b"k")):
        waiting.add(one)
    assert names(waiting.pick(most=9, most_bytes=100)) == ["5"]
    waiting.release(entries[0])
    assert names(waiting.pick(most=9, most_bytes=100)) == ["6", "8"]
    assert all(one.started for one in entries if not one.forgotten)
