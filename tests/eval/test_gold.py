"""Our gold is what its README says: sound labels, every kind, every modality, traps."""

from collections import Counter
from typing import Any

import pytest

from pipeline.detection.ontology import KINDS
from tests.eval.gold import MODALITIES, SETS, GoldText, label_problems, load

TEXT = "Rebels attacked the base, and rebels attacked the town of Sake."
LABEL: dict[str, Any] = {
    "kind": "assault", "modality": "asserted", "trigger": "attacked the base", "actors": ["Rebels"],
    "recipients": ["the base"],
}  # fmt: skip


@pytest.fixture(scope="module")
def texts() -> list[GoldText]:
    return [text for name in SETS for text in load(name)]


def test_every_kind_is_there_twice(texts: list[GoldText]) -> None:
    """No kind of the ontology goes unmeasured."""
    counts = Counter(event.kind for text in texts for event in text.events)
    assert [kind for kind in KINDS if counts[kind] < 2] == []


def test_every_modality_is_there_often(texts: list[GoldText]) -> None:
    """Twelve of each among the sentences, at least."""
    counts = Counter(event.modality for text in load("sentences") for event in text.events)
    assert [modality for modality in MODALITIES if counts[modality] < 12] == []


def test_sets_are_large_enough() -> None:
    """Sentences, traps, articles; an article is 80 to 250 words."""
    sentences, articles = load("sentences"), load("articles")
    traps = [text for text in sentences if not text.events]
    assert (len(sentences) >= 180, len(traps) >= 40, len(articles) >= 20) == (True, True, True)
    assert [text.id for text in articles if not 80 <= len(text.text.split()) <= 250] == []


def test_sound_label_has_no_problem() -> None:
    """All of its words are in the text."""
    assert label_problems(TEXT, LABEL) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "quarrel"}, "kind 'quarrel' is not in ontology.py"),
        ({"modality": "maybe"}, f"modality 'maybe' is none of {', '.join(MODALITIES)}"),
        ({"trigger": "shelled"}, "trigger 'shelled' must stand in the text exactly once: give more of its words"),
        ({"trigger": "attacked"}, "trigger 'attacked' must stand in the text exactly once: give more of its words"),
        ({"actors": ["Militants"]}, "'Militants' is not in the text"),
        ({"location": "Goma"}, "'Goma' is not in the text"),
        ({"attribution": "the army"}, "'the army' is not in the text"),
        ({"means": {"They": ["M23"]}}, "'They' is explained, but takes no part"),
    ],
)
def test_unsound_label_is_refused(change: dict[str, Any], problem: str) -> None:
    """What the text does not say cannot be its label."""
    assert label_problems(TEXT, LABEL | change) == [problem]
