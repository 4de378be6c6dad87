"""The books of a partition: what is lost, what is foreign, what contradicts itself."""

import hashlib
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.doctor.balance import Balance, Book
from pipeline.doctor.intervals import Interval


def read(inputs: list[int], outcomes: list[tuple[int, bytes]]) -> Book:
    """A book after both readings."""
    book = Book()
    for offset, _ in outcomes:
        book.note_outcome(offset)
    for offset, content in outcomes:
        book.note_content(offset, hashlib.sha256(content).digest())
    for offset in inputs:
        book.inputs.add(offset)
    return book


def balance(inputs: list[int], outcomes: list[int], *, begin: int = 0, committed: int | None) -> Balance:
    return read(inputs, [(one, b"same") for one in outcomes]).close("t", 1, begin=begin, committed=committed)


SOUND = Balance(
    topic="t", partition=1, begin=0, committed=4, inputs=4, outcomes=4, lag=0, repeats=0, expired=0, missing=[],
    unknown=[], conflicting=[],
)  # fmt: skip


def test_all_done() -> None:
    assert balance([0, 1, 2, 3], [3, 1, 0, 2], committed=4) == SOUND
    assert SOUND.balanced


def test_nothing_at_all() -> None:
    found = balance([], [], committed=None)
    assert found.balanced
    assert (found.inputs, found.outcomes, found.lag) == (0, 0, 0)


def test_waiting_is_lag_not_loss() -> None:
    """Whether recorded ahead of the acknowledgement or not recorded yet."""
    found = balance([0, 1, 2, 3], [0, 1, 3], committed=2)
    assert found.balanced
    assert (found.lag, found.missing) == (1, [])


def test_a_worker_that_never_ran() -> None:
    found = balance([5, 6], [], begin=5, committed=None)
    assert found.balanced
    assert (found.lag, found.committed) == (2, 5)


def test_acknowledged_without_an_outcome_is_lost() -> None:
    """Named to the offset."""
    found = balance([0, 1, 2, 3, 4, 5], [0, 3], committed=5)
    assert not found.balanced
    assert (found.missing, found.lag) == ([(1, 3), (4, 5)], 1)


def test_one_lost_and_one_repeated_do_not_cancel_out() -> None:
    found = balance([0, 1], [0, 0], committed=2)
    assert not found.balanced
    assert (found.missing, found.repeats) == ([(1, 2)], 1)


def test_an_outcome_of_nothing() -> None:
    found = balance([0, 1], [0, 1, 7], committed=2)
    assert not found.balanced
    assert found.unknown == [(7, 8)]


def test_repeats_to_the_byte_are_allowed() -> None:
    found = balance([0], [0, 0, 0], committed=1)
    assert found.balanced
    assert (found.repeats, found.outcomes) == (2, 1)


def test_outcomes_that_contradict_each_other_are_not() -> None:
    book = read([0, 1], [(0, b"events"), (1, b"events"), (1, b"dead-letter"), (0, b"events")])
    found = book.close("t", 1, begin=0, committed=2)
    assert not found.balanced
    assert (found.conflicting, found.repeats) == ([1], 1)


def test_what_retention_removed_is_no_matter() -> None:
    """Outcomes outlive their inputs; an acknowledged offset may lie before the log's start."""
    found = balance([3, 4], [0, 1, 2, 3, 4], begin=3, committed=1)
    assert found.balanced
    assert (found.inputs, found.outcomes, found.expired, found.committed) == (2, 2, 3, 3)


def test_gaps_in_the_log_are_no_loss() -> None:
    """A transaction's markers take offsets and are no messages."""
    assert balance([0, 2, 5], [0, 2, 5], committed=6).balanced


offsets = st.lists(st.integers(0, 20), unique=True)


def spread(intervals: list[Interval]) -> set[int]:
    return {number for start, end in intervals for number in range(start, end)}


@given(offsets, st.lists(st.integers(0, 25)), st.integers(0, 20), st.none() | st.integers(0, 22))
def test_as_sets_say(inputs: list[int], outcomes: list[int], begin: int, committed: int | None) -> None:
    """inputs − outcomes = lag + missing − unknown, whatever happened."""
    found = balance(inputs, outcomes, begin=begin, committed=committed)
    came = {one for one in inputs if one >= begin}
    done = {one for one in outcomes if one >= begin}
    acknowledged = max(committed or 0, begin)
    assert spread(found.missing) == {one for one in came - done if one < acknowledged}
    assert spread(found.unknown) == done - came
    assert found.lag == len({one for one in came - done if one >= acknowledged})
    assert found.repeats == sum(count - 1 for count in Counter(outcomes).values())
    assert found.expired == len(set(outcomes) - done)
    assert found.inputs - found.outcomes == found.lag + len(spread(found.missing)) - len(spread(found.unknown))
