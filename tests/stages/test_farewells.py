"""The headers of a story's tombstone, there and back."""

from dataclasses import replace

import pytest

from pipeline.stages.events import Headers
from pipeline.stages.farewells import farewell, farewell_of
from tests.builders import make_message


def test_what_it_says_is_read_again() -> None:
    message = replace(make_message(), value=None, headers=(("backfill", b"1"), *farewell(7, "wire|ö")))
    assert farewell_of(message) == (7, "wire|ö")


@pytest.mark.parametrize(
    "headers", [(), (("revision", b"7"),), (("article", b"a|1"),), (("revision", b"-7"), ("article", b"a|1"))]
)
def test_one_that_does_not_say_it_ends_nothing(headers: Headers) -> None:
    assert farewell_of(replace(make_message(), headers=headers)) == (0, "")
