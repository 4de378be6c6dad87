"""Dates, months, quarters, seasons, years and centuries that the calendar alone tells."""

import re
from collections.abc import Callable
from datetime import date

from pipeline.detection.dates import periods
from pipeline.detection.dates.periods import SEASONS, Period
from pipeline.detection.dates.words import DAY, MONTH, NTH, YEAR, either, month_number, ordinal

Found = re.Match[str]
SEASON = either(*SEASONS)


def on(year: int, month: int, day: int) -> Period | None:
    """That day, or None where the month has no such day."""
    try:
        return periods.day(date(year, month, day))
    except ValueError:
        return None


def _iso(found: Found) -> Period | None:
    return on(int(found["year"]), int(found["month"]), int(found["day"]))


def _figures(found: Found) -> Period | None:
    """ "15/09/2013", "7/28/2004"; "7/8/2004" is August in London and July in New York, so it is none. Dots are European."""
    first, second = int(found["first"]), int(found["second"])
    if found["dot"] == "." or first > 12 or first == second:
        return on(int(found["year"]), second, first)
    return on(int(found["year"]), first, second) if second > 12 else None


def _date(found: Found) -> Period | None:
    return on(int(found["year"]), month_number(found["month"]), ordinal(found["day"]))


def _quarter(found: Found) -> Period | None:
    number = ordinal(found["nth"])
    return periods.quarter(int(found["year"]), number) if 1 <= number <= 4 else None


def _decade(found: Found) -> Period | None:
    """The 1990s; "the '80s" are the 1980s; "the 1900s" are ten years to some, a hundred to others."""
    if found["century"] and found["ten"] == "0" and found["century"] != "20":
        return None
    century = found["century"] or ("20" if found["ten"] in "012" else "19")
    return periods.decade(int(century + found["ten"] + "0"))


def _winter(found: Found) -> Period | None:
    """ "the winter of 2019-20"."""
    year = int(found["year"])
    return periods.season(year, "winter") if (year + 1) % 100 == int(found["until"][-2:]) else None


MONTH_DAY = (
    rf"(?:the )?(?P<month>{MONTH}) (?:the )?(?P<day>{DAY}|{NTH})",
    rf"(?:the )?(?P<day>{DAY}|{NTH})(?: day)?(?: of|-)? ?(?P<month>{MONTH})",
)
ALONE: tuple[tuple[str, Callable[[Found], Period | None]], ...] = (
    (r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:t[\d:.]+(?:z|[+-][\d:]+)?)?", _iso),
    (rf"(?P<first>\d{{1,2}})(?P<dot>[/.-])(?P<second>\d{{1,2}})(?P=dot)(?P<year>{YEAR})", _figures),
    *((rf"{pattern},? ?(?:in )?(?P<year>{YEAR})", _date) for pattern in MONTH_DAY),
    (rf"(?P<year>{YEAR}) (?P<month>{MONTH}) (?P<day>{DAY})", _date),
    (
        rf"(?P<month>{MONTH}),?(?: of| in)? (?P<year>{YEAR})",
        lambda found: periods.month(int(found["year"]), month_number(found["month"])),
    ),
    (rf"(?P<year>{YEAR})-(?P<month>0[1-9]|1[0-2])", lambda found: periods.month(int(found["year"]), int(found["month"]))),
    (rf"(?:the )?(?P<nth>{NTH})[ -]quarter(?:,? of|,? in|,)? (?P<year>{YEAR})", _quarter),
    (rf"q(?P<nth>[1-4]),?(?: of)? (?P<year>{YEAR})", _quarter),
    (rf"(?:the )?(?P<year>{YEAR}) (?P<nth>{NTH}) quarter", _quarter),
    (rf"(?:the )?winter(?: of| in)? (?P<year>{YEAR})[-–/](?P<until>\d\d|{YEAR})", _winter),
    (
        rf"(?:the )?(?P<season>{SEASON})(?: of| in|,)? (?P<year>{YEAR})",
        lambda found: periods.season(int(found["year"]), found["season"]),
    ),
    (rf"(?:the )?(?:calendar )?(?:year )?(?P<year>{YEAR})", lambda found: periods.years(int(found["year"]))),
    (r"(?:the )?(?:(?P<century>1[89]|20)|')(?P<ten>\d)0'?s", _decade),
    (rf"(?:the |an? )?(?P<nth>{NTH}) century", lambda found: periods.century(ordinal(found["nth"]))),
)  # fmt: skip
