"""An array comes apart into its elements, wherever its bytes are cut."""

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.formats.json_array import Element, elements

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='"\\[]{},:\n é0', max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(alphabet='"\\]},a', max_size=4), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


def cut(data: bytes, size: int) -> Iterator[bytes]:
    return (data[at : at + size] for at in range(0, len(data), size))


@given(st.lists(VALUES, max_size=6), st.integers(1, 20), st.sampled_from([None, 1]), st.booleans())
def test_elements_are_those_of_the_decoder(values: list[Any], size: int, indent: int | None, narrow: bool) -> None:
    data = json.dumps(values, indent=indent, ensure_ascii=narrow).encode()
    found = list(elements(cut(data, size)))
    assert [json.loads(element.data or b"") for element in found] == values
    assert all(element.flaw is None for element in found)


@given(st.text(alphabet='"\\[]{},: \n1', max_size=30), st.integers(1, 5))
def test_anything_ends_and_only_the_last_has_a_flaw(text: str, size: int) -> None:
    found = list(elements(cut(("[" + text).encode(), size)))
    assert all(element.flaw is None for element in found[:-1])


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"[]", []),
        (b" [ \n ] \n", []),
        (b"[1]", [Element(1, b"1")]),
        (b'[\n {"a":\n [1, 2]},\n\n "],"\n]\n', [Element(2, b'{"a":\n [1, 2]}'), Element(5, b'"],"')]),
        (b"[1,]", [Element(1, b"1"), Element(1, b"")]),
        (b"[,1]", [Element(1, b""), Element(1, b"1")]),
        (b'["123456789",2]', [Element(1, None), Element(1, b"2")]),
        (b"[1] x", [Element(1, b"1"), Element(1, None, "there is more after the end of the array")]),
        (b"[1}", [Element(1, b"1"), Element(1, None, "the array is closed by }")]),
        (b"[1,\n{2]", [Element(1, b"1"), Element(2, None, "the array does not end")]),
        (b'[1,\n"2', [Element(1, b"1"), Element(2, None, "the array does not end")]),
        (b'["\\', [Element(1, None, "the array does not end")]),
    ],
)
@pytest.mark.parametrize("size", [1, 1_000])
def test_elements_their_lines_and_flaws(data: bytes, found: list[Element], size: int) -> None:
    assert list(elements(cut(data, size), limit=14 if b"{" in data else 10)) == found


def test_what_is_too_large_is_never_held() -> None:
    def endless() -> Iterator[bytes]:
        yield b'["'
        for _ in range(100):
            yield b"x" * 1_000_000
        yield b'", 2]'

    tracemalloc.start()
    assert list(elements(endless(), limit=1_000_000)) == [Element(1, None), Element(1, b"2")]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000
