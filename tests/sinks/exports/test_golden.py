"""Every format of the same five events, to the byte: `python -m tests.sinks.exports.golden_files` writes the files anew."""

import pytest

from pipeline.sinks.exports.registry import EXPORTS
from tests.sinks.exports.golden_files import TEXTS, golden, rendered


@pytest.mark.parametrize("name", TEXTS)
def test_to_the_byte(name: str) -> None:
    """A change here is a change for everybody who reads our files."""
    assert rendered(name) == golden(name).read_bytes()


def test_every_format_is_tried() -> None:
    """Parquet's bytes depend on the version of pyarrow: test_parquet.py reads them."""
    assert {*TEXTS, "parquet"} == EXPORTS.keys()


@pytest.mark.parametrize("name", EXPORTS)
def test_nothing_makes_a_sound_file(name: str) -> None:
    """No events: the frame alone, for the readers of the other tests."""
    whole = b"".join(EXPORTS[name].render([]))
    assert bool(whole) == (name not in ("ndjson", "gdelt"))
