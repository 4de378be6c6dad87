"""What the tests of sources share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def corpus_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where corpora are unpacked, once a session."""
    return tmp_path_factory.mktemp("corpora")
