"""CSV (RFC 4180): the flat event, a header, and nothing that a spreadsheet would take for a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

from pipeline.records import FlatEvent
from pipeline.sinks.exports.base import Event, Export
from pipeline.stages.route import flat

COLUMNS = [field.name for field in fields(FlatEvent)]
# What makes a cell a formula for Excel, LibreOffice or Google Sheets, after any white space, controls and marks that they
# skip (owasp.org, CSV Injection); full-width signs too.
FORMULA = re.compile(
    "[\\s\x00-\x1f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]*[=+\\-@\uff1d\uff0b\uff0d\uff20]"
)
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def render(events: Iterable[Event]) -> Iterator[bytes]:
    """The header, then a row an event; lines end with CR LF."""
    yield _line(COLUMNS)
    for event in events:
        row = flat(event["data"])
        yield _line([cell(getattr(row, column)) for column in COLUMNS])


def cell(value: Any) -> Any:
    """The value as it may stand in a cell: text that reads like a formula, or begins with a control, gets a `'` before it."""
    if not isinstance(value, str):
        return value
    guarded = f"'{value}" if FORMULA.match(value) or value[:1] in ("\t", "\r", "\n") else value
    return CONTROL.sub("\ufffd", guarded)


def _line(cells: list[Any]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue().encode()


CSV = Export(media_type="text/csv; charset=utf-8; header=present", suffix=".csv", render=render)
