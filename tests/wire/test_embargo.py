"""Until when an article waits, and what cannot be read."""

import pytest

from pipeline.records import Problem
from pipeline.wire.embargo import embargo, until_ms
from tests.builders import START_MS, make_article

HOUR_MS = 3_600_000


@pytest.mark.parametrize(
    ("said", "until"),
    [
        ("2024-06-16T09:00:00Z", START_MS + HOUR_MS),
        ("2024-06-16t09:00:00z", START_MS + HOUR_MS),
        ("2024-06-16T11:00:00+02:00", START_MS + HOUR_MS),
        ("20240616T110000+0200", START_MS + HOUR_MS),
        ("2024-06-16T08:00:00.001+00:00", START_MS + 1),
        ("2024-06-16T08:00:00Z", START_MS),
    ],
)
def test_an_instant_with_a_zone_is_read(said: str, until: int) -> None:
    """Extended or basic, as NITF writes it; at that instant it is over, and not a millisecond before."""
    article = make_article(embargo_until=said)
    assert until_ms(article) == until
    assert embargo(article, now_ms=until - 1) == Problem(code="embargo", message=f"until {said}")
    assert embargo(article, now_ms=until) is None


@pytest.mark.parametrize(
    "said",
    [
        "", " ", "tomorrow noon", "09:00", "16/06/2024 09:00 GMT", "embargoed",
        "2024-13-01T00:00:00Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "1718524800", "\x00", "x" * 200,
    ],
)  # fmt: skip
def test_anything_else_holds_for_ever(said: str) -> None:
    """And says what stands there."""
    article = make_article(embargo_until=said)
    assert until_ms(article) is None
    assert embargo(article, now_ms=2**53) == Problem(code="embargo-unreadable", message=said[:100])


@pytest.mark.parametrize(
    "said", ["2024-06-16", "20240616", "2024-06-16T09:00:00", "2024-06-16 09:00", "20240616T090000"]
)
def test_a_time_without_a_zone_holds_for_ever(said: str) -> None:
    """Who guesses may publish too early, so somebody has to say; and is told why."""
    article = make_article(embargo_until=said)
    assert until_ms(article) is None
    assert embargo(article, now_ms=2**53) == Problem(code="embargo-unreadable", message=f"{said} (no time zone)")


def test_no_embargo_is_none() -> None:
    assert until_ms(make_article()) is None
    assert embargo(make_article(), now_ms=0) is None
