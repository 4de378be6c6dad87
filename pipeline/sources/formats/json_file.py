"""A JSON file: one object, one article; or an array of objects, as many."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from itertools import chain
from typing import IO

from pipeline.sources.formats.json_array import elements
from pipeline.sources.formats.lines import BLOCK_BYTES, MAX_LINE_BYTES, blocks
from pipeline.sources.items import Item, Place, article_of_json, reject


def read(stream: IO[bytes], place: Place) -> Iterator[Item]:
    """The articles of the stream; of an array one is held at a time."""
    head = stream.read(BLOCK_BYTES).removeprefix(BOM_UTF8)
    if head.lstrip().startswith(b"["):
        yield from _of_array(head, stream, place)
        return
    data = head + stream.read(MAX_LINE_BYTES + 1 - len(head))
    if len(data) > MAX_LINE_BYTES:
        yield reject(place, None, "too-large", f"more than {MAX_LINE_BYTES:,} bytes")
    else:
        yield article_of_json(data, place, None)


def _of_array(head: bytes, stream: IO[bytes], place: Place) -> Iterator[Item]:
    for element in elements(chain([head], blocks(stream))):
        if element.flaw:
            yield reject(place, element.line, "invalid-json", f"{element.flaw}; what stood before was read")
        elif element.data is None:
            yield reject(place, element.line, "too-large", f"an item of more than {MAX_LINE_BYTES:,} bytes")
        else:
            yield article_of_json(element.data, place, element.line)
