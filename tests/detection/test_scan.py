"""Words of a set are found by their hashes, in a text and in a sentence of it."""

import pytest
from spacy.attrs import LEMMA, ORTH
from spacy.lang.en import English
from spacy.tokens import Doc

from pipeline.detection.scan import found, places, values

WORDS = frozenset({"ceasefire", "talks"})


@pytest.fixture
def doc() -> Doc:
    words = ["Talks", "ended", ".", "No", "ceasefire", "held", ".", "TALKS", "?"]
    lemmas = ["talk", "end", ".", "no", "ceasefire", "hold", ".", "talks", "?"]
    return Doc(English().vocab, words=words, lemmas=lemmas)


def test_words_are_found_whatever_their_capitals(doc: Doc) -> None:
    assert found(doc, WORDS) == {"talks", "ceasefire"}
    assert found(doc[0:3], WORDS) == {"talks"}
    assert found(doc[1:3], WORDS) == set()


def test_places_are_counted_from_the_start_of_the_text(doc: Doc) -> None:
    assert places(doc, WORDS) == [0, 4, 7]
    assert places(doc[3:9], WORDS) == [1, 4]


def test_places_by_another_attribute(doc: Doc) -> None:
    assert places(doc, WORDS, ORTH) == [4]
    assert places(doc, WORDS, LEMMA) == [4, 7]


def test_values_are_hashes(doc: Doc) -> None:
    assert values(doc[0:1], ORTH) == [doc.vocab.strings["Talks"]]
    assert values(doc[0:0], ORTH) == []
