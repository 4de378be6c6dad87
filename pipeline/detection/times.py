"""Time expressions to dates, against the day of publication: wires say "Tuesday" and mean the Tuesday just past.

Pure text to dates; weeks run Monday to Sunday (ISO 8601). Past-biased: a bare weekday or a month without a year is the last
one before, or on, the anchor, unless "next", "this coming" or the like says otherwise.
"""

import calendar
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

Precision = Literal["day", "week", "month", "year", "range", "unresolved"]
Resolved = tuple[str | None, str | None, Precision]

UNRESOLVED: Resolved = (None, None, "unresolved")
WEEKDAYS = {name.lower(): index for index, name in enumerate(calendar.day_name)}
WEEKDAYS |= {name[:3]: index for name, index in WEEKDAYS.items()} | {"tues": 1, "thurs": 3}
MONTHS = {name.lower(): index for index, name in enumerate(calendar.month_name) if name}
MONTHS |= {name[:3]: index for name, index in MONTHS.items()} | {"sept": 9}
NUMBERS = {
    word: n for n, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
}
NUMBERS |= {"a": 1, "an": 1, "couple": 2, "few": 3, "several": 4, "dozen": 12}
NAMED_DAYS = {
    "the day before yesterday": -2, "yesterday": -1, "last night": -1, "overnight": 0, "today": 0, "tonight": 0,
    "this morning": 0, "this afternoon": 0, "this evening": 0, "tomorrow": 1,
}  # fmt: skip
MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
WEEKDAY = "|".join(sorted(WEEKDAYS, key=len, reverse=True))
NUMBER = r"\d+|" + "|".join(NUMBERS)


def resolve(expression: str, *, anchor: date | None) -> Resolved:
    """(first day, last day, precision) as ISO dates; (None, None, "unresolved") where the words do not say."""
    text = re.sub(r"\s+", " ", expression.lower().replace("’", "'")).strip(" .,")
    for pattern, rule in ABSOLUTE:
        found = re.search(pattern, text)
        if found:
            return rule(found, anchor)
    if anchor is None:
        return UNRESOLVED
    for pattern, relative in RELATIVE:
        found = re.search(pattern, text)
        if found:
            return relative(found, anchor)
    return UNRESOLVED


def _days(start: date, end: date, precision: Precision) -> Resolved:
    return start.isoformat(), end.isoformat(), precision


def _day(year: int, month: int, day: int) -> Resolved:
    try:
        found = date(year, month, day)
    except ValueError:
        return UNRESOLVED
    return _days(found, found, "day")


def _month(year: int, month: int) -> Resolved:
    return _days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), "month")


def _iso(found: re.Match[str], _: date | None) -> Resolved:
    return _day(int(found[1]), int(found[2]), int(found[3]))


def _month_day(found: re.Match[str], anchor: date | None) -> Resolved:
    """ "June 14, 2020", "14 June", "June 14": without a year the nearest one (half a year either side)."""
    month = MONTHS[found["month"]]
    day = int(found["day"])
    if found["year"]:
        return _day(int(found["year"]), month, day)
    if anchor is None:
        return UNRESOLVED
    years = [
        candidate for candidate in (anchor.year - 1, anchor.year, anchor.year + 1) if _valid(candidate, month, day)
    ]
    nearest = min(years, key=lambda year: abs((date(year, month, day) - anchor).days), default=None)
    return UNRESOLVED if nearest is None else _day(nearest, month, day)


def _valid(year: int, month: int, day: int) -> bool:
    return 1 <= day <= calendar.monthrange(year, month)[1]


def _month_year(found: re.Match[str], _: date | None) -> Resolved:
    return _month(int(found["year"]), MONTHS[found["month"]])


def _year(found: re.Match[str], _: date | None) -> Resolved:
    year = int(found["year"])
    return _days(date(year, 1, 1), date(year, 12, 31), "year")


def _named_day(found: re.Match[str], anchor: date) -> Resolved:
    day = anchor + timedelta(days=NAMED_DAYS[found[0]])
    return _days(day, day, "day")


def _ago(found: re.Match[str], anchor: date) -> Resolved:
    return _shifted(_number(found["n"]), found["unit"], anchor, sign=-1)


def _ahead(found: re.Match[str], anchor: date) -> Resolved:
    return _shifted(_number(found["n"]), found["unit"], anchor, sign=1)


def _number(word: str) -> int:
    return int(word) if word.isdigit() else NUMBERS[word]


def _shifted(count: int, unit: str, anchor: date, *, sign: int) -> Resolved:
    """The day, week, month or year that lies `count` units away."""
    if unit == "hour":
        return _days(anchor, anchor, "day")
    if unit == "day":
        day = anchor + timedelta(days=sign * count)
        return _days(day, day, "day")
    if unit == "week":
        return _week(anchor + timedelta(weeks=sign * count))
    months = (
        anchor.year * 12 + anchor.month - 1 + sign * count * (12 if unit == "year" else 120 if unit == "decade" else 1)
    )
    year, month = divmod(months, 12)
    if not 1 <= year <= 9998:
        return UNRESOLVED
    return _month(year, month + 1) if unit == "month" else _days(date(year, 1, 1), date(year, 12, 31), "year")


