"""Intervals are a set of numbers: everything is compared with Python's own."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.doctor.intervals import Interval, Intervals, minus, size, within

numbers = st.lists(st.integers(min_value=0, max_value=40))


def made(of: list[int]) -> Intervals:
    intervals = Intervals()
    for number in of:
        intervals.add(number)
    return intervals


def spread(intervals: list[Interval]) -> set[int]:
    return {number for start, end in intervals for number in range(start, end)}


@given(numbers)
def test_numbers_in_any_order(added: list[int]) -> None:
    """Each is new once; intervals are in order, apart, and as few as can be."""
    intervals, seen = Intervals(), set[int]()
    for number in added:
        assert intervals.add(number) == (number not in seen)
        seen.add(number)
    found = list(intervals)
    assert spread(found) == seen
    assert len(intervals) == size(found) == len(seen)
    assert all(number in intervals for number in seen)
    assert not any(number in intervals for number in set(range(-1, 43)) - seen)
    assert all(start < end for start, end in found)
    assert all(one[1] < other[0] for one, other in zip(found, found[1:], strict=False))


@given(numbers, numbers)
def test_minus(these: list[int], those: list[int]) -> None:
    assert spread(minus(made(these), made(those))) == set(these) - set(those)


@given(numbers, st.integers(0, 40), st.integers(0, 40))
def test_within(these: list[int], start: int, end: int) -> None:
    assert spread(within(made(these), start, end)) == {number for number in these if start <= number < end}


def test_a_million_in_order_is_one_interval() -> None:
    """Memory goes by holes, not by numbers."""
    assert list(made(list(range(1_000_000)))) == [(0, 1_000_000)]
