"""JSON Lines: a line is an article, in our shape (schemas/article.v1.json), in that of `tickertape annotate`, or in ninjs.

Which of them it is shows in the first line. Ninjs may have bodies of HTML, so its lines are parsed apart, some at a time.
"""

from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import IO, Any

from pipeline.records import Problem
from pipeline.sources.formats import ninjs
from pipeline.sources.formats.lines import MAX_LINE_BYTES, lines
from pipeline.sources.formats.sniff import sniff
from pipeline.sources.items import Item, Place, Rejected, article_of_json, reject

# Lines of ninjs that are parsed together, unless they are long.
TOGETHER, TOGETHER_BYTES = 64, 1024 * 1024
# A line, or why there is none: its number, and bytes if it is not too long.
Line = tuple[int, bytes | None]
Call = Callable[..., Any]


def read(stream: IO[bytes], place: Place, call: Call) -> Iterator[Item]:
    """One item a line; blank lines are no lines. `call` parses apart."""
    found = ((number, line) for number, line in _without_mark(stream) if line is None or line.strip())
    first = next(found, None)
    if first is None:
        return
    is_ninjs = first[1] is not None and sniff(first[1]) == "ninjs"
    every = chain([first], found)
    yield from _ninjs(every, place, call) if is_ninjs else (_item(number, line, place) for number, line in every)


def _without_mark(stream: IO[bytes]) -> Iterator[Line]:
    for number, line in lines(stream):
        yield number, line.removeprefix(BOM_UTF8) if number == 1 and line is not None else line


def _item(number: int, line: bytes | None, place: Place) -> Item:
    return _too_large(number, place) if line is None else article_of_json(line, place, number)


def _too_large(number: int, place: Place) -> Rejected:
    return reject(place, number, "too-large", f"a line of more than {MAX_LINE_BYTES:,} bytes")


def _ninjs(every: Iterator[Line], place: Place, call: Call) -> Iterator[Item]:
    """Some lines at a time; a time limit or a death is blamed on one line."""
    for some in _together(every):
        found = call(parse, some, place)
        if not isinstance(found, Problem):
            yield from found
            continue
        for number, line in some:
            alone = call(parse, [(number, line)], place)
            if isinstance(alone, Problem):
                yield reject(place, number, alone.code, alone.message, line)
            else:
                yield from alone


def _together(every: Iterator[Line]) -> Iterator[list[Line]]:
    some: list[Line] = []
    for one in every:
        some.append(one)
        if len(some) == TOGETHER or sum(len(line or b"") for _, line in some) > TOGETHER_BYTES:
            yield some
            some = []
    if some:
        yield some


def parse(some: Sequence[Line], place: Place) -> list[Item]:
    """The items of lines of ninjs."""
    found: list[Item] = []
    for number, line in some:
        items = [_too_large(number, place)] if line is None else ninjs.parse(line, place)
        found += [replace(item, line=number) if isinstance(item, Rejected) else item for item in items]
    return found
