"""JSON Lines: a line is an article, in our shape (schemas/article.v1.json) or in that of `tickertape annotate`."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import IO

from pipeline.sources.formats.lines import MAX_LINE_BYTES, lines
from pipeline.sources.items import Item, Place, article_of_json, reject


def read(stream: IO[bytes], place: Place) -> Iterator[Item]:
    """One item a line; blank lines are no lines."""
    for number, line in lines(stream):
        if line is None:
            yield reject(place, number, "too-large", f"a line of more than {MAX_LINE_BYTES:,} bytes")
            continue
        line = line.removeprefix(BOM_UTF8) if number == 1 else line
        if line.strip():
            yield article_of_json(line, place, number)
