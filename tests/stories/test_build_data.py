"""The table of rarities, and where it comes from."""

import gzip

import pytest

from pipeline.stories import build_data
from pipeline.stories.words import TABLE


@pytest.mark.parametrize(("chance", "tenths"), [(0.06, 0), (1 / 300, 5), (0.0001, 35), (0.000001, 81)])
def test_the_rarity_of_a_stem(chance: float, tenths: int) -> None:
    """-log of the chance to meet it in a text of 300 words, in tenths."""
    assert build_data.rarity(chance) == tenths


def test_a_stem_that_is_as_rare_as_an_unknown_one_is_left_out() -> None:
    assert build_data.rarity(0.0000001) is None


def test_the_table_says_where_it_is_from() -> None:
    assert gzip.decompress(TABLE.read_bytes()).decode().startswith(build_data.HEADER)


def test_the_table_is_what_the_source_makes() -> None:
    pytest.importorskip("symspellpy")
    assert gzip.decompress(build_data.build()) == gzip.decompress(TABLE.read_bytes())
