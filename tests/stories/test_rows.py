"""All vectors that may be near, by an upper bound."""

import math
import random

import pytest

from pipeline.stories.rows import BUCKETS, FIRST_ROWS, Rows

Vector = dict[int, int]


def length(vector: Vector) -> float:
    return math.sqrt(sum(weight * weight for weight in vector.values()))


def cosine(one: Vector, other: Vector) -> float:
    return sum(weight * other.get(term, 0) for term, weight in one.items()) / (length(one) * length(other))


def put(rows: Rows, name: str, vector: Vector) -> None:
    rows.put(name, vector, length(vector))


def test_none_is_missed_and_few_come_for_nothing() -> None:
    """Vectors that come, change and go, with the weights and terms of real ones."""
    chance, rows = random.Random(3), Rows(64)
    there: dict[str, Vector] = {}
    found = expected = 0
    for _ in range(3000):
        name = str(chance.randrange(300))
        if name in there and chance.random() < 0.3:
            del there[name]
            rows.drop(name)
            continue
        there[name] = {chance.randrange(400) * 10_000_019 % 2**32: chance.randrange(1, 65_536) for _ in range(64)}
        put(rows, name, there[name])
        sought = {chance.choice(list(there[name])): chance.randrange(1, 400) for _ in range(chance.randrange(1, 81))}
        near = rows.near(sought, 0.285 * length(sought))
        must = {one for one, vector in there.items() if cosine(sought, vector) >= 0.285}
        assert must <= set(near)
        assert len(near) == len(set(near))
        found, expected = found + len(near), expected + len(must)
    assert expected <= found < 1.05 * expected + 10
    assert len(rows) == 4 * FIRST_ROWS


def test_terms_of_one_bucket_add_up() -> None:
    """The bound may be too high, never too low."""
    rows = Rows(4)
    put(rows, "a", {1: 3, 2: 4})
    assert rows.near({1 + BUCKETS: 10}, 6.0) == ["a"]
    assert rows.near({1: 1, 1 + BUCKETS: 1}, 1.1) == ["a"]


@pytest.mark.parametrize(("least", "near"), [(5.0, ["a"]), (5.1, []), (0.0, ["a"])])
def test_the_least_cosine_is_enough(least: float, near: list[str]) -> None:
    """Times the length of what is sought; a name without a term in common is never near."""
    rows = Rows(4)
    put(rows, "a", {1: 3, 2: 4})
    put(rows, "b", {7: 1})
    assert rows.near({1: 3, 2: 4}, least) == near


def test_a_name_that_is_dropped_or_changed_leaves_nothing() -> None:
    rows = Rows(4)
    put(rows, "a", {1: 3, 2: 4, 3: 5})
    put(rows, "a", {9: 1})
    assert (rows.near({2: 1}, 0.1), rows.near({9: 1}, 1.0)) == ([], ["a"])
    rows.drop("a")
    assert rows.near({9: 1}, 0.0) == []
    put(rows, "b", {2: 1})
    assert (rows.near({9: 1}, 0.0), rows.near({2: 1}, 1.0)) == ([], ["b"])


def test_there_are_none_at_first() -> None:
    assert Rows(4).near({1: 1}, 0.0) == []
