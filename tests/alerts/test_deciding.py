"""Once for each rule and event; then only what matters, to everyone who was told."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline import codec
from pipeline.alerts.deciding import Notice, Occurrence, decide, remember
from pipeline.alerts.records import StandingAlert
from pipeline.alerts.rules import Rule, Where
from pipeline.records import ChangeKind
from tests.builders import START_MS, make_event_data, make_reference

TALKS = Rule(name="talks", line=1, when=(Where(kind=("talks-*",)),), notify=("desk", "ops"))
PEACE = Rule(name="peace", line=2, when=(Where(family=("peace",)),), notify=("desk",))


def came(change: Any = "detected", **changes: Any) -> Occurrence:
    """The event, changed; or its retraction."""
    data = codec.plain(make_event_data(**changes))
    if change == "retracted":
        kept = ("event_id", "revision", "kind", "family", "article", "model", "detected_at")
        data = {key: data[key] for key in kept} | {"reason": "canceled"}
        data["article"]["headline"] = None
    return Occurrence(change=change, data=data, at_ms=START_MS)


def run(*steps: tuple[list[Rule], Occurrence]) -> list[list[tuple[str, ChangeKind, tuple[str, ...]]]]:
    """What each step tells: (rule, change, channels)."""
    told: list[StandingAlert] = []
    said: list[list[tuple[str, ChangeKind, tuple[str, ...]]]] = []
    for rules, occurrence in steps:
        notices = decide(rules, told, occurrence)
        told = remember(told, notices)
        said.append([(one.told.rule, one.change, one.channels) for one in notices])
    return said


FIRST: tuple[str, ChangeKind, tuple[str, ...]] = ("talks", "detected", ("desk", "ops"))
ALL = [TALKS, PEACE]


def test_one_for_every_rule_that_holds() -> None:
    assert run((ALL, came())) == [[FIRST]]
    both = Rule(name="both", line=3, when=(Where(country=("TUR",)),), notify=("desk",))
    assert run(([TALKS, both], came())) == [[FIRST, ("both", "detected", ("desk",))]]


def test_again_after_a_crash_is_nothing_new() -> None:
    gone = came("retracted", revision=2)
    assert run((ALL, came()), (ALL, came()), (ALL, gone), (ALL, came()), (ALL, gone)) == [
        [FIRST], [], [("talks", "retracted", ("desk", "ops"))], [], [],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"modality": "denied"}, [("talks", "updated", ("desk", "ops"))]),
        ({"kind": "talks-cancelled"}, [("talks", "updated", ("desk", "ops"))]),
        ({"confidence": 0.9}, []),
        ({"article": make_reference(headline="Corrected")}, []),
    ],
)
def test_only_another_kind_or_modality_is_an_update(changes: dict[str, Any], said: list[Any]) -> None:
    assert run((ALL, came()), (ALL, came("updated", revision=2, **changes))) == [[FIRST], said]


def test_an_update_that_holds_only_now_is_told_the_first_time() -> None:
    sure = replace(TALKS, when=(Where(min_confidence=0.8),))
    later = came("updated", revision=2, confidence=0.9)
    assert run(([sure], came()), ([sure], later)) == [[], [("talks", "detected", ("desk", "ops"))]]


def test_those_who_were_told_hear_of_it_though_the_rule_no_longer_holds_or_is_gone() -> None:
    asserted = replace(TALKS, when=(Where(modality=("asserted",)),))
    moved = replace(TALKS, notify=("others",))
    denied, gone = came("updated", revision=2, modality="denied"), came("retracted", revision=3)
    assert run(([asserted], came()), ([asserted], denied), ([moved], gone)) == [
        [FIRST], [("talks", "updated", ("desk", "ops"))], [("talks", "retracted", ("desk", "ops"))],
    ]  # fmt: skip
    assert run(([TALKS], came()), ([], gone)) == [[FIRST], [("talks", "retracted", ("desk", "ops"))]]


def test_nobody_hears_of_the_end_of_what_nobody_was_told_of() -> None:
    assert run(([PEACE], came()), ([PEACE], came("retracted", revision=2))) == [[], []]


def test_what_stands_again_is_told_again() -> None:
    assert run((ALL, came()), (ALL, came("retracted", revision=2)), (ALL, came(revision=3)))[2] == [FIRST]


def test_a_backfill_starts_nothing_and_corrects_what_was_told() -> None:
    old, new = replace(came(), backfill=True), replace(came("retracted", revision=2), backfill=True)
    assert run((ALL, old), (ALL, new)) == [[], []]
    assert run((ALL, came()), (ALL, new)) == [[FIRST], [("talks", "retracted", ("desk", "ops"))]]


def test_events_of_one_article_are_kept_apart() -> None:
    other = came(event_id="0" * 26)
    assert run((ALL, came()), (ALL, other), (ALL, came("retracted", revision=2))) == [
        [FIRST], [FIRST], [("talks", "retracted", ("desk", "ops"))],
    ]  # fmt: skip


def only(notices: list[Notice]) -> Notice:
    (one,) = notices
    return one


def test_ids_follow_from_rule_event_and_revision() -> None:
    first = only(decide([TALKS], [], came()))
    later = only(decide([TALKS], [first.told], came("retracted", revision=2)))
    assert first == only(decide([TALKS], [], came()))
    assert len({first.alert_id, later.alert_id, only(decide([replace(TALKS, name="x")], [], came())).alert_id}) == 3
    assert (later.first and later.first.alert_id, later.told.alert_id) == (first.alert_id, first.alert_id)


def test_the_words() -> None:
    first = only(decide([TALKS], [], came()))
    denied = only(decide([TALKS], [first.told], came("updated", revision=2, modality="denied")))
    gone = only(decide([TALKS], [denied.told], came("retracted", revision=3)))
    assert (first.title, first.text) == (
        "talks-postponed: Turkey",
        "“Turkey and Russia postponed talks on Libya on Sunday.”\nconfidence 0.75\ntest: Talks postponed\nhttps://news.example/1",
    )
    assert denied.title == "UPDATED: talks-postponed: Turkey (denied)"
    assert denied.text == f"It was talks-postponed asserted in the alert of 2024-06-16 08:00 UTC.\n{first.text}"
    assert gone.title == "RETRACTED: talks-postponed, told on 2024-06-16 08:00 UTC"
    assert gone.text == (
        f"Please disregard the alert {first.alert_id} of 2024-06-16 08:00 UTC: canceled by the source.\nArticle test|1"
    )
