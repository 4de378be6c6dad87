"""Which reader a file calls for: by the format that was asked for, by its name, by what its bytes look like."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import IO, Any

from pipeline import codec
from pipeline.records import Problem
from pipeline.sources.folder import LeftOut
from pipeline.sources.formats import (
    anpa,
    csv_file,
    feed,
    gdelt_list,
    html,
    iptc7901,
    json_file,
    jsonl,
    newsml,
    newsml1,
    ninjs,
    nitf,
    text,
    warc,
)
from pipeline.sources.formats.lines import whole
from pipeline.sources.formats.sniff import sniff
from pipeline.sources.guards.xml import MAX_BYTES
from pipeline.sources.items import Item, Place, reject

Reader = Callable[[IO[bytes], Place], Iterator[Item | LeftOut]]
Parse = Callable[[bytes, Place], list[Item]]
# Runs a function on foreign bytes in a child that can be killed (guards.child.Children.call).
Call = Callable[..., Any]

# Many items, read one by one.
STREAMS: dict[str, Reader] = {
    "text": text.read,
    "json": json_file.read,
    "csv": csv_file.read,
    "gdelt": gdelt_list.read,
}
# Whole documents, parsed apart.
DOCUMENTS: dict[str, Parse] = {
    "html": html.parse,
    "feed": feed.parse,
    "json-feed": feed.parse,
    "ninjs": ninjs.parse,
    "newsml": newsml.parse,
    "newsml1": newsml1.parse,
    "nitf": nitf.parse,
    "iptc7901": iptc7901.parse,
    "anpa": anpa.parse,
}
# Many items, some of which are documents: pages in an archive, lines of ninjs.
WARC = "warc"
MIXED: dict[str, Callable[[IO[bytes], Place, Call], Iterator[Item | LeftOut]]] = {"jsonl": jsonl.read, WARC: warc.read}
FORMATS = (*STREAMS, *DOCUMENTS, *MIXED)

SUFFIXES = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".csv": "csv",
    ".tsv": "csv",
    ".warc": WARC,
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".rss": "feed",
    ".atom": "feed",
    ".rdf": "feed",
}
# What may be inside files of these names, and what they are otherwise.
SNIFFED: dict[str, tuple[frozenset[str], str | None]] = {
    ".json": (frozenset({"ninjs", "json-feed"}), "json"),
    ".txt": (frozenset({"iptc7901", "anpa", "newsml", "newsml1", "nitf"}), "text"),
    ".xml": (frozenset(DOCUMENTS), None),
}
JSON_ITEMS = {"article", "news-please"}
# As much of a file as tells its format: all of most documents.
HEAD_BYTES = 1024 * 1024
PRELOAD = (html.__name__, feed.__name__, newsml.__name__, "trafilatura")


def by_name(name: str) -> str | None:
    """The format that a name without its compression says; None if the bytes have to be looked at."""
    return "gdelt" if gdelt_list.is_file(name) else SUFFIXES.get(PurePosixPath(name.lower()).suffix)


def by_content(name: str, head: bytes) -> str | None:
    """The format of a file that begins so; None if there is none that we know."""
    if gdelt_list.is_list(head):
        return "gdelt"
    within, otherwise = SNIFFED.get(PurePosixPath(name.lower()).suffix, (frozenset(DOCUMENTS), None))
    found = sniff(head)
    if found == "ninjs" and _json(head) == "jsonl" and head.strip().count(b"\n"):
        return "jsonl"
    if found in within:
        return found
    return otherwise or (_json(head) if found in JSON_ITEMS else None)


def reader(format_name: str, call: Call) -> Reader:
    """The reader of one of FORMATS; `call` parses apart."""
    if mixed := MIXED.get(format_name):
        return lambda stream, place: mixed(stream, place, call)
    return STREAMS.get(format_name) or partial(_document, DOCUMENTS[format_name], call)


def _json(head: bytes) -> str:
    """Lines of JSON, or one value over many lines."""
    try:
        first = codec.decode(head.lstrip().partition(b"\n")[0])
    except codec.DecodeError:
        return "json"
    return "jsonl" if isinstance(first, dict) else "json"


def _document(parse: Parse, call: Call, stream: IO[bytes], place: Place) -> Iterator[Item | LeftOut]:
    """The items of one document."""
    data = whole(stream, MAX_BYTES)
    if data is None:
        yield reject(place, None, "too-large", f"a document of more than {MAX_BYTES:,} bytes")
        return
    found = call(parse, data, place)
    if isinstance(found, Problem):
        yield reject(place, None, found.code, found.message, data)
        return
    yield from found
    if not found:
        yield reject(place, None, "no-items", "there is no item in it", data)
