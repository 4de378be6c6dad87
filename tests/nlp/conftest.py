"""The spaCy pipeline, loaded once for the tests of this folder."""

import pytest
from spacy.language import Language

from pipeline.nlp import model


@pytest.fixture(scope="session")
def nlp() -> Language:
    return model.shared()
