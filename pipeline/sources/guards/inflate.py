"""Bounded decompression: a stream that stops where a bomb begins, and keeps what stood before damage.

A megabyte of gzip can hold a gigabyte, one of zstd a terabyte; millions of empty members cost time instead. So output, its ratio
to the input, and the number of members are capped while reading, and no more than a few megabytes are ever held.
"""

import io
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import zstandard

from pipeline.records import Problem

READ_BYTES = 64 * 1024
# Packed bytes decoded at once: what a decoder made of them is lost if it then finds damage in them. zstandard takes no limit of
# its output, and makes at most 128 KiB of 4 bytes: 8 MiB of these.
SLICE_BYTES = {"gzip": 1024, "deflate": 1024, "zstd": 256}
PIECE_BYTES = 256 * 1024

# What a file's name ends in, and what HTTP calls it.
SUFFIXES = {".gz": "gzip", ".zst": "zstd"}
CODINGS = {"gzip": "gzip", "x-gzip": "gzip", "deflate": "deflate", "zstd": "zstd"}


class Damaged(Exception):
    """A compressed stream is broken or a bomb; whoever reads it catches this and reports `problem`, once a stream.

    Codes: `damaged-gzip`, `damaged-deflate`, `damaged-zstd`, `damaged-zip`, `damaged-tar`, `too-large`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.problem = Problem(code=code, message=message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`most_bytes` of output; at most `ratio` times the input beyond `free_bytes`; `members` of gzip, or frames of zstd.

    Measured: Reuters-21578 packs 3 times with gzip, a corpus of 1,850 feeds 17 times, 300,000 items that differ in a number
    only 19 times, with zstd's level 19 119 times; deflate itself ends at 1,032. A WARC file has a member a record.
    """

    most_bytes: int = 1 << 40
    ratio: int = 250
    free_bytes: int = 16 * 1024 * 1024
    members: int = 5_000_000
    window_bytes: int = 128 * 1024 * 1024


def open_file(path: Path, limits: Limits = Limits()) -> IO[bytes]:
    """The file's bytes, unpacked if its name ends in .gz or .zst. Raises OSError; reading raises Damaged."""
    coding = SUFFIXES.get(path.suffix.lower())
    raw = path.open("rb")
    return raw if coding is None else inflated(raw, coding, limits)


def inflated(source: IO[bytes], coding: str, limits: Limits = Limits()) -> IO[bytes]:
    """The unpacked bytes of `source`, which is closed with them; `coding`: gzip, deflate or zstd.

    Reading raises Damaged after everything that stood before the damage has been read.
    """
    return io.BufferedReader(_Inflated(source, coding, limits), READ_BYTES)


class Budget:
    """Counts what comes in and goes out of one or more streams. Raises Damaged when it is spent."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._in = self._out = self._members = 0

    def take(self, size: int) -> None:
        """So many packed bytes were read."""
        self._in += size

    def give(self, size: int) -> None:
        """So many unpacked bytes came of them."""
        self._out += size
        if self._out > self._limits.most_bytes:
            raise Damaged("too-large", f"more than {self._limits.most_bytes:,} bytes unpacked")
        if self._out > max(self._limits.free_bytes, self._limits.ratio * self._in):
            raise Damaged("too-large", f"it unpacks to more than {self._limits.ratio} times its size: a bomb")

    def member(self) -> None:
        """A member begins."""
        self._members += 1
        if self._members > self._limits.members:
            raise Damaged("too-large", f"more than {self._limits.members:,} members")


class _Inflated(io.RawIOBase):
    """Unpacks as it is read, one member after the other."""

    def __init__(self, source: IO[bytes], coding: str, limits: Limits) -> None:
        self._source, self._coding, self._limits = source, coding, limits
        self._budget = Budget(limits)
        self._decoder: Any = None  # None between members
        self._packed = memoryview(b"")  # read, not yet decoded
        self._ready = memoryview(b"")  # decoded, not yet given
        self._begun = False

    def readable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """Close the source too."""
        if not self.closed:
            self._source.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        """The next bytes; 0 at the end."""
        while not self._ready:
            piece = self._piece()
            if piece is None:
                return 0
            self._budget.give(len(piece))
            self._ready = memoryview(piece)
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size

    def _piece(self) -> bytes | None:
        """Some unpacked bytes, perhaps none; None at the end."""
        if not self._packed:
            self._packed = memoryview(self._source.read(READ_BYTES))
            self._budget.take(len(self._packed))
        if not self._packed:
            return self._end()
        if self._decoder is None:
            self._begin()
        try:
            return self._decode()
        except (zlib.error, zstandard.ZstdError, MemoryError) as error:
            raise Damaged(f"damaged-{self._coding}", str(error) or "it asks for too much memory") from error

    def _begin(self) -> None:
        """The decoder of the next member."""
        if self._begun and self._coding == "gzip":
            self._packed = memoryview(bytes(self._packed).lstrip(b"\0"))  # padding, which gzip ignores too
            if not self._packed:
                return
        self._begun = True
        self._budget.member()
        if self._coding == "zstd":
            self._decoder = zstandard.ZstdDecompressor(max_window_size=self._limits.window_bytes).decompressobj()
        else:
            self._decoder = zlib.decompressobj(_window(self._coding, self._packed))

    def _decode(self) -> bytes:
        """What the next slice holds."""
        if self._decoder is None:
            return b""
        part = self._packed[: SLICE_BYTES[self._coding]]
        if self._coding == "zstd":
            piece, left = self._decoder.decompress(part), 0
        else:
            piece = self._decoder.decompress(part, PIECE_BYTES)
            left = len(self._decoder.unconsumed_tail)
        if self._decoder.eof:
            left, self._decoder = len(self._decoder.unused_data), None
        self._packed = self._packed[len(part) - left :]
        return bytes(piece)

    def _end(self) -> bytes | None:
        """The source is at its end: so must the member be, but for what zlib still holds back."""
        if self._decoder is not None and self._coding != "zstd":
            piece: bytes = self._decoder.decompress(b"", PIECE_BYTES)
            self._decoder = None if self._decoder.eof else self._decoder
            if piece or self._decoder is None:
                return piece
        if self._decoder is not None or not self._begun:
            raise Damaged(f"damaged-{self._coding}", "it ends in the middle" if self._begun else "it is empty")
        return None


def _window(coding: str, head: memoryview) -> int:
    """zlib's `wbits`. HTTP's deflate is zlib's format, but some servers leave out its two bytes of header."""
    if coding == "gzip":
        return 16 + zlib.MAX_WBITS
    wrapped = len(head) >= 2 and head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0
    return zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS
