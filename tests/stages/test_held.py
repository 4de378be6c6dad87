"""Articles under embargo: when they are due, and as which message they come in again."""

from dataclasses import replace

import pytest

from pipeline import codec, contracts
from pipeline.records import ArticleState, Coordinates, HeldVersion, Outgoing, Problem
from pipeline.stages.held import due_ms, release, release_by_hand, waiting
from tests.builders import START_MS, make_article

ARTICLE = make_article(embargo_until="2024-06-16T10:00:00+02:00", origin={"desk": "africa", "list": [1, None, "é"]})
HELD = HeldVersion(
    article=ARTICLE, until="2024-06-16T08:00:00.000Z", problem=Problem(code="embargo", message="until then"),
    input=Coordinates(topic="p.news.articles-backfill.v1", partition=3, offset=17), held_at="2024-06-15T08:00:00.000Z",
)  # fmt: skip
HEADERS = (("released", b"p.news.articles-backfill.v1/3/17"),)


def state_of(held: HeldVersion | None) -> bytes:
    return contracts.encode("article-state.v1", ArticleState(settled=None, held=held, events={}, recent=[]))


def test_it_is_due_when_its_embargo_ends() -> None:
    assert due_ms(state_of(HELD)) == START_MS
    assert waiting(state_of(HELD)) == HELD


@pytest.mark.parametrize("held", [None, replace(HELD, until=None)])
def test_what_does_not_wait_is_never_due(held: HeldVersion | None) -> None:
    assert due_ms(state_of(held)) is None


def test_it_comes_in_again_as_it_was_and_says_from_where() -> None:
    """To the live topic, whichever it came in by."""
    assert release(state_of(HELD)) == Outgoing(
        topic="news.articles.v1", key=b"test|1", value=codec.encode(ARTICLE), headers=HEADERS
    )


def test_released_by_hand_it_has_no_embargo_and_says_which_it_had() -> None:
    told = {
        "desk": "africa",
        "list": [1, None, "é"],
        "released_by_hand": {"embargo_until": "2024-06-16T10:00:00+02:00"},
    }
    free = make_article(embargo_until=None, origin=told)
    assert release_by_hand(HELD) == Outgoing(
        topic="news.articles.v1", key=b"test|1", value=codec.encode(free), headers=HEADERS
    )
