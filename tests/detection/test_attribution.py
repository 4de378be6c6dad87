"""Attribution: who says so, and nobody where the article says so itself."""

import pytest

from pipeline.records import Attribution
from tests.detection.found import events


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The UN said on Monday that rebels attacked the base.", "The UN"),
        ("Rebels attacked the base, officials said.", "officials"),
        ("Rebels attacked the base, according to the ministry.", "the ministry"),
        ("“Rebels attacked the base,” said the general.", "the general"),
        ("Rebels attacked the base.", None),
        ("The UN condemned rebels who attacked the base.", None),
        ("The ministry announced a reform, and rebels attacked the base.", None),
    ],
)
def test_source(text: str, source: str | None) -> None:
    """The source of the attack."""
    (attack,) = [event for event in events(text) if event.kind == "assault"]
    assert (attack.attribution.text if attack.attribution else None) == source


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Kyiv accused Moscow of attacking the base.", "Kyiv"),
        ("Kyiv blamed Moscow for attacking the base.", "Kyiv"),
        ("Kyiv accused Libyan guards of attacking the base.", "Kyiv"),
        ("Ankara could act, a newspaper said, but rebels attacked the base, according to Greek officers.", "Greek officers"),
        ("Rebels attacked the base, a newspaper said, but nobody fled, according to Greek officers.", "a newspaper"),
    ],
)  # fmt: skip
def test_source_of_an_accusation_and_of_a_clause(text: str, source: str) -> None:
    """Who accuses says so; "according to" holds for its own clause."""
    (attack,) = [event for event in events(text) if event.kind == "assault"]
    assert attack.attribution is not None
    assert attack.attribution.text == source


def test_whole_record_of_a_pronoun() -> None:
    """The words are the pronoun's, the source is who it stands for."""
    text = "Defence Minister Camilo Ortega praised the army. He said rebels attacked the base."
    start = text.index("He ")
    attack = events(text)[-1]
    assert attack.attribution == Attribution(source="Camilo Ortega", text="He", start=start, end=start + 2)


def test_pronoun_for_nobody() -> None:
    """Who "he" is, nobody says: no source."""
    attack = events("He said rebels attacked the base.")[-1]
    assert attack.attribution is None
