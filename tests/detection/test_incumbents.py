"""Incumbents: a country and an office name somebody on the day of the article, and only then."""

from datetime import date

import pytest

from pipeline.detection.incumbents import described
from pipeline.records import Participant
from tests.detection.found import events

IN_2020 = date(2020, 2, 3)


def first_actor(text: str, on: date | None) -> Participant:
    """The first actor of the last event of the text."""
    return events(text, on)[-1].actors[0]


def erdogan(text: str) -> Participant:
    """The whole record of the Turkish president of 2020 under the words of the text."""
    return Participant(
        text=text,
        start=0,
        end=len(text),
        name="Recep Tayyip Erdogan",
        entity_id="person:recep-tayyip-erdogan",
        country="TUR",
        sector="GOV",
    )


@pytest.mark.parametrize("text", ["The Turkish president", "Turkey's president", "The president of Turkey"])
def test_description_is_the_holder_of_the_day(text: str) -> None:
    """The record has the holder's name and id, and the words of the text."""
    assert first_actor(f"{text} condemned the attack.", IN_2020) == erdogan(text)


@pytest.mark.parametrize(
    ("text", "on", "name"),
    [
        ("The U.S. secretary of state visited Cairo.", IN_2020, "Mike Pompeo"),
        ("The US secretary of state visited Cairo.", date(2015, 2, 3), "John Kerry"),
        ("Russia's foreign minister visited Cairo.", IN_2020, "Sergei Lavrov"),
        ("The British prime minister visited Cairo.", date(2018, 2, 3), "Theresa May"),
    ],
)
def test_holders(text: str, on: date, name: str) -> None:
    """Whoever held the office that day."""
    assert first_actor(text, on).name == name


@pytest.mark.parametrize(
    ("text", "on"),
    [
        ("The Turkish president condemned the attack.", None),
        ("The Turkish president condemned the attack.", date(2014, 8, 28)),
        ("The Turkish president condemned the attack.", date(2040, 1, 1)),
        ("The former Turkish president condemned the attack.", IN_2020),
        ("The new Turkish president condemned the attack.", IN_2020),
        ("The Turkish vice president condemned the attack.", IN_2020),
        ("A Turkish president condemned the attack.", IN_2020),
        ("The Turkish presidents condemned the attack.", IN_2020),
        ("The Turkish president's spokesman condemned the attack.", IN_2020),
        ("The Libyan president condemned the attack.", IN_2020),
        ("Turkish President Jane Doe left. The Turkish president condemned the attack.", IN_2020),
        ("The Turkish president visited Cairo in March 1998.", IN_2020),
    ],
)
def test_nobody_is_guessed(text: str, on: date | None) -> None:
    """Not without a day, on a handover, beyond the table, of other offices, of many, against the text, of long ago."""
    assert (first_actor(text, on).entity_id or "").startswith("person:") is False


@pytest.mark.parametrize(
    ("on", "sector"), [(date(2012, 2, 3), "GOV"), (IN_2020, "ELI"), (date(2001, 2, 3), None), (None, "GOV")]
)
def test_leader_is_of_the_government_in_his_years(on: date | None, sector: str | None) -> None:
    """Before the office he is of no sector by it, after it one who held it; undated articles tell nothing."""
    assert first_actor("Barack Obama condemned the attack.", on) == Participant(
        text="Barack Obama",
        start=0,
        end=12,
        name="Barack Obama",
        entity_id="person:barack-obama",
        country="USA",
        sector=sector,
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the Turkish president", ("TUR", "president")),
        ("Russia's foreign minister", ("RUS", "foreign minister")),
        ("the US secretary of state", ("USA", "secretary of state")),
        ("The president of the United Arab Emirates", ("ARE", "president")),
        ("the South Korean president", ("KOR", "president")),
        ("the president", (None, "")),
        ("Turkey", (None, "")),
        ("", (None, "")),
    ],
)
def test_described(text: str, expected: tuple[str | None, str]) -> None:
    """Country and office of a description."""
    assert described(text) == expected
