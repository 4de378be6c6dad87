"""Anaphora: who a pronoun or a bare definite noun stands for; where two readings are open, nobody."""

import pytest

from pipeline.records import Participant
from tests.detection.found import events

SIDES = [("Armenia", "country:ARM"), ("Azerbaijan", "country:AZE")]
RESOLVED = [
    ("Armenia and Azerbaijan exchanged fire on Monday. The two countries agreed to a ceasefire on Tuesday.", SIDES),
    ("Armenian troops shelled an Azerbaijani post. Both countries signed a ceasefire.", SIDES),
    ("Armenia held talks with Azerbaijan in Sochi. Both sides agreed to a ceasefire.", SIDES),
    ("Houthi rebels fired a missile. The rebels then attacked a ship.", [("Houthis", "org:houthis")]),
    ("The M23 seized a town. The militants attacked a village on Monday.", [("M23", "org:m23")]),
    ("Houthi rebels fired a missile. The rebels fled. They later attacked a ship.", [("Houthis", "org:houthis")]),
    ("Sudan's army closed a road. The army attacked a village.", [("Sudan's army", "country:SDN:MIL")]),
    ("Sudan's army closed a road. It attacked a village.", [("Sudan's army", "country:SDN:MIL")]),
    (
        "President Vladimir Putin arrived in Sochi. He condemned Israel on Monday.",
        [("Vladimir Putin", "person:vladimir-putin")],
    ),
    (
        "President Vladimir Putin arrived in Sochi. He spoke to the French president. He condemned Israel on Monday.",
        [("Vladimir Putin", "person:vladimir-putin")],
    ),
    ("Swiss envoys met officials of Armenia and Azerbaijan. The two countries signed a ceasefire.", SIDES),
    ("Oman hosted talks between Armenia and Azerbaijan. Both sides agreed to a ceasefire.", SIDES),
    ("Human Rights Watch wrote to the king. The group condemned Israel.", [("Human Rights Watch", "org:human-rights-watch")]),
    ("France and Spain wrote to Tehran. They condemned Israel.", [("France", "country:FRA"), ("Spain", "country:ESP")]),
]  # fmt: skip
RECIPIENTS = [
    ("Armenia shelled Azerbaijan. Qatar and Turkey urged both countries to stop.", ["Armenia", "Azerbaijan"]),
    ("Armenia shelled Azerbaijan. The UN urged both countries to stop.", ["Armenia", "Azerbaijan"]),
]
OPEN = [
    "Armenia, Azerbaijan and Georgia met in Sochi. The two countries signed a ceasefire.",
    "The M23 and the ADF took towns. The rebels attacked a village.",
    "Sudan's army and Chad's army closed roads. The army attacked a village.",
    "The vice president resigned. The president condemned Israel.",
    "Islamist gunmen took a town, and the M23 fled. The gunmen attacked a village.",
]
NOBODY = [
    "Vladimir Putin met Emmanuel Macron, a friend. The town celebrated. It condemned Israel.",
    "An explosion hit Kabul. It killed six people.",
    "Emmanuel Macron spoke after Vladimir Putin and Keir Starmer had left. She condemned Israel.",
    "France has a new law. Storms hit Britain. It killed six people.",
    "France and Britain sent rockets. The rockets arrived. They killed six people.",
    '"Israel is a friend," France said. "They killed six people."',
]


def last_actors(text: str) -> list[Participant]:
    """The actors of the text's last event."""
    return events(text)[-1].actors


@pytest.mark.parametrize(("text", "names"), RESOLVED)
def test_resolved(text: str, names: list[tuple[str, str]]) -> None:
    """Name and entity are the antecedent's."""
    assert [(who.name, who.entity_id) for who in last_actors(text)] == names


@pytest.mark.parametrize(("text", "names"), RECIPIENTS)
def test_those_who_do_it_are_not_those_it_is_done_to(text: str, names: list[str]) -> None:
    assert [who.name for who in events(text)[-1].recipients] == names


def test_twins_are_two() -> None:
    """ "The two Koreas" are two countries; one of them is one."""
    assert [(who.name, who.entity_id) for who in last_actors("The two Koreas agreed to a ceasefire.")] == [
        ("North Korea", "country:PRK"),
        ("South Korea", "country:KOR"),
    ]
    assert [who.name for who in last_actors("South Korea agreed to a ceasefire.")] == ["South Korea"]


@pytest.mark.parametrize("text", OPEN)
def test_two_readings(text: str) -> None:
    """What may be one or another stays as it is written, without an entity."""
    (who,) = last_actors(text)
    assert (who.name, who.entity_id, who.country) == (who.text.split()[-1], None, None)


@pytest.mark.parametrize("text", NOBODY)
def test_pronoun_for_nobody(text: str) -> None:
    """A pronoun that nothing decides fills no role."""
    assert last_actors(text) == []


def test_words_of_the_phrase() -> None:
    """Text and offsets are of the phrase itself, all else of whom it stands for."""
    text = "Sudan's army closed a road. The army attacked a village."
    (who,) = last_actors(text)
    start = text.index("The army")
    assert who == Participant(
        text="The army",
        start=start,
        end=start + len("The army"),
        name="Sudan's army",
        entity_id="country:SDN:MIL",
        country="SDN",
        sector="MIL",
    )
