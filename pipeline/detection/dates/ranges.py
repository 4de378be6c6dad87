"""Ranges: "March 3-5", "from Monday to Wednesday", "between 2011 and 2014", "June to August", "April 24 and 25"."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from pipeline.detection.dates import periods
from pipeline.detection.dates.named import Seen
from pipeline.detection.dates.periods import Period
from pipeline.detection.dates.words import DAY, MONTH, WEEKDAY, YEAR

Parse = Callable[[str, Seen | None], Period | None]
TO = re.compile(r" ?- ?|/| (?:to|through|thru|until|till) ")
AND = re.compile(r",? (?:and|or) ")


def joined(text: str, seen: Seen | None, parse: Parse) -> Period | None:
    """The range that the text spans, or None; days that only stand beside each other must follow each other."""
    if between := re.fullmatch(r"between (?P<both>.+)", text):
        return next(_ranges(between["both"], AND, seen, parse), None)
    found = next(_ranges(re.sub(r"^from ", "", text), TO, seen, parse), None)
    return found or next(_ranges(re.sub(r"^both ", "", text), AND, seen, parse, adjacent=True), None)


def _ranges(
    text: str, connector: re.Pattern[str], seen: Seen | None, parse: Parse, *, adjacent: bool = False
) -> Iterator[Period]:
    for match in connector.finditer(text):
        if text[: match.start()].endswith(("early", "mid", "late")):
            continue  # "mid-March"
        left, right = _completed(text[: match.start()], text[match.end() :])
        first, last = parse(left, seen), parse(right, seen)
        if first is None or last is None:
            continue
        if left + right != text[: match.start()] + text[match.end() :] and first.cycle is None:
            first = replace(first, cycle="year")  # the year was the other's
        ordered = _ordered(first, last, ahead=seen is not None and seen.ahead)
        if ordered is not None and (not adjacent or ordered[0].end + timedelta(days=1) == ordered[1].start):
            yield periods.span(ordered[0].start, ordered[1].end)


def _completed(left: str, right: str) -> tuple[str, str]:
    """Each side with what only the other one says: "March 3" and "March 5"; "3 March"; "June 2019"; "2014"."""
    if re.fullmatch(YEAR, left) and re.fullmatch(r"\d\d", right):
        return left, left[:2] + right
    month = re.fullmatch(rf"(?:(?:{WEEKDAY}),? )?(?P<month>{MONTH}) (?:{DAY})", left)
    if month and re.fullmatch(rf"(?:{DAY})(?:,? {YEAR})?", right):
        right = f"{month['month']} {right}"
    month = re.fullmatch(rf"(?:{DAY})(?: of)? (?P<month>{MONTH}(?:,? {YEAR})?)", right)
    if month and re.fullmatch(DAY, left):
        left = f"{left} {month['month']}"
    year = re.search(rf"\b{YEAR}$", right)
    if year and right != year[0] and not re.search(rf"\b{YEAR}\b|\ds$", left):
        left = f"{left} {year[0]}"
    return left, right


def _ordered(first: Period, last: Period, *, ahead: bool) -> tuple[Period, Period] | None:
    """First before last; a repetition may be moved to make it so, backwards or, ahead, forwards."""
    if first.start > last.start and ahead and last.cycle:
        last = _moved(last, last.cycle, 1)
    if first.start > last.start and first.cycle and last.cycle in (None, first.cycle):
        first = _moved(first, first.cycle, -1)
    return (first, last) if first.start < last.start else None


def _moved(period: Period, unit: str, count: int) -> Period:
    start, end = periods.moved(period.start, unit, count), periods.moved(period.end, unit, count)
    return replace(period, start=start, end=periods.around(start, "month").end if period.precision == "month" else end)
