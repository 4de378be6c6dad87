"""Lines of a stream, with bounded memory: a line too long is passed over in blocks, never held."""

from collections.abc import Iterator
from typing import IO

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


def _pass_over(stream: IO[bytes]) -> None:
    while (block := stream.readline(BLOCK_BYTES)) and not block.endswith(b"\n"):
        pass
