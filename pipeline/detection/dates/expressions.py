"""What a whole expression means: a name, a range, or a modifier of an expression ("late", "since", "the first half of")."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Literal

from pipeline.detection.dates import periods
from pipeline.detection.dates.absolute import ALONE, Found
from pipeline.detection.dates.clock import timeless
from pipeline.detection.dates.named import ANCHORED, Seen
from pipeline.detection.dates.periods import Period
from pipeline.detection.dates.ranges import joined
from pipeline.detection.dates.relative import COUNTING
from pipeline.detection.dates.words import COUNT, DAY, MONTH, NTH, WEEKDAY, WEEKDAYS, YEAR, count, ordinal


def period(text: str, seen: Seen | None) -> Period | None:
    """What the normalised text means, or None. Each rule that fits decides; only hedges and clocks are looked past."""
    if found := simple(text, seen) or joined(text, seen, part):
        return found
    for pattern, rule in BUILT:
        if match := re.fullmatch(pattern, text):
            return rule(match, seen)
    shorter = re.sub(HEDGE, "", text)
    if shorter == text:
        shorter = timeless(text)
    return period(shorter, seen) if shorter and shorter != text else None


def simple(text: str, seen: Seen | None) -> Period | None:
    """A period that has one name: of the calendar, or as seen from the anchor."""
    for pattern, alone in ALONE:
        if found := re.fullmatch(pattern, text):
            return alone(found)
    return _as_seen(text, seen) if seen is not None else None


def _as_seen(text: str, seen: Seen) -> Period | None:
    for pattern, rule in (*ANCHORED, *COUNTING):
        if found := re.fullmatch(pattern, text):
            return rule(found, seen)
    return None


HEDGE = (
    r"^(?:about|around|approximately|roughly|some|nearly|almost|at least|as (?:early|late|recently) as|just|only|sometime|on|in|"
    r"during|over|throughout|for|at|from|starting|beginning|effective|as of|more than|less than|under|well over|barely|"
    r"the (?:month|year|date|day|night|morning|evening|afternoon) of) "
)


def part(text: str, seen: Seen | None) -> Period | None:
    """A side of a range: a simple period or a third of one, "late October"."""
    match = re.fullmatch(r"(?:the )?(early|mid|late)[ -](.+)", text)
    whole = simple(match[2] if match else text.removeprefix("in "), seen)
    return periods.third(whole, THIRDS[match[1]]) if match and whole else whole


def inner(text: str, seen: Seen | None) -> Period | None:
    """What a modifier modifies; "the end of the year" is that of this year."""
    own = seen is not None and re.fullmatch(r"(?:the )?(week|month|quarter|year|decade|century)", text)
    return period(f"this {own[1]}" if own else text, seen)


def _third(found: Found, seen: Seen | None) -> Period | None:
    whole = inner(found["rest"], seen)
    return whole and periods.third(whole, THIRDS[found["which"]])


THIRDS: dict[str, Literal["early", "mid", "late"]] = {
    "early": "early", "start": "early", "beginning": "early", "first": "early", "mid": "mid", "middle": "mid",
    "late": "late", "closing": "late", "end": "late", "close": "late", "final": "late", "last": "late",
}  # fmt: skip


def _year_end(_: Found, seen: Seen | None) -> Period | None:
    return periods.third(periods.around(seen.anchor, "year"), "late") if seen else None


def _half(found: Found, seen: Seen | None) -> Period | None:
    whole = inner(found["rest"], seen)
    return whole and periods.half(whole, 1 if found["which"] in ("first", "1st") else 2)


def _units(found: Found, seen: Seen | None) -> Period | None:
    """ "the first nine months of 2019", "the last two weeks of May"."""
    whole, (_, number), unit = inner(found["rest"], seen), count(found["count"]), found["unit"]
    if whole is None:
        return None
    beyond = whole.end + timedelta(days=1)
    at_end = found["which"] != "first"
    start = periods.moved(beyond, unit, -number) if at_end else whole.start
    end = whole.end if at_end else periods.moved(whole.start, unit, number) - timedelta(days=1)
    return periods.span(start, end) if whole.start <= start <= end <= whole.end else None


def _nth_week(found: Found, seen: Seen | None) -> Period | None:
    """ "the first week of June": its first seven days."""
    whole, nth = inner(found["rest"], seen), found["nth"]
    if whole is None or whole.precision != "month":
        return None
    if nth in ("last", "final"):
        return periods.span(whole.end - timedelta(days=6), whole.end)
    weeks = periods.portion(whole, "week", ordinal(nth) - 1, ordinal(nth))
    return weeks if weeks.end <= whole.end else None


def _nth_weekday(found: Found, seen: Seen | None) -> Period | None:
    """ "the first Monday of March", "the last Friday in May"."""
    whole, wanted = inner(found["rest"], seen), WEEKDAYS[found["weekday"]]
    if whole is None or whole.precision != "month":
        return None
    day = whole.start + timedelta(days=(wanted - whole.start.weekday()) % 7)
    days = [day + timedelta(weeks=more) for more in range(5) if day + timedelta(weeks=more) <= whole.end]
    index = -1 if found["nth"] in ("last", "final") else ordinal(found["nth"]) - 1
    return periods.day(days[index]) if index < len(days) else None


def _so_far(found: Found, seen: Seen | None) -> Period | None:
    """ "earlier this month", "later this week": the part before or after the anchor."""
    whole = inner(found["rest"], seen)
    if whole is None or seen is None or whole.precision == "day" or not whole.start <= seen.anchor <= whole.end:
        return whole
    if found["which"] == "later":
        return periods.span(seen.anchor, whole.end)
    return periods.span(whole.start, seen.anchor)


def _since(found: Found, seen: Seen | None) -> Period | None:
    begun = period(found["rest"], seen and replace(seen, ahead=False))
    return periods.span(begun.start, seen.anchor) if begun and seen and begun.start <= seen.anchor else None


def _until(found: Found, seen: Seen | None) -> Period | None:
    """From the anchor to a day that is still to come; what "by 2010" tells of 2010, nobody can say after it."""
    limit = inner(found["rest"], seen and replace(seen, ahead=True))
    return periods.span(seen.anchor, limit.end) if limit and seen and limit.end >= seen.anchor else None


def _week_of(found: Found, seen: Seen | None) -> Period | None:
    day = period(found["rest"], seen)
    return periods.around(day.start, found["unit"]) if day and day.precision == "day" else None


def _said_twice(found: Found, seen: Seen | None) -> Period | None:
    """ "Monday, June 1, 2020", "yesterday, May 5": the date counts."""
    return simple(found["rest"], seen)


OF = r"(?: (?:of|in|for|on))?(?: the)?"
BUILT: tuple[tuple[str, Callable[[Found, Seen | None], Period | None]], ...] = (
    (r"(?:ever )?since (?:the )?(?P<rest>.+)", _since),
    (r"from (?P<rest>.+) (?:on|onwards?)", _since),
    (r"(?:until|till|through|by|up to|no later than) (?P<rest>.+)", _until),
    (r"(?:the )?(?P<unit>weekend|week) of (?P<rest>.+)", _week_of),
    (rf"(?:the )?(?P<nth>{NTH}|last|final) week{OF} (?P<rest>.+)", _nth_week),
    (rf"(?:the )?(?P<nth>{NTH}|last|final) (?P<weekday>{WEEKDAY}){OF} (?P<rest>.+)", _nth_weekday),
    (rf"(?:the )?(?P<which>first|1st|second|2nd|last|latter) half{OF} (?P<rest>.+)", _half),
    (rf"(?:the )?(?P<which>first|last|final) (?P<count>{COUNT}) (?P<unit>day|week|month|quarter|year)s{OF} (?P<rest>.+)", _units),
    (rf"(?:the )?(?P<which>early|late|first|last|final|closing) (?:part|hours|days|weeks|months){OF} (?P<rest>.+)", _third),
    (rf"(?:the )?(?:very )?(?P<which>early|mid|late|start|beginning|middle|end|close){OF}[ -](?P<rest>.+)", _third),
    (r"(?:the )?year(?:-| |'s )end", _year_end),
    (rf"(?P<which>earlier|later){OF} (?P<rest>.+)", _so_far),
    (rf"{WEEKDAY},? (?P<rest>.*\b{YEAR})", _said_twice),
    (rf"(?:today|yesterday|tomorrow),? (?P<rest>(?:{MONTH} {DAY}|{DAY} {MONTH})(?:,? {YEAR})?)", _said_twice),
    (rf"an? {NTH} (?:straight|consecutive|successive) (?:day|night|week)(?: on)? (?P<rest>.+)", _said_twice),
)  # fmt: skip
