"""Dates as archives write them → instants. A small table, read strictly: what is in none of its shapes is no date."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from pipeline import instants
from pipeline.sources.formats import stamps

# Besides ISO 8601 (`stamps`) and RFC 2822, and without a zone, all of them; years have four digits.
SHAPES = (
    "%d-%b-%Y %H:%M:%S.%f",  # Reuters of 1987
    "%d-%b-%Y %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%B %d, %Y",
    "%d %B %Y",
)
RFC_2822 = re.compile(r"(?:[A-Za-z]{3}, )?\d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d(?::\d\d)? (?:[+-]\d{4}|[A-Z]{1,4})")
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
MAX_CHARS = 128


def instant(value: Any) -> str | None:
    """The instant of a date as text, None if it is in no shape that we know; without a zone it is UTC, without a time 00:00.

    Reuters of 1987 has wire codes behind some dates, control characters first: they are no part of the date.
    """
    if not isinstance(value, str) or len(value) > MAX_CHARS:
        return None
    text = " ".join(CONTROL.split(value, maxsplit=1)[0].split())
    if read := stamps.instant(text):
        return read
    moment = _mail(text) or _shaped(text)
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    try:
        return instants.from_ms((aware - instants.EPOCH) // instants.MILLISECOND)
    except OverflowError:  # before the year 1 or after 9999 in UTC
        return None


def _mail(text: str) -> datetime | None:
    """RFC 2822, with the zone that it demands."""
    if not RFC_2822.fullmatch(text):
        return None
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None


def _shaped(text: str) -> datetime | None:
    for shape in SHAPES:
        try:
            return datetime.strptime(text, shape)  # noqa: DTZ007 - `instant` says which zone
        except ValueError:
            continue
    return None
