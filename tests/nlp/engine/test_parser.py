"""Heads, dependencies and sentences are those of spaCy's own parser, text by text."""

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.nlp.engine.engine import Engine
from pipeline.nlp.engine.parser import Parser

PARSED: list[int | str] = ["HEAD", "DEP", "SENT_START"]


def tagged(engine: Engine, texts: list[str]) -> list[Doc]:
    """Docs with the vectors that the parser reads, and nothing else."""
    read = engine.docs(texts)
    docs = [Doc(doc.vocab, words=[token.text for token in doc]) for doc in read]
    for doc, known in zip(docs, read, strict=True):
        doc.tensor = known.tensor
    return docs


@pytest.mark.parametrize("size", [1, 3, 64])
def test_each_state_takes_the_moves_that_spacy_takes(stock: Language, texts: list[str], size: int) -> None:
    component = stock.get_pipe("parser")
    ours, theirs = (tagged(Engine(stock), texts) for _ in range(2))
    for start in range(0, len(texts), size):
        Parser(component).annotate(ours[start : start + size])
        batch = theirs[start : start + size]
        component.set_annotations(batch, component.predict(batch))  # type: ignore[attr-defined]
    assert [doc.to_array(PARSED).tolist() for doc in ours] == [doc.to_array(PARSED).tolist() for doc in theirs]


def test_no_words_are_no_states(engine: Engine, stock: Language) -> None:
    empty, one = tagged(engine, ["", "Talks"])
    Parser(stock.get_pipe("parser")).annotate([empty])
    Parser(stock.get_pipe("parser")).annotate([empty, one, empty])
    assert [(token.text, token.dep_, token.head.i) for token in one] == [("Talks", "ROOT", 0)]
    assert len(empty) == 0
