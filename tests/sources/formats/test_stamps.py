"""Dates of wires."""

import pytest

from pipeline.sources.formats import stamps


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("2016-09-09T00:01:00+01:00", "2016-09-08T23:01:00.000Z"),
        ("20160909T000100+0100", "2016-09-08T23:01:00.000Z"),
        ("20160909T0001Z", "2016-09-09T00:01:00.000Z"),
        ("2016-09-09t00:01:00.1239z", "2016-09-09T00:01:00.123Z"),
        (" 2016-09-09 00:01 GMT ", "2016-09-09T00:01:00.000Z"),
        ("20160909000100", "2016-09-09T00:01:00.000Z"),
        ("2016-09-09T00:01-05", "2016-09-09T05:01:00.000Z"),
        ("2016-09-09", "2016-09-09T00:00:00.000Z"),
        ("20160909", "2016-09-09T00:00:00.000Z"),
        ("2016-09", None),
        ("2016-13-09", None),
        ("2016-09-09T25:00:00Z", None),
        ("2016-09-09T00:01:00+25:00", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("09/09/2016", None),
        ("2016091", None),
        ("٢٠١٦-09-09", None),
        ("", None),
        (None, None),
    ],
)
def test_instants(raw: str | None, instant: str | None) -> None:
    assert stamps.instant(raw) == instant


@pytest.mark.parametrize(
    ("raw", "instant"),
    [
        ("2026-03-02T00:01:00Z", "2026-03-02T00:01:00.000Z"),
        ("20260302T000100+0100", "2026-03-01T23:01:00.000Z"),
        ("2026-03-02T00:01:00", None),
        ("2026-03-02", None),
        ("Monday", None),
    ],
)
def test_an_embargo_without_zone_cannot_be_read(raw: str, instant: str | None) -> None:
    """Whoever guesses publishes too early, or a day too late: wire/embargo.py holds it."""
    assert stamps.embargo(raw) == instant


def test_the_first_that_can_be_read() -> None:
    assert stamps.first("", None, "noon", "20160909", "20170909") == "2016-09-09T00:00:00.000Z"
    assert stamps.first("noon") is None
