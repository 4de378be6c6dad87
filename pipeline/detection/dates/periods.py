"""Periods of the calendar: first and last day, and how exactly the words said it. Weeks are ISO 8601's, Monday to Sunday.

A period outside the years 1 to 9998 is an OverflowError, as it is for `datetime.date`.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Precision = Literal["day", "week", "month", "year", "range"]
# Whatever repeats, and was taken as the one nearest to the anchor: a weekday without a date, a date without a year.
Cycle = Literal["week", "year"]

DAYS_A_WEEK = 7
MONTHS_A_YEAR = 12
LAST_YEAR = 9998
# Meteorological seasons of the northern hemisphere, by their first month.
SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, inclusive."""

    start: date
    end: date
    precision: Precision
    cycle: Cycle | None = None


def day(on: date, cycle: Cycle | None = None) -> Period:
    """One day."""
    return Period(on, on, "day", cycle)


def span(start: date, end: date) -> Period:
    """Days that are no unit of the calendar."""
    return Period(start, end, "range")


def week(on: date) -> Period:
    """The week around a day."""
    monday = on - timedelta(days=on.weekday())
    return Period(monday, monday + timedelta(days=6), "week")


def weekend(on: date) -> Period:
    """Saturday and Sunday of the week around a day."""
    saturday = week(on).start + timedelta(days=calendar.SATURDAY)
    return span(saturday, saturday + timedelta(days=1))


def months(year: int, first: int, count: int) -> Period:
    """`count` months from the month `first` (1 to 12) on."""
    beyond, last = divmod(first - 1 + count - 1, MONTHS_A_YEAR)
    if not 1 <= year <= year + beyond <= LAST_YEAR:
        raise OverflowError(f"the year {year} is outside the calendar")
    end = date(year + beyond, last + 1, calendar.monthrange(year + beyond, last + 1)[1])
    return Period(date(year, first, 1), end, "month" if count == 1 else "year" if count == MONTHS_A_YEAR else "range")


def month(year: int, number: int, cycle: Cycle | None = None) -> Period:
    """One month."""
    whole = months(year, number, 1)
    return Period(whole.start, whole.end, "month", cycle)


def quarter(year: int, number: int) -> Period:
    """Three months, `number` 1 to 4."""
    return months(year, 3 * number - 2, 3)


def season(year: int, name: str) -> Period:
    """The season that begins in that year: the winter of 2019 is December 2019 to February 2020."""
    return months(year, SEASONS[name], 3)


def years(first: int, count: int = 1) -> Period:
    """`count` whole years."""
    start, end = months(first, 1, MONTHS_A_YEAR), months(first + count - 1, 1, MONTHS_A_YEAR)
    return Period(start.start, end.end, "year" if count == 1 else "range")


def decade(year: int) -> Period:
    """The ten years around a year: the 1990s are 1990 to 1999."""
    return years(year - year % 10, 10)


def century(number: int) -> Period:
    """A hundred years: the 20th century is 1901 to 2000."""
    return years(100 * number - 99, 100)


def moved(on: date, unit: str, count: int) -> date:
    """The day `count` units later; the 31st becomes the last day of a shorter month."""
    if unit in DAYS:
        return on + timedelta(days=DAYS[unit] * count)
    index = on.year * MONTHS_A_YEAR + on.month - 1 + count * MONTHS[unit]
    year, number = divmod(index, MONTHS_A_YEAR)
    last = months(year, number + 1, 1).end
    return last.replace(day=min(on.day, last.day))


DAYS = {"day": 1, "week": DAYS_A_WEEK, "fortnight": 2 * DAYS_A_WEEK, "weekend": DAYS_A_WEEK}
MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}


def around(on: date, unit: str) -> Period:
    """The unit of the calendar that a day stands in."""
    if unit in ("day", "week", "fortnight", "weekend"):
        return {"day": day, "weekend": weekend}.get(unit, week)(on)
    if unit == "month":
        return month(on.year, on.month)
    if unit == "quarter":
        return quarter(on.year, (on.month + 2) // 3)
    if unit == "century":
        return century((on.year + 99) // 100)
    return decade(on.year) if unit == "decade" else years(on.year)


def third(whole: Period, which: Literal["early", "mid", "late"]) -> Period:
    """The early, middle or late third of a period, in days, months or years as its length asks; a day stays a day."""
    if whole.precision == "day":
        return whole
    unit, count = _parts(whole)
    lengths = {
        "early": (0, -(-count // 3)),
        "mid": (count // 3, count - count // 3),
        "late": (count + -count // 3, count),
    }
    first, beyond = lengths[which]
    return portion(whole, unit, first, beyond)


def half(whole: Period, number: int) -> Period:
    """The first or the second half."""
    unit, count = _parts(whole)
    return portion(whole, unit, 0, count // 2) if number == 1 else portion(whole, unit, count // 2, count)


def portion(whole: Period, unit: str, first: int, beyond: int) -> Period:
    """The units from number `first` up to, without, number `beyond` of a period."""
    return span(moved(whole.start, unit, first), moved(whole.start, unit, beyond) - timedelta(days=1))


def _parts(whole: Period) -> tuple[str, int]:
    days = (whole.end - whole.start).days + 1
    if days <= 31:
        return "day", days
    if days <= 366:
        return "month", round(days / 30.4)
    return "year", round(days / 365.25)
