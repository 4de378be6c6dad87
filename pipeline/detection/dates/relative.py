"""Expressions that count from the anchor: "yesterday", "three months ago", "last week", "the past two days"."""

from collections.abc import Callable
from datetime import date, timedelta

from pipeline.detection.dates import periods
from pipeline.detection.dates.absolute import Found
from pipeline.detection.dates.named import NEXT, THIS, Seen, turn
from pipeline.detection.dates.periods import Period
from pipeline.detection.dates.words import COUNT, UNIT, WEEKDAY, WEEKDAYS, count

NAMED_DAYS = {
    "the day before yesterday": -2, "yesterday": -1, "last night": -1, "last evening": -1, "today": 0, "tonight": 0,
    "this morning": 0, "this afternoon": 0, "this evening": 0, "tomorrow": 1, "the day after tomorrow": 2,
}  # fmt: skip


def _named_day(found: Found, seen: Seen) -> Period:
    return periods.day(seen.anchor + timedelta(days=NAMED_DAYS[found["name"]]))


def _overnight(_: Found, seen: Seen) -> Period:
    """The night before the day of publication began on the day before it."""
    return periods.span(seen.anchor - timedelta(days=1), seen.anchor)


def _distant(found: Found, seen: Seen, sign: int) -> Period | None:
    """The unit that lies so many away, as exact as the unit: "three months ago" is a month, "a few days ago" a range."""
    if not found["count"] and not found["many"]:
        return None  # "year-ago figures"
    low, high = count(found["count"] or "")
    if found["half"]:
        high += 1
    unit, low, high = _whole_days(found["unit"], low, high)
    near, far = (_at(unit, sign * number, seen) for number in (low, high))
    if low == high:
        return near
    return periods.span(min(near.start, far.start), max(near.end, far.end))


def _at(unit: str, number: int, seen: Seen) -> Period:
    """A decade ago is a year, ten back; what is counted in other units is one of them."""
    on = periods.moved(seen.anchor, unit, number)
    return periods.around(on, "year" if unit == "decade" else unit)


def _whole_days(unit: str, low: int, high: int) -> tuple[str, int, int]:
    """Hours and minutes as the days that are full: nobody knows the hour of publication here."""
    an_hour = {"hour": 1, "minute": 60}.get(unit)
    return (unit, low, high) if an_hour is None else ("day", low // (24 * an_hour), high // (24 * an_hour))


def _ago_on(found: Found, seen: Seen) -> Period:
    """ "a week ago Tuesday", "Tuesday two weeks ago"."""
    weeks, _ = count(found["count"])
    back = (seen.anchor.weekday() - WEEKDAYS[found["weekday"]]) % 7
    return periods.day(seen.anchor - timedelta(days=back, weeks=weeks))


def _turned(found: Found, seen: Seen) -> Period:
    """ "last week", "this month", "next year": whole units of the calendar."""
    unit = found["unit"]
    return periods.around(periods.moved(seen.anchor, unit, turn(found["turn"])), unit)


def _the_weekend(_: Found, seen: Seen) -> Period | None:
    """The last that has begun; ahead, the next."""
    return seen.choose(periods.weekend(seen.anchor + timedelta(weeks=more)) for more in (-1, 0, 1))


def _past_weekend(_: Found, seen: Seen) -> Period | None:
    return seen.choose(periods.weekend(seen.anchor + timedelta(weeks=more)) for more in (-2, -1))


def _back(found: Found, seen: Seen) -> Period:
    """ "the past two weeks", "recent days": from then until the anchor; a vague number at its largest."""
    return periods.span(_reach(found, seen, -1), seen.anchor)


def _on(found: Found, seen: Seen) -> Period:
    """ "the next few days", "within two weeks": from the anchor until then."""
    return periods.span(seen.anchor, _reach(found, seen, 1))


def _reach(found: Found, seen: Seen, sign: int) -> date:
    said = found.groupdict().get("count")
    number = count(said)[1] if said else RECENT if found["many"] else 1
    unit = found["unit"]
    if unit in ("hour", "minute"):
        unit, number = "day", -(-number // (24 if unit == "hour" else 1440))
    return periods.moved(seen.anchor, unit, sign * number)


# How far back, in units, "recent weeks" and "the past weeks" are taken to reach.
RECENT = 4
DISTANCE = rf"(?:(?P<count>{COUNT}) )?(?P<unit>{UNIT})(?P<many>s)?(?P<half> and a half)?"
# "The first in months" counts nothing.
EXACT = rf"(?P<count>{COUNT}) (?P<unit>{UNIT})(?P<many>s)?(?P<half> and a half)?"
SPAN = rf"(?:(?P<count>{COUNT}) )?(?P<unit>{UNIT})(?P<many>s)?"
CALENDAR_UNIT = r"(?P<unit>weekend|week|month|quarter|year|decade|century)"
COUNTING: tuple[tuple[str, Callable[[Found, Seen], Period | None]], ...] = (
    (rf"(?P<name>{'|'.join(NAMED_DAYS)})", _named_day),
    (r"overnight", _overnight),
    (rf"{DISTANCE} ago", lambda found, seen: _distant(found, seen, -1)),
    (rf"in {EXACT}(?:'s?)?(?: time)?", lambda found, seen: _distant(found, seen, 1)),
    (rf"{EXACT} from (?:now|today)", lambda found, seen: _distant(found, seen, 1)),
    (rf"(?P<count>{COUNT}) weeks? ago (?:on )?(?P<weekday>{WEEKDAY})", _ago_on),
    (rf"(?P<weekday>{WEEKDAY}),? (?P<count>{COUNT}) weeks? ago", _ago_on),
    (r"(?:the|this|that) past weekend|(?:the )?last weekend", _past_weekend),
    (r"the weekend", _the_weekend),
    (rf"(?P<turn>last|{NEXT}|{THIS}) {CALENDAR_UNIT}", _turned),
    # But "at the last minute" is late, and no time by itself.
    (rf"(?:the|this|these) (?!last minute$)(?:last|past) {SPAN}", _back),
    (rf"past {SPAN}", _back),
    (rf"(?!last minute$)last {SPAN}", _back),
    (rf"(?:the )?(?:most )?recent (?P<unit>{UNIT})(?P<many>s)", _back),
    # But "the next day" is the day after whatever was told before.
    (rf"(?:the )?(?!next day$)(?:next|coming) {SPAN}", _on),
    (rf"within (?:the next )?{SPAN}", _on),
)  # fmt: skip
