"""Rounds, percentiles, and the flat object."""

import statistics

import pytest

from tests.bench.ratios import KEYS, Figure, flat, paired, percentile, slope, table


def test_figures_of_one_round_are_divided_by_each_other() -> None:
    """A machine that is twice as slow in the second round changes nothing."""
    assert paired([8.0, 4.0, 6.0], [4.0, 2.0, 2.0]) == (2.0, 2.0, 3.0)
    assert Figure("a", paired([8.0, 4.0, 6.0], [4.0, 2.0, 2.0]), "x").value == 2.0


def test_a_round_that_one_of_two_did_not_run_is_no_pair() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired([1.0, 2.0], [1.0])


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [
        ([3.0, 1.0, 2.0], 50, 2.0),
        ([1.0, 2.0, 3.0, 4.0], 50, 2.0),
        ([5.0], 99, 5.0),
        ([float(n) for n in range(1, 101)], 95, 95.0),
        ([float(n) for n in range(1, 101)], 99, 99.0),
        ([float(n) for n in range(1, 102)], 99, 100.0),
        ([1.0, 2.0], 100, 2.0),
        ([1.0, 2.0], 0, 1.0),
    ],
)
def test_a_percentile_is_one_of_the_values(values: list[float], percent: int, expected: float) -> None:
    assert percentile(values, percent) == expected


def test_no_values_have_no_percentile() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 50)


@pytest.mark.parametrize(("ys", "expected"), [([1.0, 3.0, 5.0], 2.0), ([4.0, 4.0, 4.0], 0.0), ([3.0, 2.0, 1.0], -1.0)])
def test_the_slope_of_a_line(ys: list[float], expected: float) -> None:
    assert slope([0.0, 1.0, 2.0], ys) == pytest.approx(expected)


def test_one_point_has_no_slope() -> None:
    with pytest.raises(statistics.StatisticsError):
        slope([1.0], [1.0])


def every_key() -> list[Figure]:
    return [Figure(key, (1.0, 2.0, 4.00004), "x", key=key) for key in KEYS]


def test_the_flat_object_has_exactly_the_keys_and_the_medians() -> None:
    """Rows without a key are for people."""
    assert flat([Figure("more", (9.0,), "x"), *reversed(every_key())]) == dict.fromkeys(KEYS, 2.0)
    assert list(flat(every_key())) == list(KEYS)


@pytest.mark.parametrize(
    "figures", [every_key()[1:], [*every_key(), every_key()[0]], [*every_key(), Figure("x", (1.0,), "x", key="x")]]
)
def test_a_figure_too_few_or_too_many_is_an_error(figures: list[Figure]) -> None:
    with pytest.raises(ValueError, match="make bench"):
        flat(figures)


def test_the_table() -> None:
    figures = [Figure("ratio", (2.0, 3.0, 2.5), "x", note="so"), Figure("one round only", (1234.5,), "articles/s")]
    assert list(table(figures)) == [
        "ratio                2.5 x          (2 to 3)  so",
        "one round only      1234 articles/s",
    ]
