"""Lemmas and parts of speech, of single words and of patterns over two, and how much is remembered."""

import pytest

from pipeline.nlp.engine import attributes
from pipeline.nlp.engine.engine import Engine


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


def test_a_word_with_a_new_dependency_is_not_asked_for_again(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """ "Rebels" is a subject, then an object; "that" a determiner, then a conjunction, which the patterns tell apart."""
    asked: list[str] = []
    plain = attributes.Attributes._asked

    def noted(
        self: attributes.Attributes, tokens: list[attributes.Kind], *, apart: bool = False
    ) -> list[attributes.Answer]:
        asked.extend(word for word, _, _ in tokens)
        return plain(self, tokens, apart=apart)

    monkeypatch.setattr(attributes, "REMEMBERED", 5)
    engine.docs(["Forgotten words fill what is remembered."])
    monkeypatch.undo()
    monkeypatch.setattr(attributes.Attributes, "_asked", noted)
    engine.docs(["Rebels fled that town."])
    assert sorted(asked) == ["Rebels", "fled", "that", "town"]
    asked.clear()
    (doc,) = engine.docs(["Troops said that they saw Rebels."])
    assert sorted(asked) == ["Troops", "said", "saw", "that", "they"]
    assert [(token.text, token.dep_, token.pos_) for token in doc if token.text in ("Rebels", "that")] == [
        ("that", "mark", "SCONJ"),
        ("Rebels", "dobj", "NOUN"),
    ]
