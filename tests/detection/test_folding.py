"""Folding: one happening is one event."""

import pytest

from tests.detection.found import events, kinds, roles


@pytest.mark.parametrize(
    ("text", "recipients"),
    [
        ("Gunmen stormed a church, killing eleven worshippers.", [["a church", "eleven worshippers"]]),
        ("A town was bombed, killing eleven clerks.", [["A town", "eleven clerks"]]),
        ("Gunmen stormed a church, wounding nobody.", [["a church"]]),
        ("A suicide bomber blew himself up in a market, killing eleven clerks.", [["eleven clerks"]]),
        ("A suicide bomber killed eleven clerks in a market.", [["eleven clerks"]]),
        ("Gunmen stormed a church and killed eleven worshippers.", [["a church"], ["eleven worshippers"]]),
    ],
)
def test_harm_is_part_of_the_attack(text: str, recipients: list[list[str]]) -> None:
    """A participle of harm adds those harmed; a clause of its own is an event of its own."""
    attacks = [event for event in events(text) if event.type == "ASSAULT"]
    assert [[who.text for who in event.recipients] for event in attacks] == recipients


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Peru called off a summit with Chile planned for next month.", ["talks-cancelled"]),
        ("Peru called off a planned summit with Chile.", ["talks-cancelled"]),
        ("The summit, originally due to start on 12 March, will now take place in April.", ["talks-planned"]),
        ("The sides agreed to a pause in fighting.", ["ceasefire-agreed"]),
        ("The rebels refused to attend the talks.", ["talks-refused"]),
        ("Peru planned a summit with Chile and called off a visit to Bolivia.", ["talks-planned", "event-cancelled"]),
        ("Police used water cannon to disperse students.", ["crowd-control"]),
        ("The guards fired tear gas to disperse protesters.", ["crowd-control"]),
        ("Chad and Sudan signed a truce, ending three days of fighting.", ["ceasefire-agreed"]),
        ("Norway suspended aid to Mali in protest.", ["sanctions-imposed"]),
        ("Students walked out of the hall in protest.", ["protest"]),
        ("Gunmen attacked a market to kidnap a banker.", ["assault", "abduction"]),
        ("Volvo agreed to acquire Renault.", ["acquisition"]),
        ("Volvo agreed to free the hostages.", ["agreement"]),
    ],
)
def test_plan_and_end_are_part_of_what_is_told(text: str, found: list[str]) -> None:
    """What is planned is the thing that is called off; a means and its end are one deed, two deeds are two."""
    assert [kind for kind, _ in kinds(text)] == found


def test_deed_has_the_people_of_its_end() -> None:
    """Whom the police disperse they use the cannon on."""
    assert roles("Police used water cannon to disperse students.", "crowd-control") == (["Police"], ["students"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Two clerks were killed in an airstrike on Idlib.", [("airstrike", ["Two clerks", "Idlib"])]),
        ("Troops killed nine rebels in an ambush.", [("assault", ["nine rebels"])]),
        ("Nobody was killed in the airstrike.", [("assault", [])]),
        ("The army killed nine rebels in raids on camps.", [("assault", ["nine rebels"])]),
        ("Two clerks were killed in clashes with rebels.", [("assault", ["Two clerks"]), ("clash", ["rebels"])]),
        ("Two clerks were killed a day after an airstrike on Idlib.",
         [("assault", ["Two clerks"]), ("airstrike", ["Idlib"])]),
    ],
)  # fmt: skip
def test_how_they_were_killed_is_no_event_beside_it(text: str, found: list[tuple[str, list[str]]]) -> None:
    assert [(event.kind, [who.text for who in event.recipients]) for event in events(text)] == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A suicide bomber detonated his vest at a wedding.", [("suicide-attack", "suicide-attack")]),
        ("A suicide bomber blew himself up near a school.", [("suicide-attack", "suicide-attack")]),
        ("A man detonated a bomb at a wedding.", [("bombing", "explosives")]),
        ("A suicide bomber shot a guard.", [("shooting", "firearms")]),
        ("Dozens of strikes on the camp killed nine clerks.", [("assault", None)]),
        ("An attack by rebels who killed nine people shocked Lima.", [("assault", None), ("assault", None)]),
        ("The bombing of the embassy, which killed nine people, shocked Lima.", [("bombing", "explosives")]),
        ("Survivors of an airstrike attacked a patrol.", [("airstrike", "aerial"), ("assault", None)]),
    ],
)
def test_the_doer_tells_the_kind(text: str, found: list[tuple[str, str]]) -> None:
    assert [(event.kind, event.mode) for event in events(text)] == found


def test_a_clause_beside_is_no_content() -> None:
    """Whom the second clause has sheltered has no part in the truce of the first."""
    found = events("Chad and Mali signed a truce, but Chad has accused Mali of sheltering militants who attacked it.")
    truce = next(event for event in found if event.kind == "ceasefire-agreed")
    assert [who.name for who in truce.actors] == ["Chad", "Mali"]
    assert truce.recipients == []
