"""What is remembered of an item."""

from dataclasses import replace

import pytest

from pipeline.records import Article, ArticleState, HeldVersion, Problem, StandingEvent
from pipeline.wire.changes import Change
from pipeline.wire.states import RECENT_INPUTS, held, remembered, settled, standing
from pipeline.wire.versions import version_of
from tests.builders import make_article, make_outcome

OUTCOME = make_outcome()
WHY = Problem(code="embargo", message="until later")
EVENT = StandingEvent(revision=1, digest="d", kind="talks", family="diplomacy")
GONE = replace(EVENT, revision=2, retracted=True)
UNTIL = "2024-06-16T11:00:00+02:00"


def waiting(article: Article) -> HeldVersion:
    return HeldVersion(
        article=article, until="2024-06-16T09:00:00.000Z", problem=WHY, input=OUTCOME.input, held_at=OUTCOME.recorded_at
    )


def v(version: int, **changes: str | None) -> Article:
    return make_article(version=str(version), **changes)


def test_the_first_version_settled() -> None:
    state = settled(None, v(1), [Change("detected", "e", EVENT, None)], OUTCOME)
    assert state == ArticleState(settled=version_of(v(1)), held=None, events={"e": EVENT}, recent=[OUTCOME])


def test_the_first_version_held() -> None:
    assert held(None, v(1, embargo_until=UNTIL), WHY, OUTCOME) == ArticleState(
        settled=None, held=waiting(v(1, embargo_until=UNTIL)), events={}, recent=[OUTCOME]
    )


def test_what_cannot_be_read_waits_without_an_end() -> None:
    state = held(None, v(1, embargo_until="noon"), WHY, OUTCOME)
    assert state.held == replace(waiting(v(1, embargo_until="noon")), until=None)


def test_what_is_held_leaves_what_stands_and_replaces_what_was_held() -> None:
    before = ArticleState(
        settled=version_of(v(1)), held=waiting(v(2, embargo_until=UNTIL)), events={"e": EVENT}, recent=[OUTCOME]
    )
    state = held(before, v(3, embargo_until=UNTIL), WHY, OUTCOME)
    assert state == replace(before, held=waiting(v(3, embargo_until=UNTIL)), recent=[OUTCOME, OUTCOME])


@pytest.mark.parametrize(("version", "waits"), [(1, True), (2, False), (3, False)])
def test_what_is_settled_ends_the_waiting_of_what_is_not_newer(version: int, waits: bool) -> None:
    waiter = waiting(v(2, embargo_until=UNTIL))
    before = ArticleState(settled=None, held=waiter, events={"e": EVENT, "f": EVENT}, recent=[])
    state = settled(before, v(version), [Change("retracted", "e", GONE, None)], OUTCOME)
    assert state == ArticleState(
        settled=version_of(v(version)), held=waiter if waits else None, events={"e": GONE, "f": EVENT}, recent=[OUTCOME]
    )
    assert standing(state) == ["f"]


def test_so_many_outcomes_are_remembered() -> None:
    state: ArticleState = settled(None, v(1), (), OUTCOME)
    for offset in range(RECENT_INPUTS):
        state = remembered(state, make_outcome(version=str(offset)))
    assert [one.version for one in state.recent] == [str(number) for number in range(RECENT_INPUTS)]


def test_of_nothing_nothing_stands() -> None:
    assert standing(None) == []
