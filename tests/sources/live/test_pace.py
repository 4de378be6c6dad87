"""When to come again."""

import pytest

from pipeline.sources.live import pace
from tests.sources.live.fakes import NOW_MS

HOUR_MS = 3_600_000
IN_TWO_MINUTES = "Sun, 16 Jun 2024 08:02:00 GMT"


@pytest.mark.parametrize(
    ("quiet_ms", "wait"), [(0, 300), (HOUR_MS, 360), (5 * HOUR_MS, 1_800), (1_000 * HOUR_MS, 3_600), (-HOUR_MS, 300)]
)
def test_a_quiet_feed_is_left_alone(quiet_ms: int, wait: float) -> None:
    """For a tenth of the time since its last news, between its interval and an hour."""
    assert pace.lively(300, NOW_MS - quiet_ms, NOW_MS) == wait


def test_an_interval_longer_than_the_slowest_pace_stays() -> None:
    assert pace.lively(7_200, NOW_MS - 1_000 * HOUR_MS, NOW_MS) == 7_200


def test_waits_double_while_it_fails() -> None:
    """Each wait is as long as it has been failing, up to six hours."""
    waits, now_ms = [], NOW_MS
    for _ in range(9):
        wait = pace.backoff(300, NOW_MS, now_ms)
        waits.append(wait)
        now_ms += int(wait * 1000)
    assert waits == [300, 300, 600, 1_200, 2_400, 4_800, 9_600, 19_200, 21_600]


@pytest.mark.parametrize(
    ("headers", "own", "wait"),
    [
        ({}, None, 0),
        ({}, 900, 900),
        ({}, 90_000, 3_600),
        ({"cache-control": "public, max-age=600"}, None, 600),
        ({"cache-control": 'max-age="600"', "age": "100"}, None, 500),
        ({"cache-control": "max-age=600", "expires": IN_TWO_MINUTES}, None, 600),
        ({"cache-control": "no-cache", "expires": IN_TWO_MINUTES}, None, 120),
        ({"expires": IN_TWO_MINUTES, "date": "Sun, 16 Jun 2024 08:01:00 GMT"}, None, 60),
        ({"expires": "0"}, None, 0),
        ({"expires": "Sun, 16 Jun 2014 08:00:00 GMT"}, None, 0),
        ({"cache-control": "max-age=-5"}, None, 0),
        ({"cache-control": "max-age=99999999999999999999"}, None, 3_600),
        ({"cache-control": "max-age=60"}, 900, 900),
    ],
)
def test_what_the_answer_asks_for(headers: dict[str, str], own: float | None, wait: float) -> None:
    assert pace.asked(headers, own, NOW_MS) == wait


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        ("120", 120.0),
        (" 7 ", 7.0),
        (IN_TWO_MINUTES, 120.0),
        ("Sun, 16 Jun 2014 08:00:00 GMT", 0.0),
        ("9999999999999999", 86_400.0),
        ("soon", None),
        ("-5", None),
        ("", None),
        ("²", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(said: str, wait: float | None) -> None:
    assert pace.retry_after({"retry-after": said}, NOW_MS) == wait


def test_jitter_is_never_early_and_always_the_same() -> None:
    waits = {pace.jittered(100, f"feed-{number}", NOW_MS) for number in range(100)}
    assert len(waits) == 100
    assert all(100 <= wait < 110 for wait in waits)
    assert pace.jittered(100, "feed-1", NOW_MS) in waits
