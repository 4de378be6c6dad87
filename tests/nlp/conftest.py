"""The spaCy pipeline, loaded once for the tests of this folder."""

import pytest

from pipeline.nlp import model
from pipeline.nlp.engine.engine import Engine


@pytest.fixture(scope="session")
def nlp() -> Engine:
    return model.shared()
