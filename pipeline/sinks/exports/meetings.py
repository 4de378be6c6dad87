"""Events → meetings: talks and visits with a day, through what later reports say of them.

A meeting is known by who takes part. A report of the same parties and days is about the same meeting; a postponement moves
the next one that they have ahead, to the new day if it names one; a new date for postponed talks is that of the old ones. So
a meeting keeps its `uid`, that of its first report, and `sequence` grows with every change (RFC 5545, 3.8.7.4).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from pipeline import instants
from pipeline.sinks.exports.base import Event, moment, stated

Days = tuple[date, date]
HELD_OR_PLANNED = frozenset({"talks-planned", "talks-held", "visit"})
POSTPONED, CANCELLED = "talks-postponed", "talks-cancelled"
# Reports this much later are about another meeting; until then a meeting is kept in memory.
CLOSED_DAYS = 30


@dataclass(slots=True, kw_only=True)
class Meeting:
    """A meeting as it stands; `event` is the last that spoke of it, `location` the last place that was named for it.

    `undated`: it was put off and no new day is known. `moved`: its days are new ones.
    """

    uid: str
    days: Days
    event: Event
    location: dict[str, Any] | None
    sequence: int
    status: Literal["CONFIRMED", "TENTATIVE", "CANCELLED"] = "CONFIRMED"
    undated: bool = False
    moved: bool = False

    def overlaps(self, days: Days) -> bool:
        """Whether it is on one of these days."""
        return self.days[0] <= days[1] and days[0] <= self.days[1]

    def told(self, event: Event, *, changed: bool = False) -> None:
        """Another event says something of it; a correction of a report is a change as well."""
        self.event = event
        self.location = event["data"]["location"] or self.location
        self.sequence += event["data"]["revision"] - 1 + changed


def takes(event: Event) -> bool:
    """Talks and visits on known days; and talks that are off, whose days an earlier event may have said."""
    kind = event["data"]["kind"]
    if not stated(event):
        return False
    return kind in (POSTPONED, CANCELLED) or (kind in HELD_OR_PLANNED and _days(event["data"]) is not None)


def meetings(events: Iterable[Event]) -> Iterator[Meeting]:
    """The meetings of events that come oldest first."""
    known: dict[frozenset[str], list[Meeting]] = {}
    swept: date | None = None
    for event in events:
        said_on = instants.day(moment(event))
        if said_on and said_on != swept:
            yield from _closed(known, said_on.toordinal() - CLOSED_DAYS)
            swept = said_on
        of_these = known.setdefault(_parties(event["data"]), [])
        if event["data"]["kind"] in HELD_OR_PLANNED:
            _planned(of_these, event)
        elif said_on:
            _off(of_these, event, said_on)
    yield from _closed(known, date.max.toordinal() + 1)


def _closed(known: dict[frozenset[str], list[Meeting]], before: int) -> Iterator[Meeting]:
    """Those that ended before that day (its ordinal, which may lie before the year 1), which are then forgotten."""
    for parties, of_these in list(known.items()):
        yield from (meeting for meeting in of_these if meeting.days[1].toordinal() < before)
        known[parties] = [meeting for meeting in of_these if meeting.days[1].toordinal() >= before]
        if not known[parties]:
            del known[parties]


def _planned(of_these: list[Meeting], event: Event) -> None:
    days = _days(event["data"])
    if days is None:
        return
    same = next((meeting for meeting in of_these if meeting.overlaps(days) and not meeting.undated), None)
    if same:
        same.told(event, changed=same.status != "CONFIRMED")
        same.status = "CONFIRMED"
        return
    waiting = next((meeting for meeting in of_these if meeting.undated), None)
    if waiting:
        _move(waiting, event, days)
    else:
        of_these.append(_new(event, days))


def _off(of_these: list[Meeting], event: Event, said_on: date) -> None:
    """Talks postponed or cancelled: the day in the text may be the old one, the new one, or that of the decision."""
    days = _days(event["data"])
    postponed = event["data"]["kind"] == POSTPONED
    ahead = days is not None and days[0] > said_on
    meeting = _meant(of_these, days, said_on)
    if meeting is None:
        if postponed and days and ahead:
            of_these.append(_new(event, days, status="TENTATIVE"))
    elif postponed and days and ahead and (meeting.undated or not meeting.overlaps(days)):
        _move(meeting, event, days)
    elif postponed and days and meeting.moved and meeting.overlaps(days):
        meeting.told(event)  # the same news again
    else:
        meeting.told(event, changed=meeting.status != "CANCELLED")
        meeting.status, meeting.undated = "CANCELLED", postponed


def _meant(of_these: list[Meeting], days: Days | None, said_on: date) -> Meeting | None:
    """The meeting that is off: the one on those days, else the next that stands, else one that waits for a day."""
    ahead = sorted((one for one in of_these if one.days[1] >= said_on or one.undated), key=lambda one: one.days)
    there = [one for one in ahead if days and one.overlaps(days)]
    standing = [one for one in ahead if one.status != "CANCELLED"]
    return next(iter(there + standing + [one for one in ahead if one.undated]), None)


def _move(meeting: Meeting, event: Event, days: Days) -> None:
    meeting.told(event, changed=True)
    meeting.days, meeting.status, meeting.undated, meeting.moved = days, "CONFIRMED", False, True


def _new(event: Event, days: Days, status: Literal["CONFIRMED", "TENTATIVE"] = "CONFIRMED") -> Meeting:
    data = event["data"]
    return Meeting(
        uid=data["event_id"], days=days, event=event, location=data["location"], sequence=data["revision"] - 1,
        status=status, moved=status == "TENTATIVE",
    )  # fmt: skip


def _days(data: dict[str, Any]) -> Days | None:
    """First and last day, where the text says days; not "next week", "in June"."""
    time = data["time"]
    if not time or not time["start_on"] or time["precision"] not in ("day", "range"):
        return None
    first = date.fromisoformat(time["start_on"])
    return first, max(first, date.fromisoformat(time["end_on"] or time["start_on"]))


def _parties(data: dict[str, Any]) -> frozenset[str]:
    """Who takes part, by country where it is known ("Lavrov" speaks for Russia); of less than two, the event stands alone."""
    people = (*data["actors"], *data["recipients"])
    parties = frozenset(one["country"] or one["name"].casefold() for one in people)
    if len(parties) < 2:
        parties |= {one["country"] or one["name"].casefold() for one in data["about"]}
    return parties if len(parties) >= 2 else frozenset({data["event_id"]})
