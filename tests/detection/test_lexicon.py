"""The lexicon: every row's example is its test, and a row that makes no sense is refused."""

import pytest

from pipeline.detection import lexicon as module
from pipeline.detection.lexicon import Condition, Frame, lexicon
from pipeline.detection.ontology import FAMILIES, KINDS, MODES, QUADS
from pipeline.errors import ModelError
from tests.detection.found import kinds

EXAMPLES = sorted({(rule.example, rule.kind) for rule in lexicon().all_rules() if rule.example})
FRAMES = {"acts": Frame("acts", ("subj",), ("obj",), ())}
COUNTEREXAMPLES = sorted({(rule.counterexample, rule.kind) for rule in lexicon().all_rules() if rule.counterexample})
ROW = ["assault", "attack", "V", "", "acts", "", "", "Rebels attacked the base.", ""]


@pytest.mark.parametrize(("example", "kind"), EXAMPLES)
def test_example_yields_its_kind(example: str, kind: str) -> None:
    """A row's example has an event of the row's kind."""
    assert kind in [found for found, _ in kinds(example)]


@pytest.mark.parametrize(("sentence", "kind"), COUNTEREXAMPLES)
def test_counterexample_does_not_yield_the_kind(sentence: str, kind: str) -> None:
    """A row's counter-example, which has its words or looks like it, has no event of its kind."""
    assert kind not in [found for found, _ in kinds(sentence)]


def test_every_kind_has_a_trigger() -> None:
    """No kind of the ontology is out of reach."""
    assert set(KINDS) == {rule.kind for rule in lexicon().all_rules()}


def test_every_type_is_reached() -> None:
    """All sixteen PLOVER types have triggers."""
    assert set(QUADS) == {rule.type for rule in lexicon().all_rules()}


@pytest.mark.parametrize("kind", KINDS.values())
def test_kind_has_known_family_type_and_mode(kind: object) -> None:
    """A kind's family, type and mode are in their tables."""
    assert kind.family in FAMILIES and kind.mode in MODES[kind.type]  # type: ignore[attr-defined]  # noqa: PT018


@pytest.mark.parametrize(
    ("column", "cell", "complaint"),
    [
        (0, "quarrel", "kind 'quarrel' is not in ontology.py"),
        (2, "X", "part of speech 'X' is none of V, N, A"),
        (3, "obj=nonsense", "condition 'obj=nonsense' is not ROLE=CLASS"),
        (3, "obj", "condition 'obj' is not ROLE=CLASS"),
        (4, "waves", "frame 'waves' is not in frames.tsv"),
        (5, "QUARREL", "PLOVER has no QUARREL/"),
        (6, "sideways", "PLOVER has no ASSAULT/sideways"),
    ],
)
def test_nonsense_is_refused(column: int, cell: str, complaint: str) -> None:
    """A wrong cell is refused with the line and what is wrong with it."""
    row = [cell if index == column else own for index, own in enumerate(ROW)]
    with pytest.raises(ModelError) as error:
        list(module._rules("lexicon.tsv:9", row, FRAMES, {"talks"}))
    assert str(error.value).startswith(f"lexicon.tsv:9: {complaint}")


def test_row_makes_a_rule_for_each_word() -> None:
    """Alternatives share a row; the rule's name says kind, words and part of speech."""
    row = ["assault", "attack,fall upon", "V", "obj=any", "acts", "", "", "", ""]
    rules = list(module._rules("lexicon.tsv:9", row, FRAMES, set()))
    assert [(rule.name, rule.words, rule.head, rule.conditions) for rule in rules] == [
        ("assault/attack.v", ("attack",), "attack", (Condition("obj", frozenset({"any"})),)),
        ("assault/fall-upon.v", ("fall", "upon"), "fall", (Condition("obj", frozenset({"any"})),)),
    ]
