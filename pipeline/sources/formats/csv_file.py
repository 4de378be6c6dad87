"""Tables as text: CSV, TSV and their kin, with a header. A row is an article, a column a field under anybody's name.

UTF-8, or UTF-16 with its mark. The dialect is what the header shows: comma, semicolon, tab or bar between names, double quotes
around what needs them, doubled inside. Rows that do not fit are rejected, each with its line; nothing is guessed.
"""

import csv
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, iterdecode
from collections.abc import Iterator
from itertools import chain
from typing import IO, Any

from pipeline.sources.fields import text_names
from pipeline.sources.formats.lines import blocks, lines, of_blocks
from pipeline.sources.items import Item, Place, article_of_values, reject

DELIMITERS = ",;\t|"
QUOTED = re.compile(r'"[^"]*"?')
# A row with its line breaks. Articles are 1 MB at most, so what is longer is a quote that nobody closed.
MAX_ROW_BYTES = 8 * 1024 * 1024
MAX_COLUMNS = 1_000
CONVERT = "convert the file first: iconv -f windows-1252 -t utf-8"


class _TooLarge(Exception):
    """A row of more than MAX_ROW_BYTES; raised through csv."""


def read(stream: IO[bytes], place: Place) -> Iterator[Item]:
    """One item a row; empty rows are no rows. `place.names` maps our fields to columns."""
    source = _Lines(stream)
    csv.field_size_limit(MAX_ROW_BYTES + 1)
    columns: list[str] | None = None
    try:
        table = csv.reader(source, delimiter=source.delimiter(), strict=True)
        for row in _rows(table, source, place):
            line, raw = source.taken()
            if not isinstance(row, list):
                yield row
                if columns is None:
                    return
            elif not row or columns is not None:
                yield from _items(row, columns or [], place, line, raw)
            elif wrong := _flaw(row, place):
                yield reject(place, line, *wrong, raw)
                return
            else:
                columns = _unique(row)
    except UnicodeError:
        yield reject(place, source.line + 1, "invalid-utf16", "it does not go on as UTF-16; what stood before was read")


def _rows(table: Any, source: "_Lines", place: Place) -> Iterator[list[str] | Item]:
    """Rows, and why there is none."""
    while True:
        try:
            row = next(table, None)
        except _TooLarge:
            # What comes next may be the middle of a text, which must not pass for rows.
            message = f"a row of more than {MAX_ROW_BYTES:,} bytes: is its quote closed? The rest was not read"
            yield reject(place, source.begins, "too-large", message)
            return
        except csv.Error as error:
            yield reject(place, source.begins, "invalid-csv", str(error), source.raw)
            continue
        if row is None:
            return
        yield row if source.sound else reject(place, source.begins, "invalid-utf8", CONVERT, source.raw)


def _items(row: list[str], columns: list[str], place: Place, line: int, raw: bytes) -> Iterator[Item]:
    """The article of a row; none of an empty one."""
    if not any(row):
        return
    if len(row) != len(columns):
        message = f"{len(row)} fields, where the header has {len(columns)}"
        yield reject(place, line, "wrong-columns", message, raw)
        return
    value = {name: cell for name, cell in zip(columns, row, strict=True) if cell}
    yield article_of_values(value, place, line, raw, ours=False)


def _flaw(header: list[str], place: Place) -> tuple[str, str] | None:
    """What is wrong with the header, if no row can become an article; a code and a message."""
    has = ", ".join(header[:20])[:300]
    if len(header) > MAX_COLUMNS:
        return "too-large", f"{len(header):,} columns; at most {MAX_COLUMNS:,} are read"
    lacking = [name for name in place.names.values() if name and name not in header]
    if lacking:
        return "no-such-column", f"no column {lacking[0]!r} among: {has}"
    if not set(text_names(place.names)) & set(header):
        return "no-text-column", f"no column is the body; name it with --map text=COLUMN; there are: {has}"
    return None


def _unique(header: list[str]) -> list[str]:
    """The names of the columns; one that is empty or there already gets its number."""
    names: list[str] = []
    for number, name in enumerate(header, 1):
        names.append(name if name and name not in names else f"{name or 'column'} {number}")
    return names


class _Lines:
    """Lines for csv, and what it took of them for the present row: where it begins, its bytes, whether they were UTF-8."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._lines = lines(_utf_8(stream), MAX_ROW_BYTES)
        self._waiting: str | None = None
        self._size = self.line = 0
        self._raw: list[bytes] = []
        self.begins, self.sound = 1, True

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if self._waiting is not None:
            text, self._waiting = self._waiting, None
            return text
        self.line, line = next(self._lines)
        if not self._raw:
            self.begins = self.line
        self._size += len(line or b"") + 1
        if line is None or self._size > MAX_ROW_BYTES:
            self._raw, self._size = [], 0
            raise _TooLarge
        self._raw.append(line)
        try:
            return line.decode("utf-8") + "\n"
        except UnicodeDecodeError:
            self.sound = False
            return line.decode("utf-8", "replace") + "\n"

    @property
    def raw(self) -> bytes:
        """The bytes of the present row."""
        return b"\n".join(self._raw)

    def delimiter(self) -> str:
        """What stands between the names of the header, which is the first line; a comma where there is but one."""
        try:
            self._waiting = next(self, "")
        except _TooLarge:
            return ","
        names = QUOTED.sub("", self._waiting)
        return max(DELIMITERS, key=names.count)

    def taken(self) -> tuple[int, bytes]:
        """(line, bytes) of the row that csv has just read; the next one begins."""
        done = (self.begins, self.raw)
        self._raw, self._size, self.sound = [], 0, True
        return done


def _utf_8(stream: IO[bytes]) -> IO[bytes]:
    """The stream without a byte order mark, in UTF-8."""
    head = stream.read(len(BOM_UTF8))
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return of_blocks(text.encode() for text in iterdecode(chain([head], blocks(stream)), "utf-16"))
    return of_blocks(chain([head.removeprefix(BOM_UTF8)], blocks(stream)))
