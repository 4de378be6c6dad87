"""Rules of stories and rules of events: what each may ask for, and the line of what it may not."""

from typing import Any

import pytest

from pipeline.alerts.declared import read
from pipeline.alerts.rules import Where

HEAD = "channels: {desk: {type: stdout}}\nrules:\n- name: one\n  notify: desk\n"
HAVE = "they have kind, family, type, country, actor, source, text, min_sources, max_age"


def found(text: str) -> tuple[list[Any], list[tuple[int, str]]]:
    ruleset, wrong = read(HEAD + text)
    return list(ruleset.rules), [(one.line, one.message) for one in wrong]


def test_a_rule_of_stories() -> None:
    (rule,), wrong = found(
        "  when: {kind: ceasefire-*, country: Libya, family: peace, actor: GNA, source: afp, text: truce, max_age: 1d,\n"
        "         min_sources: 3}\n"
        "  unless: [{source: tass}, {type: consult}]\n"
    )
    assert wrong == []
    assert rule.of_stories
    assert rule.when == (
        Where(
            kind=("ceasefire-*",), country=("LBY",), family=("peace",), actor=("GNA",), source=("afp",),
            text=("truce",), max_age_seconds=86_400, min_sources=3,
        ),
    )  # fmt: skip


@pytest.mark.parametrize("when", ["{family: peace}", "{family: peace, min_sources: 1}"])
def test_one_source_makes_no_rule_of_stories(when: str) -> None:
    (rule,), wrong = found(f"  when: {when}\n")
    assert (wrong, rule.of_stories) == ([], False)


@pytest.mark.parametrize(
    ("key", "value"), [("provider", "x"), ("language", "en"), ("modality", "asserted"), ("min_confidence", "0.5")]
)
def test_what_stories_do_not_have(key: str, value: str) -> None:
    """In `when` and in `unless`, each with the line of its key."""
    message = f"{key}: a rule with min_sources above 1 is of stories, which have no {key}; {HAVE}"
    assert found(f"  when:\n    min_sources: 2\n    {key}: {value}\n") == ([], [(7, message)])
    assert found(f"  when: {{min_sources: 2}}\n  unless:\n  - family: peace\n  - {key}: {value}\n") == (
        [], [(8, message)],
    )  # fmt: skip


MIXED = "another condition of this rule has min_sources above 1: give it here too, or make two rules"
IN_UNLESS = "min_sources: above 1 it belongs to when, not to unless"
ONLY_STORIES = "source: only stories have sources, so the rule needs min_sources above 1; of an event ask provider"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("  when:\n  - {min_sources: 2, family: peace}\n  - {family: conflict}\n", (7, MIXED)),
        ("  when:\n  - {min_sources: 1}\n  - {min_sources: 2}\n", (6, MIXED)),
        ("  when: {family: peace}\n  unless:\n    min_sources: 2\n", (7, IN_UNLESS)),
        ("  when:\n    family: peace\n    source: afp\n", (7, ONLY_STORIES)),
        ("  when: {family: peace}\n  unless: {source: afp}\n", (6, ONLY_STORIES)),
        ("  when: {min_sources: 1001}\n", (5, "min_sources: a whole number from 1 to 1000 is wanted")),
        ("  when: {min_sources: two}\n", (5, "min_sources: a whole number from 1 to 1000 is wanted")),
    ],
)  # fmt: skip
def test_what_does_not_go_together(text: str, wrong: tuple[int, str]) -> None:
    assert found(text) == ([], [wrong])


def test_conditions_that_are_none_are_said_once() -> None:
    rules, wrong = found("  when: [{min_sources: 2}, just words]\n")
    assert rules == []
    assert [line for line, _ in wrong] == [5]
