"""Which tokens may begin a pattern over two, and what is asked of the ruler when they do."""

import pytest

from pipeline.nlp.engine import attributes
from pipeline.nlp.engine.attributes import fits
from pipeline.nlp.engine.engine import Engine


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


@pytest.mark.parametrize(
    ("text", "word", "lemma"),
    [
        ("They ain't ready.", "ai", "be"),
        ("We're gonna win.", "gon", "go"),
        ("We're gonna win.", "na", "to"),
        ("Let's talk.", "'s", "us"),
        ("The talks were held.", "talks", "talk"),
        ("She talks to them.", "talks", "talk"),
    ],
)
def test_lemmas(engine: Engine, text: str, word: str, lemma: str) -> None:
    (doc,) = engine.docs([text])
    assert [token.lemma_ for token in doc if token.text == word] == [lemma]


def test_what_is_remembered_begins_anew_when_full(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attributes, "REMEMBERED", 5)
    for text in ("Rebels shelled the town.", "Norway hosted peace talks on Monday."):
        (doc,) = engine.docs([text])
        assert [token.lemma_ for token in doc if token.pos_ == "VERB"] in (["shell"], ["host"])
