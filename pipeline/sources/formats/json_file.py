"""A JSON file: one object, one article."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import IO

from pipeline.sources.items import Item, Place, article_of_json, reject
from pipeline.sources.formats.lines import MAX_LINE_BYTES, whole


def read(stream: IO[bytes], place: Place) -> Iterator[Item]:
    """The one article of the stream."""
    data = whole(stream)
    if data is None:
        yield reject(place, None, "too-large", f"more than {MAX_LINE_BYTES:,} bytes")
    else:
        yield article_of_json(data.removeprefix(BOM_UTF8), place, None)
