"""Once for each rule and story that has enough independent sources; its end to everyone who was told."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.alerts.corroboration import Telling, decide
from pipeline.alerts.deciding import Notice, Occurrence, remember
from pipeline.alerts.deciding import decide as decide_events
from pipeline.alerts.records import StandingAlert
from pipeline.alerts.rules import Rule, Where
from pipeline.records import ChangeKind
from pipeline.stories.records import Told
from tests.alerts.test_deciding import came as event_came
from tests.alerts.test_story_matching import STORY_ID, make_story
from tests.builders import START_MS

Said = tuple[str, ChangeKind, tuple[str, ...]]
THREE = Rule(name="three", line=1, when=(Where(kind=("ceasefire-*",), min_sources=3),), notify=("desk", "ops"))
EVENTS = Rule(name="events", line=2, when=(Where(kind=("*",)),), notify=("desk",))
FIRST: Said = ("three", "detected", ("desk", "ops"))
LAST: Said = ("three", "retracted", ("desk", "ops"))
UPDATE: Said = ("three", "updated", ("desk", "ops"))


def came(revision: int, sources: int = 3, kind: str = "ceasefire-agreed", **changes: Any) -> Telling:
    """The story with so many sources, all of which tell the same."""
    names = ["afp", "ap", "reuters", "xinhua"][:sources]
    kinds = changes.pop("kinds", [Told(name=kind, articles=sources, sources=sources)])
    story = make_story(revision=revision, kind=kind, kinds=kinds, sources=names, **{"articles": sources} | changes)
    return Telling(story_id=STORY_ID, revision=revision, story=story, at_ms=START_MS)


def gone(revision: int) -> Telling:
    return Telling(story_id=STORY_ID, revision=revision, story=None, at_ms=START_MS)


def run(*steps: Telling | tuple[list[Rule], Telling]) -> list[list[Said]]:
    """What each step tells: (rule, change, channels)."""
    told: list[StandingAlert] = []
    said: list[list[Said]] = []
    for step in steps:
        rules, telling = step if isinstance(step, tuple) else ([EVENTS, THREE], step)
        notices = decide(rules, told, telling)
        told = remember(told, notices)
        said.append([(one.told.rule, one.change, one.channels) for one in notices])
    return said


def test_below_at_and_above_what_was_asked_for_it_is_told_once() -> None:
    assert run(came(1, 1), came(2, 2), came(3, 3), came(4, 4)) == [[], [], [FIRST], []]


def test_copies_of_one_agency_are_one_source() -> None:
    assert run(came(1, 1), came(2, 1, articles=2), came(3, 1, articles=30)) == [[], [], []]


def test_a_rule_of_stories_hears_of_no_event_and_a_rule_of_events_of_no_story() -> None:
    occurrence: Occurrence = event_came()
    rules = [replace(THREE, when=(Where(min_sources=2),)), EVENTS]
    assert [one.told.rule for one in decide_events(rules, [], occurrence)] == ["events"]
    assert [one.told.rule for one in decide(rules, [], came(1))] == ["three"]


@pytest.mark.parametrize("fallen", [came(4, 2), gone(4), came(4, kind="talks-held"), came(4, 1)])
def test_what_falls_away_is_taken_back_once(fallen: Telling) -> None:
    """Too few sources are left, no article, or none that tells it."""
    later = replace(fallen, revision=5)
    assert run(came(3), fallen, later) == [[FIRST], [LAST], []]


def test_to_everyone_who_was_told_whatever_the_rules_say_by_now() -> None:
    moved = replace(THREE, notify=("others",))
    harder = replace(THREE, when=(Where(min_sources=4),))
    assert run(([THREE], came(3)), ([moved], gone(4))) == [[FIRST], [LAST]]
    assert run(([THREE], came(3)), ([], came(4, 3)), ([], came(5, 2))) == [[FIRST], [], [LAST]]
    assert run(([THREE], came(3)), ([harder], came(4, 3)), ([harder], came(5, 2))) == [[FIRST], [], [LAST]]


def test_what_a_rule_asks_less_for_by_now_stands() -> None:
    easier = replace(THREE, when=(Where(min_sources=2),))
    assert run(([THREE], came(3)), ([easier], came(4, 2))) == [[FIRST], []]


def test_nobody_hears_of_the_end_of_what_nobody_was_told_of() -> None:
    assert run(came(1, 2), gone(2)) == [[], []]


def test_what_stands_again_is_told_again() -> None:
    assert run(came(3), came(4, 2), came(5, 3)) == [[FIRST], [LAST], [FIRST]]


def test_again_after_a_crash_is_nothing_new() -> None:
    assert run(came(3), came(3), gone(4), came(3), gone(4), came(5), gone(4)) == [
        [FIRST], [], [LAST], [], [], [FIRST], [],
    ]  # fmt: skip


def test_a_backfill_starts_nothing_and_corrects_what_was_told() -> None:
    assert run(replace(came(3), backfill=True), replace(gone(4), backfill=True)) == [[], []]
    assert run(came(3), replace(gone(4), backfill=True)) == [[FIRST], [LAST]]


def test_a_live_article_after_a_backfill_starts_it() -> None:
    assert run(replace(came(3), backfill=True), came(4, 3, articles=4)) == [[], [FIRST]]


def test_another_kind_beside_the_one_that_was_told_changes_nothing() -> None:
    """What most tell may change with every article."""
    both = [Told(name="talks-held", articles=3, sources=3), Told(name="ceasefire-agreed", articles=2, sources=2)]
    assert run(came(3), came(4, kind="talks-held", kinds=both)) == [[FIRST], []]


def test_a_correction_to_what_the_rule_holds_for_too_is_an_update() -> None:
    assert run(came(3), came(4, kind="ceasefire-extended"), came(5, 2, kind="ceasefire-extended")) == [
        [FIRST], [UPDATE], [LAST],
    ]  # fmt: skip


def test_a_full_story_forgets_its_oldest_articles_which_nobody_took_back() -> None:
    assert run(came(3), replace(came(4, 2), full=True)) == [[FIRST], []]


def only(notices: list[Notice]) -> Notice:
    (one,) = notices
    return one


def test_ids_follow_from_rule_story_and_revision() -> None:
    first = only(decide([THREE], [], came(3)))
    assert first == only(decide([THREE], [], came(3)))
    last = only(decide([THREE], [first.told], gone(4)))
    others = (last, only(decide([THREE], [], came(5))), only(decide([replace(THREE, name="x")], [], came(3))))
    assert len({first.alert_id, *(one.alert_id for one in others)}) == 4
    assert last.first is not None
    assert (last.first.alert_id, last.told) == (
        first.alert_id, replace(first.told, revision=4, retracted=True),
    )  # fmt: skip


def test_the_words() -> None:
    rivals = [Told(name="ceasefire-called-for", articles=1, sources=1)]
    first = only(decide([THREE], [], came(3, headline="Truce\x07 in\nLibya", disagreement=rivals)))
    updated = only(decide([THREE], [first.told], came(4, kind="ceasefire-extended", headline=None, places=[])))
    fallen = only(decide([THREE], [first.told], came(4, 2)))
    assert (first.title, first.text) == (
        "ceasefire-agreed in Tripoli (3 independent sources)",
        "Truce in Libya\n3 independent sources in 3 articles: afp, ap, reuters\nceasefire-agreed is told by 3 of them\n"
        "Told instead: ceasefire-called-for (1)",
    )
    assert (updated.title, updated.text) == (
        "UPDATED: ceasefire-extended (3 independent sources)",
        "It was ceasefire-agreed in the alert of 2024-06-16 08:00 UTC.\n"
        "3 independent sources in 3 articles: afp, ap, reuters\nceasefire-extended is told by 3 of them",
    )
    assert (fallen.title, fallen.text) == (
        "RETRACTED: ceasefire-agreed, told on 2024-06-16 08:00 UTC",
        f"Please disregard the alert {first.alert_id} of 2024-06-16 08:00 UTC: "
        f"only 2 left of the 3 independent sources that were asked for.\nStory {STORY_ID}",
    )


def test_many_sources_are_not_all_named() -> None:
    names = [f"agency {number:02}" for number in range(25)]
    story = make_story(sources=names)
    said = only(decide([THREE], [], Telling(story_id=STORY_ID, revision=1, story=story, at_ms=START_MS))).text
    assert "25 independent sources in 4 articles: agency 00, " in said
    assert "agency 19 and 5 more\n" in said
