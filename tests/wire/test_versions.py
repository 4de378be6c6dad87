"""The fate of a version, given the one before."""

from itertools import pairwise
from typing import Any

import pytest

from pipeline.records import ArticleState, Problem
from pipeline.wire.versions import Decision, content, decide
from tests.builders import START_MS, make_article

HOUR_LATER, HOUR_BEFORE = "2024-06-16T09:00:00Z", "2024-06-16T07:00:00Z"
AT = "2024-06-16T08:00:00Z"


def state_of(**changes: Any) -> ArticleState:
    """The state that such a version leaves."""
    article = make_article(**changes)
    return ArticleState(
        version=article.version, version_created_at=article.version_created_at, content_sha256=content(article),
        events={}, recent=[],
    )  # fmt: skip


def fate(state: ArticleState | None = None, **changes: Any) -> Decision:
    return decide(make_article(**changes), state, now_ms=START_MS)


def test_the_first_version_is_read() -> None:
    assert fate() == Decision("annotate")


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


@pytest.mark.parametrize(("older", "newer"), list(pairwise(ORDER)))
def test_order_is_by_time_then_version_never_by_arrival(older: tuple[str | None, str], newer: tuple[str, str]) -> None:
    before, after = ({"version_created_at": at, "version": version} for at, version in (older, newer))
    assert fate(state_of(**before), **after, text="New.") == Decision("annotate")
    stale = Problem(code="older-version", message=f"version {newer[1]} was seen before")
    assert fate(state_of(**after), **before, text="Old.") == Decision("stale", stale)


@pytest.mark.parametrize("version", ["1", "2", "01"])
def test_the_same_content_again_is_unchanged(version: str) -> None:
    """Under the same version or a later one."""
    assert fate(state_of(), version=version) == Decision("unchanged")


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Other."},
        {"headline": None},
        {"headline": ""},
        {"published_at": None},
        {"headline": "Talks postponed "},
    ],
)
def test_other_content_is_read_again_even_under_the_same_version(change: dict[str, Any]) -> None:
    """The publication date too, for "on Sunday" depends on it."""
    assert fate(state_of(), **change) == Decision("annotate")


@pytest.mark.parametrize("change", [{"url": None}, {"language": "en-GB"}, {"origin": {"slug": "TALKS"}}])
def test_what_a_reader_does_not_see_changes_nothing(change: dict[str, Any]) -> None:
    assert fate(state_of(), **change) == Decision("unchanged")


@pytest.mark.parametrize("status", ["canceled", "withheld"])
@pytest.mark.parametrize("known", [True, False])
def test_a_cancel_retracts(status: str, known: bool) -> None:
    """Known or not, empty or not, embargoed or not, in whichever language."""
    wanted = Decision("retracted", Problem(code=status, message=f"the provider says {status}"))
    state = state_of() if known else None
    assert fate(state, status=status, version="2") == wanted
    assert fate(state, status=status, version="2", text="", language="de", embargo_until=HOUR_LATER) == wanted


def test_a_cancel_of_an_older_version_takes_nothing_back() -> None:
    """What came after it stands."""
    stale = Problem(code="older-version", message="version 3 was seen before")
    assert fate(state_of(version="3"), status="canceled", version="2") == Decision("stale", stale)


def test_what_was_taken_back_can_come_again() -> None:
    """With the very words that the cancel repeated."""
    assert fate(state_of(status="canceled", version="2"), version="3") == Decision("annotate")


@pytest.mark.parametrize(
    ("until", "held"),
    [
        (None, None),
        (AT, None),
        (HOUR_BEFORE, None),
        ("2024-06-16T11:00:00+03:00", None),
        (HOUR_LATER, Problem(code="embargo", message=f"until {HOUR_LATER}")),
        ("2024-06-16T09:00:00+00:30", Problem(code="embargo", message="until 2024-06-16T09:00:00+00:30")),
        ("tomorrow noon", Problem(code="embargo-unreadable", message="tomorrow noon")),
        ("", Problem(code="embargo-unreadable", message="")),
        ("x" * 200, Problem(code="embargo-unreadable", message="x" * 100)),
    ],
)
def test_an_embargo_holds_until_its_instant_and_for_ever_if_unreadable(until: str | None, held: Problem | None) -> None:
    wanted = Decision("annotate") if held is None else Decision("held", held)
    assert fate(embargo_until=until) == wanted
    assert fate(state_of(text="Before."), embargo_until=until, version="2") == wanted


@pytest.mark.parametrize("language", [None, "", "en", "EN", "en-US", "en_GB", "eng", "und"])
def test_english_is_read(language: str | None) -> None:
    """And what does not say what it is."""
    assert fate(language=language) == Decision("annotate")


@pytest.mark.parametrize("language", ["de", "ar", "zh-Hans", "enm", "english", "-en"])
def test_other_languages_are_skipped(language: str) -> None:
    assert fate(language=language) == Decision("skipped", Problem(code="language", message=f"language is {language}"))


@pytest.mark.parametrize("text", ["", " ", "\r\n\t", "\u2003"])
def test_no_text_is_skipped(text: str) -> None:
    assert fate(text=text) == Decision("skipped", Problem(code="empty-text", message="there is no text"))


@pytest.mark.parametrize("change", [{"embargo_until": HOUR_LATER}, {"language": "de"}, {"text": ""}])
def test_what_the_article_alone_decides_does_not_depend_on_what_came_before(change: dict[str, Any]) -> None:
    """So it is decided the same way when it is delivered again."""
    fates = [fate(state, **change) for state in (None, state_of(), state_of(version="9"), state_of(status="canceled"))]
    assert len(set(fates)) == 1
