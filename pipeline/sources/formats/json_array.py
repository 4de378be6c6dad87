"""A JSON array, taken apart without being held: its elements as bytes, one by one, however long the array is."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.sources.formats.lines import MAX_LINE_BYTES

# To the end of a string, or of the block; a backslash at the very end waits for the next block.
IN_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
MARK = re.compile(rb'["\[\]{},]')
DEEPER = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}


@dataclass(frozen=True, slots=True)
class Element:
    """`line` is where it begins, from 1. `data` None: it has more bytes than the limit, or `flaw` says what is wrong with the
    array from here on."""

    line: int
    data: bytes | None
    flaw: str | None = None


def elements(blocks: Iterable[bytes], limit: int = MAX_LINE_BYTES) -> Iterator[Element]:
    """The elements of an array whose `[` is the first mark of the blocks; whether they are JSON is for the decoder to say."""
    part, depth, count = _Part(limit), 0, 0
    pieces = _pieces(blocks)
    for piece, mark in pieces:
        before, depth = depth, depth + DEEPER.get(mark, 0)
        if before == 0:
            part.pass_over(piece)
        elif depth == 0 or (depth == before == 1 and mark == b","):
            part.keep(piece[:-1])
            count += 1
            if mark == b"," or count > 1 or part.begun:
                yield part.done()
            if mark == b"}":
                yield Element(part.line, None, "the array is closed by }")
                return
        else:
            part.keep(piece)
        if before and depth == 0:
            break
    else:
        yield Element(part.first_line, None, "the array does not end")
        return
    if any(piece.strip() for piece, _ in pieces):
        yield Element(part.line, None, "there is more after the end of the array")


class _Part:
    """The element so far: its pieces, unless they are too many, and the lines that were passed."""

    def __init__(self, limit: int) -> None:
        self._limit, self._pieces, self._size = limit, list[bytes](), 0
        self.line = self.first_line = 1
        self.begun = False

    def pass_over(self, piece: bytes) -> None:
        """What belongs to no element."""
        self.line += piece.count(b"\n")

    def keep(self, piece: bytes) -> None:
        """Add to the element, white space before it left out."""
        if not self.begun:
            inner = piece.lstrip()
            self.line += piece[: len(piece) - len(inner)].count(b"\n")
            self.first_line, self.begun, piece = self.line, bool(inner), inner
        self.line += piece.count(b"\n")
        self._size += len(piece)
        if self._size <= self._limit:
            self._pieces.append(piece)
        else:
            self._pieces.clear()

    def done(self) -> Element:
        """The element; the next one begins."""
        data = b"".join(self._pieces).rstrip() if self._size <= self._limit else None
        self._pieces, self._size, self.begun = [], 0, False
        return Element(self.first_line, data)


def _pieces(blocks: Iterable[bytes]) -> Iterator[tuple[bytes, bytes]]:
    """All bytes in pieces that end where they end or with a mark, (piece, its mark or b""); inside strings there are none."""
    in_string, carried = False, b""
    for fresh in blocks:
        block, carried, at = carried + fresh, b"", 0
        while at < len(block):
            start = at
            if in_string:
                at = _string_end(block, at)
                if block[at:] == b"\\":
                    carried = block[at:]
                    block = block[:at]
                in_string = at >= len(block)
                at += not in_string
                yield block[start:at], b""
            else:
                found = MARK.search(block, at)
                at = found.end() if found else len(block)
                mark = found[0] if found else b""
                in_string = mark == b'"'
                yield block[start:at], b"" if in_string else mark


def _string_end(block: bytes, at: int) -> int:
    found = IN_STRING.match(block, at)
    return found.end() if found else at
