"""Which articles a replay takes."""

from typing import Any

import pytest

from pipeline import instants
from pipeline.records import Article
from pipeline.replay.selection import Selection

MARCH = instants.to_ms("2020-03-01T00:00:00Z")
APRIL = instants.to_ms("2020-04-01T00:00:00Z")


def article(**values: Any) -> Article:
    return Article(**{"provider": "p", "guid": "g", "text": "t", **values})


@pytest.mark.parametrize(
    ("selection", "values", "why"),
    [
        ({}, {}, None),
        ({"since_ms": MARCH}, {"published_at": "2020-03-01T00:00:00Z"}, None),
        ({"since_ms": MARCH}, {"published_at": "2020-02-29T23:59:59.999Z"}, "date"),
        ({"until_ms": APRIL}, {"published_at": "2020-03-31T23:59:59.999Z"}, None),
        ({"until_ms": APRIL}, {"published_at": "2020-04-01T00:00:00Z"}, "date"),
        ({"since_ms": MARCH, "until_ms": APRIL}, {"published_at": "2020-05-01T00:00:00+09:00"}, "date"),
        ({"since_ms": MARCH}, {"version_created_at": "2020-03-02T00:00:00Z"}, None),
        ({"since_ms": MARCH}, {"version_created_at": "2020-01-02T00:00:00Z"}, "date"),
        ({"since_ms": MARCH}, {}, "undated"),
        ({"until_ms": APRIL}, {"published_at": "last spring"}, "undated"),
        ({"languages": frozenset({"en"})}, {"language": "en-GB"}, None),
        ({"languages": frozenset({"en"})}, {"language": "EN_us"}, None),
        ({"languages": frozenset({"en"})}, {"language": "enm"}, "language"),
        ({"languages": frozenset({"en"})}, {}, "language"),
        ({"languages": frozenset({"en", "und"})}, {}, None),
        ({"providers": frozenset({"p"})}, {}, None),
        ({"providers": frozenset({"q"})}, {}, "source"),
    ],
)
def test_what_is_wanted(selection: dict[str, Any], values: dict[str, Any], why: str | None) -> None:
    assert Selection(**selection).excluded(article(**values)) == why
