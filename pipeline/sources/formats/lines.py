"""Lines of a stream, with bounded memory: a line too long is passed over in blocks, never held."""

import io
from collections.abc import Iterable, Iterator
from typing import IO, Any

# An article may be TICKERTAPE_ARTICLE_BYTES (1 MB) and Kafka takes 8 MiB; JSON escapes make a byte six at most.
MAX_LINE_BYTES = 64 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024


def lines(stream: IO[bytes], limit: int = MAX_LINE_BYTES) -> Iterator[tuple[int, bytes | None]]:
    """(number from 1, line without its line break); None for a line of more than `limit` bytes."""
    number = 0
    while line := stream.readline(limit + 1):
        number += 1
        if len(line) > limit and not line.endswith(b"\n"):
            _pass_over(stream)
            yield number, None
        else:
            yield number, line.rstrip(b"\r\n")


def whole(stream: IO[bytes], limit: int = MAX_LINE_BYTES) -> bytes | None:
    """All of the stream; None if it is more than `limit` bytes."""
    data = stream.read(limit + 1)
    return None if len(data) > limit else data


def blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """All of the stream, a block at a time."""
    while block := stream.read(BLOCK_BYTES):
        yield block


def of_blocks(found: Iterable[bytes]) -> IO[bytes]:
    """A stream of blocks, which are asked for as it is read; what they raise, reading raises."""
    return io.BufferedReader(_OfBlocks(iter(found)))


class _OfBlocks(io.RawIOBase):
    def __init__(self, found: Iterator[bytes]) -> None:
        self._found, self._rest = found, memoryview(b"")

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """The next bytes; 0 at the end."""
        while not self._rest:
            block = next(self._found, None)
            if block is None:
                return 0
            self._rest = memoryview(block)
        size = min(len(buffer), len(self._rest))
        buffer[:size] = self._rest[:size]
        self._rest = self._rest[size:]
        return size


def _pass_over(stream: IO[bytes]) -> None:
    while (block := stream.readline(BLOCK_BYTES)) and not block.endswith(b"\n"):
        pass
