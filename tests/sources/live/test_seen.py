"""What of a feed is news."""

from typing import Any

from pipeline.sources.formats.entries import Entry
from pipeline.sources.live import seen


def entry(number: int, text: str = "Text.") -> Entry:
    return Entry(guid=f"g{number}", text=text)


def poll(entries: list[Entry], memory: dict[str, Any]) -> tuple[list[tuple[str, int]], dict[str, Any]]:
    news = seen.news(entries, memory)
    return [(one.guid, revision) for one, revision in news], seen.remember(entries, news, memory)


def test_new_then_unchanged_then_changed_then_deleted() -> None:
    first, memory = poll([entry(2), entry(1)], {})
    assert first == [("g2", 1), ("g1", 1)]
    assert poll([entry(2), entry(1)], memory) == ([], memory)
    changed, memory = poll([entry(2), entry(1, "Other.")], memory)
    assert changed == [("g1", 2)]
    gone, memory = poll([Entry(guid="g1", deleted=True), entry(2)], memory)
    assert gone == [("g1", 3)]
    assert poll([Entry(guid="g1", deleted=True), entry(2)], memory) == ([], memory)


def test_what_fell_out_of_the_feed_is_remembered_for_a_while() -> None:
    _, memory = poll([entry(1)], {})
    _, memory = poll([entry(number) for number in range(2, 50)], memory)
    assert poll([entry(1)], memory)[0] == []


def test_what_was_not_sent_is_not_remembered() -> None:
    entries = [entry(1), entry(2)]
    memory = seen.remember(entries, seen.news(entries, {})[:1], {})
    assert poll(entries, memory)[0] == [("g2", 1)]


def test_memory_is_bounded_and_forgets_the_oldest_first() -> None:
    """What the feed still shows is never forgotten, or it would come again with every poll."""
    memory: dict[str, Any] = {}
    for start in range(0, 6_000, 100):
        _, memory = poll([entry(number) for number in range(start, start + 100)], memory)
    assert len(memory) == seen.FEWEST
    assert poll([entry(5_500)], memory)[0] == []
    assert poll([entry(5_499)], memory)[0] == [("g5499", 1)]
    large = [entry(number) for number in range(5_000)]
    _, memory = poll(large, memory)
    assert len(memory) == 5_000
    assert poll(large, memory)[0] == []


def test_a_short_document_of_a_long_feed_costs_no_memory() -> None:
    """A hub sends one entry of a thousand."""
    long = [entry(number) for number in range(1_000)]
    _, memory = poll(long, {})
    _, memory = poll([entry(1_000)], memory)
    assert poll([entry(1_000), *long], memory)[0] == [("g0", 1)]


def test_a_memory_of_another_shape_was_never_seen() -> None:
    from pipeline import ids

    assert poll([entry(1)], {ids.digest("g1"): "strange"})[0] == [("g1", 1)]
