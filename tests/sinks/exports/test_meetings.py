"""What becomes of a meeting: planned, told again, moved, put off, called off, held."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.records import EventData
from pipeline.sinks.exports.meetings import meetings, takes
from tests.sinks.exports.events import (
    DENIED,
    LIBYA,
    PLANNED,
    POSTPONED,
    RUSSIA,
    SHELLING,
    TURKEY,
    cloud,
    day,
    participant,
)

FRANCE = participant("France", "FRA", "GOV")


def said(data: EventData, published: str, event_id: str, **changes: Any) -> EventData:
    reference = replace(data.article, published_at=f"2024-06-{published}T07:30:00Z")
    return replace(data, article=reference, event_id=event_id.ljust(26, "0"), **changes)


def stand(*told: EventData) -> list[tuple[str, str, int, str]]:
    """(first letters of the uid, first day, sequence, status) of each meeting."""
    return [
        (one.uid.rstrip("0"), f"{one.days[0]:%m-%d}", one.sequence, one.status)
        for one in meetings(event for event in map(cloud, told) if takes(event))
    ]


def plan(published: str, event_id: str, on: str, **changes: Any) -> EventData:
    return said(PLANNED, published, event_id, time=day(f"2024-{on}"), **changes)


def off(published: str, event_id: str, on: str | None, **changes: Any) -> EventData:
    return said(POSTPONED, published, event_id, time=day(f"2024-{on}") if on else None, **changes)


FIRST = plan("15", "p", "06-20")


@pytest.mark.parametrize(
    ("later", "wanted"),
    [
        ([], [("p", "06-20", 0, "CONFIRMED")]),
        ([plan("16", "again", "06-20")], [("p", "06-20", 0, "CONFIRMED")]),
        ([plan("16", "corrected", "06-20", revision=3)], [("p", "06-20", 2, "CONFIRMED")]),
        ([plan("16", "other", "07-20")], [("p", "06-20", 0, "CONFIRMED"), ("other", "07-20", 0, "CONFIRMED")]),
        ([off("17", "x", "06-27")], [("p", "06-27", 1, "CONFIRMED")]),
        ([off("17", "x", None)], [("p", "06-20", 1, "CANCELLED")]),
        ([off("17", "x", "06-17")], [("p", "06-20", 1, "CANCELLED")]),
        ([off("17", "x", "06-20")], [("p", "06-20", 1, "CANCELLED")]),
        ([off("17", "x", "06-27"), off("18", "y", "06-27")], [("p", "06-27", 1, "CONFIRMED")]),
        ([off("17", "x", "06-27"), off("18", "y", "07-02")], [("p", "07-02", 2, "CONFIRMED")]),
        ([off("17", "x", None), off("18", "y", None)], [("p", "06-20", 1, "CANCELLED")]),
        ([off("17", "x", None), off("18", "y", "07-02")], [("p", "07-02", 2, "CONFIRMED")]),
        ([off("17", "x", None), plan("18", "y", "07-02")], [("p", "07-02", 2, "CONFIRMED")]),
        ([off("17", "x", None), plan("18", "y", "06-20")], [("p", "06-20", 2, "CONFIRMED")]),
        ([off("17", "x", "06-17", kind="talks-cancelled")], [("p", "06-20", 1, "CANCELLED")]),
        ([off("17", "x", None, kind="talks-cancelled"), plan("18", "y", "07-02")],
         [("p", "06-20", 1, "CANCELLED"), ("y", "07-02", 0, "CONFIRMED")]),
        ([plan("21", "held", "06-20", kind="talks-held")], [("p", "06-20", 0, "CONFIRMED")]),
        ([off("25", "late", None)], [("p", "06-20", 0, "CONFIRMED")]),
        ([off("17", "x", None, actors=[FRANCE])], [("p", "06-20", 0, "CONFIRMED")]),
    ],
)  # fmt: skip
def test_of_the_same_parties(later: list[EventData], wanted: list[tuple[str, str, int, str]]) -> None:
    """The uid stays; the sequence grows with each change, and only then."""
    assert stand(FIRST, *later) == wanted


def test_the_one_that_is_meant() -> None:
    """Of two ahead, the one on the day that is named; else the next."""
    second = plan("15", "q", "07-20")
    assert stand(FIRST, second, off("17", "x", "07-20")) == [
        ("p", "06-20", 0, "CONFIRMED"),
        ("q", "07-20", 1, "CANCELLED"),
    ]
    assert stand(second, FIRST, off("17", "x", None)) == [
        ("q", "07-20", 0, "CONFIRMED"),
        ("p", "06-20", 1, "CANCELLED"),
    ]


def test_without_a_plan_before() -> None:
    """A new day alone may be the old one: tentative. No day, no entry; nothing to call off, no entry."""
    assert stand(off("17", "x", "06-27")) == [("x", "06-27", 0, "TENTATIVE")]
    assert stand(off("17", "x", None), off("17", "y", "06-27", kind="talks-cancelled")) == []


def test_one_party_alone() -> None:
    """What it is about may tell which meeting; without that it stands for itself."""
    alone = {"actors": [TURKEY], "recipients": []}
    assert stand(plan("15", "a", "06-20", **alone), off("16", "b", "06-27", **alone)) == [
        ("a", "06-27", 1, "CONFIRMED")
    ]
    nobody = {"actors": [], "recipients": [], "about": [LIBYA]}
    assert len(stand(plan("15", "a", "06-20", **nobody), plan("16", "b", "06-20", **nobody))) == 2


def test_people_speak_for_their_country() -> None:
    """Names without a country are compared without case."""
    people = [participant("Rebels"), RUSSIA]
    other = [participant("REBELS"), participant("Vladimir Putin", "RUS")]
    assert stand(plan("15", "a", "06-20", actors=people), off("16", "b", "06-27", actors=other, recipients=[])) == [
        ("a", "06-27", 1, "CONFIRMED")
    ]


def test_days_of_several() -> None:
    ranged = said(PLANNED, "15", "r", time=day("2024-06-20", "2024-06-22", "range"))
    (meeting,) = meetings([cloud(ranged), cloud(plan("16", "again", "06-22"))])
    assert meeting.days == (date(2024, 6, 20), date(2024, 6, 22))


def test_long_past_meetings_are_let_go() -> None:
    """Each comes out once it is a month past, before the later events are read."""
    read: list[str] = []

    def told() -> Any:
        for data in (
            FIRST,
            replace(plan("15", "b", "08-01"), article=replace(FIRST.article, published_at="2024-07-25T00:00:00Z")),
        ):
            read.append(data.event_id)
            yield cloud(data)

    first = next(meetings(told()))
    assert (first.uid, len(read)) == (FIRST.event_id, 2)


@pytest.mark.parametrize(
    "data",
    [
        SHELLING, DENIED, replace(PLANNED, time=None), replace(PLANNED, modality="denied"),
        replace(POSTPONED, modality="possible"), replace(PLANNED, time=day("2024-06-01", "2024-06-30", "month")),
        replace(PLANNED, time=day("2024-06-17", "2024-06-23", "week")), replace(PLANNED, kind="talks-called-for"),
    ],
)  # fmt: skip
def test_no_meeting(data: EventData) -> None:
    """No talks, no day, or it is not so."""
    assert not takes(cloud(data))
