"""Vectors as the model has them, and the same to the last bit wherever a text stands."""

import numpy
import pytest
from spacy.language import Language

from pipeline.nlp.engine import tok2vec
from pipeline.nlp.engine.tok2vec import Tok2Vec


@pytest.mark.parametrize("name", ["tok2vec", "ner"])
def test_the_vectors_are_those_of_the_model(stock: Language, texts: list[str], name: str) -> None:
    model = stock.get_pipe(name).model  # type: ignore[attr-defined]
    model = model if name == "tok2vec" else model.get_ref("tok2vec").layers[0]
    docs = [stock.make_doc(text) for text in texts]
    ours = Tok2Vec(model).vectors(docs)
    assert [rows.shape for rows in ours] == [(len(doc), 96) for doc in docs]
    # Two orders of summing 288 products in single precision.
    for found, expected in zip(ours, model.predict(docs), strict=True):
        numpy.testing.assert_allclose(found, expected, atol=2e-5)


def test_what_is_remembered_begins_anew_when_full(
    stock: Language, texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = stock.get_pipe("tok2vec").model  # type: ignore[attr-defined]
    docs = [stock.make_doc(text) for text in texts]
    expected = [rows.tobytes() for rows in Tok2Vec(model).vectors(docs)]
    monkeypatch.setattr(tok2vec, "REMEMBERED", 500)
    forgetful = Tok2Vec(model)
    assert [rows.tobytes() for doc in docs for rows in forgetful.vectors([doc])] == expected
    assert forgetful.remembered <= 500
