"""Confidence: what is said plainly and at the top of the sentence stands above what is said in passing."""

import pytest

from pipeline.detection.confidence import WEIGHTS, features
from pipeline.detection.triggers import rule_heads, triggers
from tests.detection.found import events, reading


def of_kind(text: str, kind: str) -> float:
    """The confidence of the first event of that kind."""
    return next(event.confidence for event in events(text) if event.kind == kind)


def test_features_of_a_plain_sentence() -> None:
    """A verb with a theme at the root of its sentence."""
    (sentence,) = reading("Turkey postponed talks with Russia.").doc.sents
    (trigger,) = triggers(sentence, rule_heads(sentence.doc))
    assert features(trigger) == {
        "bias": 1.0, "theme": 1.0, "noun": 0.0, "words": 0.0, "depth": 0.0, "subordinate": 0.0,
    }  # fmt: skip


def test_features_of_a_relative_clause() -> None:
    """One step below the noun that it modifies, which is one below the root."""
    (sentence,) = reading("Turkey praised the rebels who attacked the base.").doc.sents
    trigger = next(one for one in triggers(sentence, rule_heads(sentence.doc)) if one.token.text == "attacked")
    assert features(trigger) == {
        "bias": 1.0, "theme": 0.0, "noun": 0.0, "words": 0.0, "depth": 2.0, "subordinate": 1.0,
    }  # fmt: skip


def test_every_feature_has_a_weight() -> None:
    """In the same order, for the fit."""
    (sentence,) = reading("Rebels attacked the base.").doc.sents
    assert [list(features(trigger)) for trigger in triggers(sentence, rule_heads(sentence.doc))] == [list(WEIGHTS)]


@pytest.mark.parametrize(
    ("text", "main", "embedded"),
    [
        ("France condemned Hungary after rebels attacked the base.", "criticism", "assault"),
        ("Norway expelled two diplomats who had visited Minsk.", "diplomats-expelled", "visit"),
        ("Police in Lima arrested the men who attacked the embassy.", "arrest", "assault"),
    ],
)
def test_main_event_outranks_the_embedded(text: str, main: str, embedded: str) -> None:
    """Of two events in a sentence, that of the main clause is the surer."""
    assert of_kind(text, main) > of_kind(text, embedded)


def test_theme_outranks_none() -> None:
    """A verb that takes talks as its object means talks."""
    assert of_kind("Turkey postponed talks with Russia.", "talks-postponed") > of_kind("Rebels attacked it.", "assault")


@pytest.mark.parametrize(
    "text", ["Rebels attacked the base.", "An attack.", "He said that they would hold talks in Cairo."]
)
def test_confidence_is_a_share(text: str) -> None:
    """Within 0 and 1, in hundredths."""
    found = [event.confidence for event in events(text)]
    assert found == [round(value, 2) for value in found]
    assert all(0 < value < 1 for value in found)
