"""The engine says of every token what spaCy's own pipeline says, whatever is read beside it."""

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.nlp.engine.engine import Engine
from pipeline.nlp.engine.paragraphs import begin_sentences

ATTRIBUTES: list[int | str] = ["ORTH", "TAG", "POS", "LEMMA", "DEP", "HEAD", "SENT_START", "ENT_IOB", "ENT_TYPE"]


def annotations(doc: Doc) -> list[list[int]]:
    return [list(map(int, row)) for row in doc.to_array(ATTRIBUTES)]


def test_the_annotations_are_those_of_the_stock_pipeline(engine: Engine, stock: Language, texts: list[str]) -> None:
    ours = {text: annotations(doc) for text, doc in zip(texts, engine.docs(texts), strict=True)}
    docs = [stock.make_doc(text) for text in texts]
    for doc in docs:
        begin_sentences(doc)
    theirs = {text: annotations(doc) for text, doc in zip(texts, stock.pipe(docs), strict=True)}
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


def test_it_is_full_when_it_has_met_many_words(stock: Language, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = Engine(stock)
    monkeypatch.setattr("pipeline.nlp.engine.engine.WORDS", len(engine.vocab) + 3)
    assert not engine.is_full
    engine.docs(["zyxone zyxtwo zyxthree"])
    assert not engine.is_full
    engine.docs(["zyxfour"])
    assert engine.is_full
