"""Lines come one by one, and what is too long is passed over without being held."""

import io
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.formats.lines import lines, whole


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", []),
        (b"a", [(1, b"a")]),
        (b"a\n", [(1, b"a")]),
        (b"a\r\n\nb", [(1, b"a"), (2, b""), (3, b"b")]),
        (b"12345\n", [(1, b"12345")]),
        (b"123456\nb\n", [(1, None), (2, b"b")]),
        (b"123456", [(1, None)]),
        (b"123456789" * 9 + b"\nb", [(1, None), (2, b"b")]),
        (b"b\n" + b"1" * 99, [(1, b"b"), (2, None)]),
    ],
)
def test_lines_of_five_bytes(data: bytes, found: list[tuple[int, bytes | None]]) -> None:
    assert list(lines(io.BytesIO(data), 5)) == found


@given(st.lists(st.binary(max_size=20).filter(lambda line: b"\n" not in line and not line.endswith(b"\r"))))
def test_every_line_is_there_in_its_place(written: list[bytes]) -> None:
    """Whatever the limit leaves out, numbers and neighbours are right."""
    data = b"".join(line + b"\n" for line in written)
    expected = [(number, line if len(line) <= 10 else None) for number, line in enumerate(written, 1)]
    assert list(lines(io.BytesIO(data), 10)) == expected


class Endless(io.RawIOBase):
    """A hundred megabytes without a line break, made as they are read."""

    def __init__(self) -> None:
        self._left = 100_000_000

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        count = min(len(buffer), self._left)
        self._left -= count
        buffer[:count] = b"x" * count
        return count


def test_a_line_too_long_is_never_held() -> None:
    stream = io.BufferedReader(Endless())  # type: ignore[type-var]
    tracemalloc.start()
    assert list(lines(stream, 1_000_000)) == [(1, None)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_whole_or_nothing() -> None:
    assert whole(io.BytesIO(b"12345"), 5) == b"12345"
    assert whole(io.BytesIO(b"123456"), 5) is None
