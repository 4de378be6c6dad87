"""Weekdays, dates, months, quarters and seasons without their year, as seen from an anchor."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.detection.dates import periods
from pipeline.detection.dates.absolute import MONTH_DAY, SEASON, Found, on
from pipeline.detection.dates.periods import Period
from pipeline.detection.dates.words import MONTH, NTH, WEEKDAY, WEEKDAYS, month_number, ordinal


@dataclass(frozen=True, slots=True)
class Seen:
    """From where the calendar is looked at: the day of publication, and whether the text looks ahead ("will meet on Friday")."""

    anchor: date
    ahead: bool = False

    def choose(self, found: Iterable[Period]) -> Period | None:
        """Of repetitions the last that has begun, or, ahead, the first that has not ended."""
        ordered = sorted(found, key=lambda period: period.start)
        if self.ahead:
            return next((period for period in ordered if period.end >= self.anchor), None)
        return next((period for period in reversed(ordered) if period.start <= self.anchor), None)


LAST, THIS, NEXT = (
    r"(?:last|this past|past)",
    r"(?:this|the current|current)",
    r"(?:next|this coming|the coming|coming)",
)
TURN = rf"(?P<turn>{LAST}|{NEXT}|{THIS})"
OF_YEAR = r"(?:,? (?:of )?(?P<turn>last|this|next) year)"


def turn(word: str) -> int:
    """-1 for "last", 0 for "this", 1 for "next"."""
    return -1 if re.fullmatch(LAST, word) else 1 if re.fullmatch(NEXT, word) else 0


def _weekday(found: Found, seen: Seen) -> Period | None:
    """The last one, today included; "last": before today; "this": of this week; "next": of next week; "coming": after today."""
    wanted, said = WEEKDAYS[found["weekday"]], found["turn"]
    monday = seen.anchor - timedelta(days=seen.anchor.weekday())
    if said in ("next", "this"):
        return periods.day(monday + timedelta(days=wanted, weeks=said == "next"))
    back = (seen.anchor.weekday() - wanted) % 7
    if said:
        return periods.day(seen.anchor + timedelta(days=7 - back if turn(said) > 0 else -(back or 7)))
    return periods.day(seen.anchor + timedelta(days=-back % 7 if seen.ahead else -back), "week")


def _weekday_of_week(found: Found, seen: Seen) -> Period | None:
    """ "Monday of last week"."""
    monday = seen.anchor - timedelta(days=seen.anchor.weekday())
    return periods.day(monday + timedelta(days=WEEKDAYS[found["weekday"]], weeks=turn(found["turn"])))


def _year_less(found: Found, seen: Seen) -> Period | None:
    """A date without a year: the nearest one, half a year either side (ahead: the next); its weekday must fit."""
    month, number = month_number(found["month"]), ordinal(found["day"])
    said = found["weekday"]
    options = [
        option
        for year in range(seen.anchor.year - 1, seen.anchor.year + 2)
        if (option := on(year, month, number)) and (not said or option.start.weekday() == WEEKDAYS[said])
    ]
    if seen.ahead:
        options = [option for option in options if option.start >= seen.anchor] or options
    nearest = min(options, key=lambda option: abs((option.start - seen.anchor).days), default=None)
    return nearest and periods.day(nearest.start, "year")


def _last_date(found: Found, seen: Seen) -> Period | None:
    """ "last Oct. 23": the last before the anchor."""
    month, number = month_number(found["month"]), ordinal(found["day"])
    options = [on(seen.anchor.year - back, month, number) for back in range(5)]  # a leap day may be four years back
    return next((option for option in options if option and option.start < seen.anchor), None)


def _day_of_year(found: Found, seen: Seen) -> Period | None:
    return on(seen.anchor.year + turn(found["turn"]), month_number(found["month"]), ordinal(found["day"]))


def _month(found: Found, seen: Seen) -> Period | None:
    """The last that has begun; "last": that has ended; "this": of this year; "next": that has not begun."""
    number, year = month_number(found["month"]), seen.anchor.year
    if found["turn"]:
        return _turned([periods.month(year + more, number) for more in (-1, 0, 1)], found["turn"], seen)
    return seen.choose(periods.month(year + more, number, "year") for more in (-1, 0, 1))


def _season(found: Found, seen: Seen) -> Period | None:
    options = [periods.season(seen.anchor.year + more, found["season"]) for more in (-2, -1, 0, 1)]
    return _turned(options, found["turn"], seen)


def _turned(options: list[Period], said: str, seen: Seen) -> Period | None:
    """Of yearly repetitions: "last" has ended, "next" has not begun, "this" is going on or of this year."""
    if turn(said) < 0:
        return next((one for one in reversed(options) if one.end < seen.anchor), None)
    if turn(said) > 0:
        return next((one for one in options if one.start > seen.anchor), None)
    going_on = [one for one in options if one.start <= seen.anchor <= one.end]
    return next((one for one in (*going_on, *options) if one in going_on or one.start.year == seen.anchor.year), None)


def _quarter_of(found: Found, seen: Seen) -> Period | None:
    number, year = ordinal(found["nth"]), seen.anchor.year
    if not 1 <= number <= 4:
        return None
    if said := found["turn"]:
        return periods.quarter(year + turn(said), number)
    return seen.choose(periods.quarter(year + more, number) for more in (-1, 0, 1))


def _nth(found: Found, seen: Seen) -> Period | None:
    """ "the 13th": of this month or, if that is still to come, of the last (ahead: past, of the next)."""
    first = seen.anchor.replace(day=1)
    around = [periods.moved(first, "month", more) for more in (-2, -1, 0, 1, 2)]
    return seen.choose(one for day in around if (one := on(day.year, day.month, ordinal(found["nth"]))))


def _new_year(found: Found, seen: Seen) -> Period | None:
    month, day = (12, 31) if found["which"] == "eve" else (1, 1)
    options = [periods.day(date(seen.anchor.year + more, month, day)) for more in (-1, 0, 1)]
    return min(options, key=lambda option: abs((option.start - seen.anchor).days))


ANCHORED: tuple[tuple[str, Callable[[Found, Seen], Period | None]], ...] = (
    (rf"(?:(?P<turn>{LAST}|{NEXT}|this) )?(?P<weekday>{WEEKDAY})", _weekday),
    (rf"(?P<weekday>{WEEKDAY}),? (?:of )?(?P<turn>last|this|next) week", _weekday_of_week),
    (rf"(?P<turn>last|this|next) week,? (?:on )?(?P<weekday>{WEEKDAY})", _weekday_of_week),
    *((rf"(?:(?P<weekday>{WEEKDAY}),? (?:the )?)?{pattern}", _year_less) for pattern in MONTH_DAY),
    *((rf"last {pattern}", _last_date) for pattern in MONTH_DAY),
    *((rf"{pattern}{OF_YEAR}", _day_of_year) for pattern in MONTH_DAY),
    (rf"(?:(?P<turn>{LAST}|{NEXT}|this) )?(?P<month>{MONTH})", _month),
    (
        rf"(?P<month>{MONTH}){OF_YEAR}",
        lambda found, seen: periods.month(seen.anchor.year + turn(found["turn"]), month_number(found["month"])),
    ),
    (rf"{TURN} (?P<season>{SEASON})", _season),
    (
        rf"(?:the )?(?P<season>{SEASON}){OF_YEAR}",
        lambda found, seen: periods.season(seen.anchor.year + turn(found["turn"]), found["season"]),
    ),
    (rf"(?:the )?(?P<nth>{NTH})[ -]quarter{OF_YEAR}?", _quarter_of),
    (r"the (?P<nth>\d{1,2}(?:st|nd|rd|th))", _nth),
    (r"new year's (?P<which>day|eve)", _new_year),
)  # fmt: skip
