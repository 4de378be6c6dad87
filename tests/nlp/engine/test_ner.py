"""The moves by their names, and the rules of what may not be."""

import numpy
from spacy.tokens import Doc

from pipeline.nlp.engine.engine import Engine
from pipeline.nlp.engine.ner import moves


def test_moves_are_found_by_their_names() -> None:
    found = moves(["B-ORG", "B-GPE", "I-ORG", "I-GPE", "L-ORG", "L-GPE", "U-ORG", "U-GPE", "U-", "O"])
    assert found.label[:2] == ["ORG", "GPE"]
    assert numpy.flatnonzero(found.begin).tolist() == [0, 1]
    assert numpy.flatnonzero(found.unit).tolist() == [6, 7]
    assert found.inside[:2].tolist() == [2, 3]
    assert found.last[:2].tolist() == [4, 5]
    assert found.out == 9


def test_no_entity_goes_on_into_the_next_sentence(engine: Engine) -> None:
    (doc,) = engine.docs(["He met the International Committee of the Red Cross in New York City."])
    long = max(doc.ents, key=len)
    assert len(long) > 3
    cut = Doc(doc.vocab, words=[token.text for token in doc], sent_starts=[token.i == long.start + 1 for token in doc])
    engine.ner.annotate([cut])
    assert [span.text for span in cut.ents if span.start < long.start + 1 < span.end] == []


def test_white_space_is_no_name(engine: Engine) -> None:
    (doc,) = engine.docs(["Paris\n\n\n\nLondon \n Rome"])
    assert [ent.text for ent in doc.ents if not ent[0].text.strip()] == []
