"""Dates as wires write them → RFC 3339 in UTC; what cannot be read is None, and stays where it was."""

import re
from datetime import datetime

from pipeline import instants

# ISO 8601, extended or basic, date alone or with a time, with or without zone; and fourteen digits in a row.
STAMP = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d{2})-?(?P<day>\d{2})"
    r"(?:[Tt ]?(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?"
    r"\s*(?P<zone>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?",
    re.ASCII,
)


def instant(raw: str | None) -> str | None:
    """The instant, "2020-06-14T09:30:00.000Z"; UTC is meant where no zone is written."""
    found = STAMP.fullmatch((raw or "").strip())
    if not found:
        return None
    date = "-".join(found.group("year", "month", "day"))
    time = ":".join(part or "00" for part in found.group("hour", "minute", "second"))
    fraction = (found["fraction"] or "0")[:3].ljust(3, "0")
    try:
        moment = datetime.fromisoformat(f"{date}T{time}.{fraction}{_offset(found['zone'])}")
        milliseconds = instants.to_ms(moment.isoformat())
        return None if milliseconds is None else instants.from_ms(milliseconds)
    except (ValueError, OverflowError):
        return None


def embargo(raw: str) -> str | None:
    """The instant before which nothing may be published; None if `raw` does not say, or not in which zone: wire/embargo.py
    then holds the item until somebody has read it."""
    found = STAMP.fullmatch(raw.strip())
    return instant(raw) if found and found["zone"] else None


def first(*raws: str | None) -> str | None:
    """The first that can be read."""
    return next((read for raw in raws if (read := instant(raw))), None)


def _offset(written: str | None) -> str:
    if written is None or written[0] not in "+-":
        return "+00:00"
    digits = written[1:].replace(":", "").ljust(4, "0")
    return f"{written[0]}{digits[:2]}:{digits[2:]}"
