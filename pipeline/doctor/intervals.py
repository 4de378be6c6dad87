"""A set of offsets as intervals. Offsets come nearly in order, so the set is as large as its holes are many."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator

Interval = tuple[int, int]


class Intervals:
    """A set of whole numbers; iterating yields [start, end) in order, disjoint, none touching the next."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []

    def add(self, number: int) -> bool:
        """Put the number in; False if it was in already."""
        after = bisect_right(self._starts, number)
        if after and number < self._ends[after - 1]:
            return False
        touches_before = after > 0 and self._ends[after - 1] == number
        touches_after = after < len(self._starts) and self._starts[after] == number + 1
        if touches_before and touches_after:
            self._ends[after - 1] = self._ends.pop(after)
            del self._starts[after]
        elif touches_before:
            self._ends[after - 1] = number + 1
        elif touches_after:
            self._starts[after] = number
        else:
            self._starts.insert(after, number)
            self._ends.insert(after, number + 1)
        return True

    def __contains__(self, number: int) -> bool:
        after = bisect_right(self._starts, number)
        return after > 0 and number < self._ends[after - 1]

    def __iter__(self) -> Iterator[Interval]:
        return zip(self._starts, self._ends, strict=True)

    def __len__(self) -> int:
        """How many numbers are in it."""
        return sum(self._ends) - sum(self._starts)


def minus(these: Iterable[Interval], those: Iterable[Interval]) -> list[Interval]:
    """What is in `these` and not in `those`; all in order and disjoint."""
    left = []
    others = iter(those)
    other = next(others, None)
    for start, end in these:
        while start < end:
            while other is not None and other[1] <= start:
                other = next(others, None)
            if other is None or other[0] >= end:
                left.append((start, end))
                break
            if other[0] > start:
                left.append((start, other[0]))
            start = other[1]
    return left


def within(these: Iterable[Interval], start: int, end: int) -> list[Interval]:
    """The part of `these` in [start, end)."""
    clipped = ((max(one, start), min(other, end)) for one, other in these)
    return [(one, other) for one, other in clipped if one < other]


def size(these: Iterable[Interval]) -> int:
    """How many numbers are in them."""
    return sum(end - start for start, end in these)
