"""The lexicon: every row's example is its test, and a row that makes no sense is refused."""

import pytest

from pipeline.detection import lexicon as module
from pipeline.detection.lexicon import Condition, Frame, Rule, lexicon
from pipeline.detection.ontology import FAMILIES, KINDS, MODES, QUADS
from pipeline.errors import ModelError
from tests.detection.found import events, kinds

EXAMPLES = sorted({(rule.example, rule.kind) for rule in lexicon().all_rules() if rule.example})
FRAMES = {"acts": Frame("acts", ("subj",), ("obj",), ())}
COUNTEREXAMPLES = sorted({(text, rule.kind) for rule in lexicon().all_rules() for text in rule.counterexamples})
ROW = ["assault", "attack", "V", "", "acts", "", "", "19", "", "Rebels attacked the base.", ""]


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
        (7, "", "CAMEO root '' is none of ASSAULT's: 18, 19, 20, 17"),
        (7, "21", "CAMEO root '21' is none of ASSAULT's: 18, 19, 20, 17"),
        (7, "03", "CAMEO root '03' is none of ASSAULT's: 18, 19, 20, 17"),
        (8, "doubtful", "effect 'doubtful' is unknown"),
        (9, "", "no example; write a short sentence that must yield assault"),
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
    row = ["assault", "attack,fall upon", "V", "obj=any", "acts", "", "", "19", "", "Rebels attacked the base.", ""]
    rules = list(module._rules("lexicon.tsv:9", row, FRAMES, set()))
    assert [(rule.name, rule.words, rule.head, rule.conditions) for rule in rules] == [
        ("assault/attack.v", ("attack",), "attack", (Condition("obj", frozenset({"any"})),)),
        ("assault/fall-upon.v", ("fall", "upon"), "fall", (Condition("obj", frozenset({"any"})),)),
    ]


def rule(words: str, polarity: str) -> Rule:
    """The rule of a row with these words and this polarity."""
    row = [*ROW[:1], words, *ROW[2:8], polarity, *ROW[9:]]
    return next(module._rules("lexicon.tsv:9", row, FRAMES, set()))


def test_effects_are_polarities_of_rows_and_what_the_other_table_says() -> None:
    """Words that trigger have it from their rows, phrases as wholes; a row that says nothing takes nothing away."""
    rules = [rule("call off", "denied"), rule("attack", ""), rule("refuse", "denied"), rule("refuse", "")]
    others = [("embedding.tsv:9", ["hope", "N", "possible", "Hopes of a truce rose."])]
    assert module._effects(rules, others) == {
        ("call off", "V"): "denied",
        ("refuse", "V"): "denied",
        ("hope", "N"): "possible",
    }


def test_a_word_that_two_tables_speak_of_is_refused() -> None:
    """There is one source for what a word does."""
    with pytest.raises(ModelError, match="embedding.tsv:9: what 'refuse' does is said in a row of its own already"):
        module._effects([rule("refuse", "denied")], [("embedding.tsv:9", ["refuse", "V", "denied", "x"])])


def test_rows_that_disagree_on_a_word_are_refused() -> None:
    """A word does the same in all its rows."""
    with pytest.raises(ModelError, match="'refuse' is possible in one row, denied in another"):
        module._effects([rule("refuse", "denied"), rule("refuse", "possible")], [])


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        ("The UN demanded that Israel stop.", ("demand", "REQUEST", "10")),
        ("The UN urged Israel to stop.", ("demand", "REQUEST", "02")),
        ("Police investigated the bank.", ("investigation", "ACCUSE", "09")),
        ("Rebels attacked the base.", ("assault", "ASSAULT", "19")),
        ("Guards beat the prisoners.", ("assault", "ASSAULT", "18")),
        ("The militia massacred the villagers.", ("assault", "ASSAULT", "20")),
        ("The army will attack the base.", ("assault", "THREATEN", "13")),
        ("Kyiv suspended talks with Moscow.", ("talks-suspended", "REJECT", "16")),
        ("The two sides held talks on trade.", ("talks-held", "CONSULT", "04")),
        ("The two sides will hold talks on trade.", ("talks-planned", "AGREE", "03")),
    ],
)
def test_cameo_root_is_the_rows_or_that_of_the_type_that_the_status_brings(
    sentence: str, code: tuple[str, str, str]
) -> None:
    """The row says the root; what is only announced or refused has that of its new type."""
    assert [(event.kind, event.type, event.cameo) for event in events(sentence)] == [code]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("The minister postponed a visit to Cairo.", [("event-postponed", "asserted")]),
        ("Rebels cancelled an attack on the base.", [("event-cancelled", "asserted")]),
        ("They ruled out an attack on Iran.", [("assault", "denied")]),
        ("A court ruled that the police tortured the man.", [("torture", "asserted")]),
        ("The deal followed a visit to Cairo.", [("visit", "asserted")]),
    ],
)
def test_polarity_of_a_row_is_heeded_below_its_words(sentence: str, found: list[tuple[str, str]]) -> None:
    """What is put off or ruled out did not happen; a phrase says nothing for its head alone."""
    assert kinds(sentence) == found


def test_every_row_has_a_counterexample() -> None:
    """A row says what looks like it and is not it."""
    assert [rule.name for rule in lexicon().all_rules() if not rule.counterexamples] == []


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("The army shelled out millions on tents.", []),
        ("The army shelled the village.", ["shelling"]),
        ("The troops fought back tears.", []),
        ("The troops fought the rebels.", ["clash"]),
        ("The minister tortured himself over it.", []),
        ("The minister tortured a man.", ["torture"]),
        ("The final was a massacre.", []),
        ("It was a massacre of villagers by the militia.", ["assault"]),
        ("Geoff Boycott of Yorkshire was cheered.", []),
        ("A boycott of Yorkshire was cheered.", ["boycott"]),
        ("Snow blocked the road.", []),
        ("Farmers blocked the road.", ["roadblock"]),
        ("Vandals who were drunk blocked the road.", ["roadblock"]),
        ("Two individuals were arrested.", ["arrest"]),
        ("The decay was arrested.", []),
        ("The factory ceased operations.", []),
        ("The militia ceased operations.", ["hostilities-ceased"]),
        ("The minister came under fire from critics.", []),
        ("The convoy came under fire.", ["assault"]),
    ],
)
def test_what_a_word_cannot_mean_here(sentence: str, found: list[str]) -> None:
    """Particles, reflexives, predicates, surnames, things and businesses where people should be: another sense."""
    assert [kind for kind, _ in kinds(sentence)] == found
