"""Instants and days as text."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import instants

FIRST_MS, LAST_MS = -62_135_596_800_000, 253_402_300_799_999


@pytest.mark.parametrize(
    ("milliseconds", "instant"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (1_592_127_000_001, "2020-06-14T09:30:00.001Z"),
        (FIRST_MS, "0001-01-01T00:00:00.000Z"),
        (LAST_MS, "9999-12-31T23:59:59.999Z"),
    ],
)
def test_an_instant_is_utc_with_milliseconds(milliseconds: int, instant: str) -> None:
    assert instants.from_ms(milliseconds) == instant


@given(st.integers(FIRST_MS, LAST_MS))
def test_there_and_back(milliseconds: int) -> None:
    """Not a millisecond is lost in any year that can be written."""
    assert instants.to_ms(instants.from_ms(milliseconds)) == milliseconds


@pytest.mark.parametrize(
    ("instant", "milliseconds"),
    [
        ("2020-06-14T09:30:00Z", 1_592_127_000_000),
        ("2020-06-14T12:30:00+03:00", 1_592_127_000_000),
        ("2020-06-14t09:30:00z", 1_592_127_000_000),
        ("2020-06-14T09:30:00", 1_592_127_000_000),
        ("2020-06-14T09:30:00.0019999999999Z", 1_592_127_000_001),
        ("2020-06-14", 1_592_092_800_000),
        ("9999-12-31T23:59:59-14:00", LAST_MS - 999 + 14 * 3_600_000),
    ],
)
def test_instants_of_others(instant: str, milliseconds: int) -> None:
    """Other zones, no zone, small letters, more digits, a bare day, the end of time."""
    assert instants.to_ms(instant) == milliseconds


@pytest.mark.parametrize("text", [None, "", "soon", "2020-13-01", "2020-06-14T25:00:00Z", "1592127000", "\ud800"])
def test_what_is_no_instant(text: str | None) -> None:
    assert (instants.to_ms(text), instants.day(text)) == (None, None)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2020-06-14T23:59:59Z", date(2020, 6, 14)),
        ("2020-06-14T23:59:59-05:00", date(2020, 6, 15)),
        ("2020-06-14", date(2020, 6, 14)),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
    ],
)
def test_the_day_is_that_in_utc(instant: str, day: date | None) -> None:
    """None where that day has no name: before the year 1, after 9999."""
    assert instants.day(instant) == day


@given(st.text())
def test_no_text_raises(text: str) -> None:
    """Whatever stands in a date field."""
    assert (instants.day(text) is None) == (instants.to_ms(text) is None)
