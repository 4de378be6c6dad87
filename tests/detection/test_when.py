"""Which time expression is an event's own, and from which day it counts."""

from datetime import date

import pytest

from tests.detection.found import PUBLISHED_ON, events

TIMES = [
    ("Rebels attacked the base on Tuesday.", "Tuesday", "2026-03-03", "2026-03-03"),
    ("Rebels attacked the base on Wednesday.", "Wednesday", "2026-03-04", "2026-03-04"),
    ("Rebels attacked the base on Friday.", "Friday", "2026-02-27", "2026-02-27"),
    ("The minister will visit Cairo on Friday.", "Friday", "2026-03-06", "2026-03-06"),
    ("The minister plans to visit Cairo on Friday.", "Friday", "2026-03-06", "2026-03-06"),
    ("The minister will visit Cairo next week.", "next week", "2026-03-09", "2026-03-15"),
    ("The army said it would withdraw its troops by Friday.", "by Friday", "2026-03-04", "2026-03-06"),
    ("Police arrested six activists last week.", "last week", "2026-02-23", "2026-03-01"),
    ("The two sides signed a ceasefire three months ago.", "three months ago", "2025-12-01", "2025-12-31"),
    ("Saudi Arabia has bombed Yemen since 2015.", "since 2015", "2015-01-01", "2026-03-04"),
    ("Monday's attack on the base killed six soldiers.", "Monday", "2026-03-02", "2026-03-02"),
    (
        "Rebels attacked the base on Monday and the army shelled the town on Tuesday.",
        "Monday",
        "2026-03-02",
        "2026-03-02",
    ),
    ("The EU urged the sides to begin talks by January.", "by January", "2026-03-04", "2027-01-31"),
    ("The cabinet approved a ceasefire on Tuesday night.", "Tuesday night", "2026-03-03", "2026-03-03"),
    ("Russia and Turkey will hold talks at a later date.", "a later date", None, None),
]


@pytest.mark.parametrize(("text", "expression", "start", "end"), TIMES)
def test_time_of_the_first_event(text: str, expression: str, start: str | None, end: str | None) -> None:
    time = events(text)[0].time
    assert time is not None
    assert (time.text.removesuffix("'s"), time.start_on, time.end_on) == (expression, start, end)


@pytest.mark.parametrize(
    "text",
    [
        "Rebels attacked the base.",
        "Rebels shelled the town for three days.",
        "The army postponed Friday's talks with rebels.",
        "Rebels besieged the town for nine months.",
        "Police arrested a 36-year-old activist.",
        "The truce, due to expire on Sunday, was extended.",
        "Police arrested six activists, who had protested on Monday.",
    ],
)
def test_no_time_of_its_own(text: str) -> None:
    """How long is not when, and another event's day is not this one's."""
    assert events(text)[0].time is None


def test_each_clause_has_its_own_day() -> None:
    found = events("Rebels attacked the base on Monday and the army shelled the town on Tuesday.")
    assert [event.time.start_on for event in found if event.time] == ["2026-03-02", "2026-03-03"]


@pytest.mark.parametrize(
    ("text", "published_on", "start"),
    [
        ("ANKARA, June 14, 2020 (Reuters) - Rebels attacked the base on Friday.", None, "2020-06-12"),
        ("ANKARA, June 14 (Reuters) - Rebels attacked the base on Friday.", None, None),
        ("ANKARA (Reuters) - Rebels attacked the base on Friday.", None, None),
        ("Rebels attacked the base on Friday.", None, None),
        ("ANKARA, June 14, 2020 (Reuters) - Rebels attacked the base on Friday.", PUBLISHED_ON, "2026-02-27"),
    ],
)
def test_the_dateline_dates_what_has_no_date(text: str, published_on: date | None, start: str | None) -> None:
    """Only a dateline with its year, and only where the day of publication is unknown."""
    time = events(text, published_on)[0].time
    assert time is not None
    assert time.start_on == start
