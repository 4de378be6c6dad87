"""Folding: one happening is one event."""

import pytest

from tests.detection.found import events


@pytest.mark.parametrize(
    ("text", "recipients"),
    [
        ("Gunmen stormed a church, killing eleven worshippers.", [["a church", "eleven worshippers"]]),
        ("A town was bombed, killing eleven clerks.", [["A town", "eleven clerks"]]),
        ("Gunmen stormed a church, wounding nobody.", [["a church"]]),
        ("Gunmen stormed a church and killed eleven worshippers.", [["a church"], ["eleven worshippers"]]),
    ],
)
def test_harm_is_part_of_the_attack(text: str, recipients: list[list[str]]) -> None:
    """A participle of harm adds those harmed; a clause of its own is an event of its own."""
    attacks = [event for event in events(text) if event.type == "ASSAULT"]
    assert [[who.text for who in event.recipients] for event in attacks] == recipients
