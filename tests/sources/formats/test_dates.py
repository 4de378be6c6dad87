"""Dates of archives: a small table, and nothing outside of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import instants
from pipeline.sources.formats.dates import instant


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-02-24T18:05:00+01:00", "2026-02-24T17:05:00.000Z"),
        ("2026-02-24T18:05:00.123456Z", "2026-02-24T18:05:00.123Z"),
        ("2026-02-24 18:05:00", "2026-02-24T18:05:00.000Z"),
        ("2026-02-24 18:05:00 UTC", "2026-02-24T18:05:00.000Z"),
        ("2026-02-24", "2026-02-24T00:00:00.000Z"),
        ("20260224T180500Z", "2026-02-24T18:05:00.000Z"),
        ("20150218230000", "2015-02-18T23:00:00.000Z"),
        ("2026/02/24 18:05:00", "2026-02-24T18:05:00.000Z"),
        ("26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01.790Z"),
        (" 5-MAR-1987  09:06:26.40", "1987-03-05T09:06:26.400Z"),
        ("26-FEB-1987 15:01:01.79\x05\x05\x05F RM", "1987-02-26T15:01:01.790Z"),
        ("Tue, 24 Feb 2026 18:05:00 +0100", "2026-02-24T17:05:00.000Z"),
        ("24 Feb 2026 18:05 GMT", "2026-02-24T18:05:00.000Z"),
        ("February 24, 2026", "2026-02-24T00:00:00.000Z"),
        ("24 February 2026", "2026-02-24T00:00:00.000Z"),
    ],
)
def test_what_is_read(text: str, read: str) -> None:
    assert instant(text) == read


@pytest.mark.parametrize(
    "text",
    [
        "",
        "None",
        "yesterday",
        "24/02/2026",  # or the second of the 24th month
        "02/03/2026",
        "24-02-26",
        "2026-02-30",
        "2026-W09-2",
        "1771956300",
        "31-MAR-1987 605:12:19.12",
        "9-APR-1987 00:00:00.00    # added as guesswork",
        "Tue, 24 Feb 2026 18:05:00",
        "Tue, 99 Feb 2026 18:05:00 +0100",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "\x052026-02-24",
        "2" * 10_000,
        None,
        20260224,
        True,
        ["2026-02-24"],
    ],
)
def test_what_is_not(text: object) -> None:
    assert instant(text) is None


@given(st.text(max_size=60))
def test_any_text_is_an_instant_or_none(text: str) -> None:
    read = instant(text)
    assert read is None or instants.to_ms(read) is not None
