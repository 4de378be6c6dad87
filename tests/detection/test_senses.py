"""Senses: violence is done to what can be struck, and not in a game."""

import pytest

from tests.detection.found import kinds, roles


@pytest.mark.parametrize(
    ("figure", "literal", "kind"),
    [
        ("The central bank attacked inflation.", "The militia attacked a convoy.", "assault"),
        ("The chain launched an assault on high prices.", "The army launched an assault on the port.", "assault"),
        ("The reform killed thousands of jobs.", "The shell killed thousands of villagers.", "assault"),
        ("The boss seized the initiative.", "Marines seized the tanker.", "property-seized"),
        ("He fought racism all his life.", "The rebels fought the army all week.", "clash"),
        ("Investors fled as the lira came under attack.", "Monks fled as the shrine came under attack.", "assault"),
        (
            "United attacked the home side in the second half.",
            "Rebels attacked the town in the second week.",
            "assault",
        ),
        ("The winger opened fire in the first half.", "Gunmen opened fire at a football match.", "shooting"),
        ("The senator fired back at his critics.", "The soldiers fired at the crowd.", "assault"),
        ("A heatwave killed sixty pensioners.", "A sniper killed sixty pensioners.", "assault"),
    ],
)
def test_figure_is_no_event_where_its_literal_twin_is(figure: str, literal: str, kind: str) -> None:
    """An abstraction as the object, or a game around it, makes a figure of a word of violence."""
    assert kind not in [found for found, _ in kinds(figure)]
    assert kind in [found for found, _ in kinds(literal)]


@pytest.mark.parametrize(
    ("played", "meant", "kind"),
    [
        ("The Saints visited the Lions in the playoffs.", "The minister visited Mali in May.", "visit"),
        (
            "Klitschko will fight Haye for the heavyweight title.",
            "The army will fight the rebels for the town.",
            "clash",
        ),
        (
            "The Colts beat the Chiefs to reach the playoffs.",
            "Guards beat the prisoners to get a confession.",
            "assault",
        ),
        ("The boxer defended his heavyweight title.", "The minister defended the ruling.", "support-voiced"),
        ("The Lions acquired Boeing in the playoffs.", "The fund acquired Boeing in May.", "acquisition"),
    ],
)
def test_what_a_team_does_is_no_event(played: str, meant: str, kind: str) -> None:
    """Fighting, visiting, beating and defending are of the game where the text tells of one."""
    assert kind not in [found for found, _ in kinds(played)]
    assert kind in [found for found, _ in kinds(meant)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A quake shook the island. Ten people were killed and a school was destroyed.", []),
        ("The epidemic spread. Two hundred people have been killed.", []),
        ("Ten people were killed and a school was destroyed.", [("assault", "asserted"), ("assault", "asserted")]),
        ("Rebels entered the flooded town after the cyclone. Ten people were killed.", [("assault", "asserted")]),
        ("The quake shook the island. The police killed a looter.", [("assault", "asserted")]),
        ("Ten people were killed when a coal mine collapsed.", []),
        ("Ten people were killed by an ambush on a bridge that had collapsed.", [("assault", "asserted")]),
        ("There was an explosion after a gas leak in the boiler room.", []),
        ("There was an explosion in the engine room.", [("bombing", "asserted")]),
        ("The striker was injured in the second half.", []),
        ("The mayor was injured in the second attack.", [("assault", "asserted")]),
    ],
)
def test_who_dies_in_a_disaster_was_not_attacked(text: str, found: list[tuple[str, str]]) -> None:
    """Where nobody is said to have done it, and the text tells of a disaster and of nobody armed."""
    assert kinds(text) == found


def test_attack_on_a_policy_is_criticism() -> None:
    """Who attacks a ruling does so in words."""
    assert kinds("The company's lawyers attacked the ruling.") == [("criticism", "asserted")]


def test_the_deed_itself_is_no_recipient() -> None:
    """An apposition that sums up the deed is not whom it was done to."""
    text = "A car bomb killed four guards in Mosul on Friday, the second such attack this week."
    assert roles(text, "bombing") == ([], ["four guards"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The supermarket struck a deal with a bakery.", []),
        ("The ministry struck a deal with a bakery.", [("agreement", "asserted")]),
        ("Boeing struck a deal with an airline.", [("agreement", "asserted")]),
    ],
)
def test_deal_between_nameless_shops_is_no_agreement(text: str, found: list[tuple[str, str]]) -> None:
    """Unless one of the two is named, or is no firm."""
    assert kinds(text) == found
