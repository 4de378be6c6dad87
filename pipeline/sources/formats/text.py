"""Plain text: a file is an article, its name the guid, its text as it is."""

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import IO

from pipeline.sources.formats.lines import MAX_LINE_BYTES, whole
from pipeline.sources.items import Item, Place, article, reject


def read(stream: IO[bytes], place: Place) -> Iterator[Item]:
    """The one article of the stream; a byte order mark is encoding, not text."""
    data = whole(stream)
    if data is None:
        yield reject(place, None, "too-large", f"more than {MAX_LINE_BYTES:,} bytes")
        return
    try:
        text = data.removeprefix(BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        yield reject(place, None, "invalid-utf8", f"byte {error.start} is not UTF-8", data)
        return
    yield article({"provider": place.provider, "guid": place.guid, "text": text}, place, None, data)
