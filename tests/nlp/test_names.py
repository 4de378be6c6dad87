"""Names that are one look alike folded, and different ones do not."""

import pytest

from pipeline.nlp.names import fold, key, skeleton, slug


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("The Hague", "hague"),
        ("Çavuşoğlu", "cavusoglu"),
        ("Côte d’Ivoire", "cote divoire"),
        ("Bashar al-Assad's", "bashar al assad"),
        ("N'Djamena", "ndjamena"),
        ("Łódź", "lodz"),
        ("İzmir", "izmir"),
        ("Diyarbakır", "diyarbakir"),
        ("", ""),
    ],
)
def test_fold(name: str, folded: str) -> None:
    assert fold(name) == folded


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("U.S.", "US"),
        ("US", "US"),
        ("us", "us"),
        ("IS", "IS"),
        ("is", "is"),
        ("Calif.", "calif."),
        ("UN's", "UN"),
        ("G-7", "G-7"),
    ],
)
def test_key_tells_acronyms_and_abbreviations_from_words(name: str, expected: str) -> None:
    assert key(name) == expected


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Sergey Lavrov", "Serghei Lavrov"),
        ("Mohammed Morsi", "Mohamed Mursi"),
        ("Khalifa Haftar", "Khalifa Hifter"),
        ("Volodymyr Zelensky", "Volodymyr Zelenskyy"),
        ("Muammar Gaddafi", "Muammar Gadhafi"),
    ],
)
def test_transliterations_share_a_skeleton(first: str, second: str) -> None:
    assert skeleton(first) == skeleton(second)


@pytest.mark.parametrize(
    ("first", "second"), [("Sergei Lavrov", "Sergei Ivanov"), ("Hassan Rouhani", "Hussein Rouhani Karim")]
)
def test_different_people_do_not(first: str, second: str) -> None:
    assert skeleton(first) != skeleton(second)


def test_slug_is_plain() -> None:
    assert slug("Médecins Sans Frontières") == "medecins-sans-frontieres"
