"""Words, their stems, and how much they tell."""

import pytest

from pipeline.stories.words import NUMBER, RAREST, Word, rarities, rarity, stem, tokens, word


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
    lead, rest = tokens("A ceasefire: 1,200 of Libya's rebels won 31-24 at 5 p.m. — so É.", 14)
    assert lead == ["A", "ceasefire", "1,200"]
    assert [word(token) for token in (*lead, *rest)] == [
        None, Word("ceasefir", False, rarity("ceasefir")), Word("1,200", False, NUMBER), Word("of", False, rarity("of")),
        Word("libya", True, rarity("libya")), Word("rebel", False, rarity("rebel")), Word("won", False, rarity("won")),
        Word("31-24", False, NUMBER), Word("at", False, rarity("at")), None, None, None, Word("so", False, rarity("so")), None,
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", " \n", "!?", "a b c 1 2 3", "\x00", "💥" * 9])
def test_a_text_without_words(text: str) -> None:
    assert [word(token) for tokens_ in tokens(text, 4) for token in tokens_ if word(token)] == []


def test_rare_words_tell_more() -> None:
    assert rarity("the") == 0
    assert 0 < rarity("said") < rarity("polic") < rarity("ceasefir") <= rarity("qeshm") == RAREST
    assert rarity("1,200") == rarity("31-24") == NUMBER


def test_the_table_is_whole() -> None:
    """Its numbers are tenths from 0 to 9, and its stems are what `stem` makes."""
    table = rarities()
    assert len(table) == 30_500
    assert set(table.values()) <= {tenths / 10 for tenths in range(int(RAREST * 10))}