def _week(day: date) -> Resolved:
    monday = day - timedelta(days=day.weekday())
    return _days(monday, monday + timedelta(days=6), "week")


def _unit(found: re.Match[str], anchor: date) -> Resolved:
    """ "last week", "this month", "next year", "earlier this week"."""
    which = {"last": -1, "previous": -1, "past": -1, "this": 0, "current": 0, "next": 1, "coming": 1}[found["which"]]
    unit = found["unit"]
    if unit == "weekend":
        saturday = anchor - timedelta(days=anchor.weekday()) + timedelta(days=5, weeks=which)
        return _days(saturday, saturday + timedelta(days=1), "range")
    return _shifted(abs(which), unit, anchor, sign=-1 if which < 0 else 1)


def _past_span(found: re.Match[str], anchor: date) -> Resolved:
    """ "the last three days", "the past two weeks": from then until the anchor."""
    days = {"hour": 0, "day": 1, "week": 7, "month": 30, "year": 365, "decade": 3650}[found["unit"]]
    count = _number(found["n"]) if found["n"] else 1
    try:
        return _days(anchor - timedelta(days=days * count), anchor, "range")
    except OverflowError:
        return UNRESOLVED


def _recent(found: re.Match[str], anchor: date) -> Resolved:
    """ "in recent weeks": a range whose near end is the anchor; the far end is taken as four units."""
    days = {"day": 1, "week": 7, "month": 30, "year": 365}[found["unit"]]
    return _days(anchor - timedelta(days=4 * days), anchor, "range")


def _weekday(found: re.Match[str], anchor: date) -> Resolved:
    wanted = WEEKDAYS[found["weekday"]]
    which = (found["which"] or "").strip()
    if which in ("next", "this coming", "coming"):
        ahead = (wanted - anchor.weekday() - 1) % 7 + 1
        day = anchor + timedelta(days=ahead)
    else:
        back = (anchor.weekday() - wanted) % 7
        day = anchor - timedelta(days=back or (7 if which == "last" else 0))
    return _days(day, day, "day")


def _month_alone(found: re.Match[str], anchor: date) -> Resolved:
    month = MONTHS[found["month"]]
    which = (found["which"] or "").strip()
    year = anchor.year if month <= anchor.month else anchor.year - 1
    if which == "next" or (which == "this" and month > anchor.month):
        year = anchor.year if month > anchor.month else anchor.year + 1
    elif which == "last" and month == anchor.month:
        year -= 1
    return _month(year, month)


DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
YEAR = r"(?P<year>1[89]\d\d|20\d\d)"
ABSOLUTE: tuple[tuple[str, Callable[[re.Match[str], date | None], Resolved]], ...] = (
    (r"\b(\d{4})-(\d\d)-(\d\d)\b", _iso),
    (rf"\b(?P<month>{MONTH})\.? {DAY}\b(?:,? {YEAR})?(?!\d)", _month_day),
    (rf"\b{DAY}(?: of)? (?P<month>{MONTH})\b\.?(?:,? {YEAR})?", _month_day),
    (rf"\b(?P<month>{MONTH})\.?,?(?: of)? {YEAR}\b", _month_year),
    (rf"(?:^|\b(?:in|of|since|early|late|mid|by|year) ?-?){YEAR}\b(?!-|s)", _year),
)
UNITS = r"(?P<unit>hour|day|week|month|year|decade)s?"
RELATIVE: tuple[tuple[str, Callable[[re.Match[str], date], Resolved]], ...] = (
    (rf"\b(?:{'|'.join(NAMED_DAYS)})\b", _named_day),
    (rf"\b(?:about |some |nearly |almost |over |more than )?(?P<n>{NUMBER})(?: of)? {UNITS} (?:ago|earlier|before)\b", _ago),
    (rf"\bin (?P<n>{NUMBER}) {UNITS}\b", _ahead),
    (rf"\b(?:last|past|previous) (?P<n>{NUMBER}) {UNITS}\b", _past_span),
    (rf"\brecent {UNITS}\b", _recent),
    (rf"\b(?P<which>last|next|this coming|coming|this|past)? ?(?P<weekday>{WEEKDAY})s?\b", _weekday),
    (r"\bthe (?:last|past) (?P<n>)(?P<unit>week|month|year|decade|day)\b", _past_span),
    (r"\b(?P<which>last|previous|past|this|current|next|coming) (?P<unit>weekend|week|month|year|decade)\b", _unit),
    (rf"\b(?P<which>last|next|this|early|late|mid)?[ -]?(?P<month>{MONTH})\b", _month_alone),
)  # fmt: skip
