"""Which version is newer, and what makes two of them the same."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.records import Version
from pipeline.wire.versions import content, rank, version_of
from tests.builders import make_article

# Ascending: (version_created_at, version). Numbers are compared as numbers, and come before other names.
ORDER = [
    (None, "7"),
    ("2024-06-16T07:00:00Z", "99"),
    ("2024-06-16T11:00:00+03:00", "0"),
    ("2024-06-16T08:00:00Z", "2"),
    ("2024-06-16T08:00:00Z", "10"),
    ("2024-06-16T08:00:00Z", "300000000"),
    ("2024-06-16T08:00:00Z", "9" * 50),
    ("2024-06-16T08:00:00Z", "A"),
    ("2024-06-16T08:00:00Z", "B"),
    ("2024-06-16T08:00:00.001Z", "1"),
]


def version(at: str | None = None, name: str = "1", *, status: Any = "usable", content_sha256: str = "a") -> Version:
    return Version(version=name, version_created_at=at, status=status, content_sha256=content_sha256)


@pytest.mark.parametrize(("older", "newer"), list(pairwise(ORDER)))
def test_order_is_by_time_then_version(older: tuple[str | None, str], newer: tuple[str | None, str]) -> None:
    """Whatever the two say."""
    assert rank(version(*older, status="canceled", content_sha256="z")) < rank(version(*newer, content_sha256="a"))


@pytest.mark.parametrize("status", ["canceled", "withheld"])
def test_of_versions_that_call_themselves_the_same_a_cancel_is_the_newest(status: str) -> None:
    assert rank(version(content_sha256="z")) < rank(version(status=status, content_sha256="a"))


def test_then_the_content_decides_and_the_same_is_the_same() -> None:
    assert rank(version(content_sha256="a")) < rank(version(content_sha256="b"))
    assert rank(version(name="01")) == rank(version(name="1"))


NAMES = st.sampled_from(["", "0", "1", "01", "10", "9", "\u0661", "\u00b2", "1.0", "-1", "A", "a", "9" * 39, "9" * 40])
INSTANTS = st.none() | st.sampled_from(
    ["", "never", "2024-06-16T08:00:00Z", "2024-06-16T10:00:00+02:00", "1969-01-01T00:00:00Z"]
)


@given(st.lists(st.builds(version, INSTANTS, NAMES, content_sha256=st.sampled_from("ab")), max_size=8))
def test_any_versions_have_an_order(versions: list[Version]) -> None:
    """Nothing that a provider may call a version stops the comparison."""
    assert sorted(map(rank, versions)) == sorted(map(rank, reversed(versions)))


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Other."}, {"headline": None}, {"headline": ""}, {"headline": "Talks postponed "}, {"published_at": None},
        {"url": None}, {"language": "en-GB"}, {"status": "canceled"},
    ],
)  # fmt: skip
def test_what_is_read_or_published_is_content(change: dict[str, Any]) -> None:
    """The publication date too, for "on Sunday" depends on it."""
    assert content(make_article(**change)) != content(make_article())


@pytest.mark.parametrize(
    "change",
    [
        {"version": "2"}, {"version_created_at": None}, {"embargo_until": "2030-01-01T00:00:00Z"}, {"urgency": 1},
        {"credit": "AP"}, {"purpose": "test"}, {"replay_id": "r"}, {"origin": {"slug": "TALKS"}}, {"guid": "2"},
    ],
)  # fmt: skip
def test_what_is_neither_is_no_content(change: dict[str, Any]) -> None:
    assert content(make_article(**change)) == content(make_article())


def test_a_version_is_what_the_article_says_of_itself() -> None:
    article = make_article(status="withheld")
    assert version_of(article) == Version(
        version="1", version_created_at="2024-06-16T07:30:00Z", status="withheld", content_sha256=content(article)
    )
