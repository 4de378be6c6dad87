"""Which tokens may begin a pattern over two, and which are alike to all patterns."""

import pytest

from pipeline.nlp.engine.patterns import ANY, Patterns, fits


@pytest.mark.parametrize(
    ("pattern", "token", "expected"),
    [
        ({"LOWER": "gon"}, ("Gon", "VBG", "ROOT"), True),
        ({"LOWER": "gon"}, ("gone", "VBN", "ROOT"), False),
        ({"DEP": "expl"}, ("there", "EX", "expl"), True),
        ({"DEP": "expl"}, ("there", "RB", "advmod"), False),
        ({"TAG": {"IN": ["VBP", "VBZ"]}, "LOWER": "ai"}, ("ai", "VBP", "aux"), True),
        ({"TAG": {"IN": ["VBP", "VBZ"]}, "LOWER": "ai"}, ("AI", "NNP", "pobj"), False),
        ({"LOWER": {"REGEX": "^y'?$"}}, ("Y'", "PRP", "nsubj"), True),
        ({"LOWER": {"REGEX": "^y'?$"}}, ("yes", "UH", "intj"), False),
        ({"LOWER": {"FUZZY": "gon"}, "SHAPE": "xxx"}, ("word", "NN", "dobj"), True),  # not understood: may be
    ],
)
def test_a_token_leads_a_pattern(pattern: dict[str, object], token: tuple[str, str, str], expected: bool) -> None:
    assert fits(pattern, *token) is expected


PATTERNS: list[list[dict[str, object]]] = [
    [{"TAG": "NN"}],
    [{"LOWER": "but", "TAG": "CC", "DEP": "advmod"}],
    [{"LOWER": {"IN": ["do", "does"]}, "DEP": {"IN": ["ROOT"]}}],
    [{"TAG": {"NOT_IN": ["TO"]}, "DEP": {"IN": ["aux", "auxpass"]}}],
    [{"DEP": {"NOT_IN": ["det"]}, "TAG": "DT"}],
    [{"DEP": "expl"}, {"LOWER": {"IN": ["is"]}}],
    [{"LOWER": {"REGEX": "^n[ou]thin'$"}}],
]


@pytest.mark.parametrize(
    ("word", "dep", "expected"),
    [
        ("town", "nsubj", ANY),
        ("town", "aux", "aux"),
        ("this", "det", "det"),
        ("There", "expl", "expl"),
        ("But", "cc", "cc"),  # whatever its dependency: a pattern names the word
        ("does", "conj", "conj"),
        ("is", "ROOT", "ROOT"),
        ("Nothin'", "dobj", "dobj"),
        ("nothing", "dobj", ANY),
        ("\n", "ROOT", "ROOT"),  # patterns ask for white space
    ],
)
def test_tokens_that_no_pattern_tells_apart(word: str, dep: str, expected: str) -> None:
    assert Patterns(PATTERNS).seen_as(word, dep) == expected


def test_a_condition_that_cannot_be_listed_may_ask_for_any_dependency() -> None:
    patterns = Patterns([*PATTERNS, [{"DEP": {"REGEX": "^n"}}]])
    assert [patterns.seen_as("town", dep) for dep in ("nsubj", "pobj")] == ["nsubj", "pobj"]


def test_only_the_first_of_two_leads() -> None:
    patterns = Patterns(PATTERNS)
    assert [patterns.leads(*token) for token in (("There", "EX", "expl"), ("is", "VBZ", "ROOT"), ("but", "CC", "cc"))] == [
        True, False, False,
    ]  # fmt: skip
