"""Words, their stems, and how much they tell."""

import pytest

from pipeline.stories.words import NUMBER, RAREST, rarities, rarity, stem, words


@pytest.mark.parametrize(
    ("word", "form"),
    [
        ("talks", "talk"), ("talk", "talk"), ("strikes", "strik"), ("strike", "strik"), ("striking", "strik"),
        ("attacked", "attack"), ("parties", "party"), ("losses", "loss"), ("loss", "loss"), ("libya's", "libya"),
        ("libya’s", "libya"), ("crisis", "crisis"), ("census", "census"), ("us", "us"), ("red", "red"), ("sing", "sing"),
        ("2020", "2020"), ("", ""),
    ],
)  # fmt: skip
def test_a_stem(word: str, form: str) -> None:
    assert stem(word) == form


def test_the_words_of_a_text() -> None:
    """Single letters and digits are none; a number is one word with all that belongs to it."""
    found = [tuple(word) for word in words("A ceasefire: 1,200 of Libya's rebels won 31-24 at 5 p.m. — so É.")]
    assert found == [
        ("ceasefir", 2, False), ("1,200", 13, False), ("of", 19, False), ("libya", 22, True), ("rebel", 30, False),
        ("won", 37, False), ("31-24", 41, False), ("at", 47, False), ("so", 59, False),
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", " \n", "!?", "a b c 1 2 3", "\x00", "💥" * 9])
def test_a_text_without_words(text: str) -> None:
    assert list(words(text)) == []


def test_rare_words_tell_more() -> None:
    assert rarity("the") == 0
    assert 0 < rarity("said") < rarity("polic") < rarity("ceasefir") <= rarity("qeshm") == RAREST
    assert rarity("1,200") == rarity("31-24") == NUMBER


def test_the_table_is_whole() -> None:
    """Its numbers are tenths from 0 to 9, and its stems are what `stem` makes."""
    table = rarities()
    assert len(table) == 30_500
    assert set(table.values()) <= {tenths / 10 for tenths in range(int(RAREST * 10))}
