"""The engine says of every token what spaCy's own pipeline says, whatever is read beside it."""

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.nlp.engine.engine import Engine

ATTRIBUTES: list[int | str] = ["ORTH", "TAG", "POS", "LEMMA", "DEP", "HEAD", "SENT_START", "ENT_IOB", "ENT_TYPE"]


def annotations(doc: Doc) -> list[list[int]]:
    return [list(map(int, row)) for row in doc.to_array(ATTRIBUTES)]


def test_the_annotations_are_those_of_the_stock_pipeline(engine: Engine, stock: Language, texts: list[str]) -> None:
    ours = {text: annotations(doc) for text, doc in zip(texts, engine.docs(texts), strict=True)}
    theirs = {text: annotations(doc) for text, doc in zip(texts, stock.pipe(texts), strict=True)}
    assert sum(map(len, ours.values())) > 20_000
    assert ours == theirs


@pytest.mark.parametrize("size", [1, 7, 64])
def test_the_batch_changes_nothing(engine: Engine, texts: list[str], size: int) -> None:
    expected = [(doc.tensor.tobytes(), annotations(doc)) for doc in engine.docs(texts)]
    backwards = texts[::-1]
    docs = [doc for start in range(0, len(texts), size) for doc in engine.docs(backwards[start : start + size])]
    assert [(doc.tensor.tobytes(), annotations(doc)) for doc in docs[::-1]] == expected


def test_no_text_is_no_doc(engine: Engine) -> None:
    assert engine.docs([]) == []


def test_the_strings_of_a_batch_do_not_stay(engine: Engine) -> None:
    """Nor does what is remembered of them lead to strings that are gone."""
    word = "Zyxquapornians"
    lemmas = []
    for _ in range(2):
        with engine.memory_zone():
            (doc,) = engine.docs([f"Two {word} were Xyborging quietly."])
            lemmas.append([token.lemma_ for token in doc])
        assert word not in engine.vocab.strings
    assert lemmas[0] == lemmas[1]
    assert lemmas[0][1] in (word, word.lower(), "Zyxquapornian")
