"""Who a phrase means: canonical name, id, country, sector."""

import pytest

from pipeline.nlp.engine.engine import Engine
from pipeline.nlp.participants import name_sector, participant
from pipeline.nlp.reading import read
from pipeline.records import Participant


def read_participant(nlp: Engine, text: str, phrase: str) -> Participant:
    """The participant of `phrase` in `text`, read by the real model."""
    (reading,) = read(nlp, [text], limit_chars=10_000)
    start = text.index(phrase)
    span = reading.doc.char_span(start, start + len(phrase))
    assert span is not None
    return participant(span, reading.entities)


def test_a_participant_is_whole_and_quotes_the_original(nlp: Engine) -> None:
    text = "Russian Foreign Minister Sergei LAVROV met officials on Monday."
    assert read_participant(nlp, text, "Russian Foreign Minister Sergei LAVROV") == Participant(
        text="Russian Foreign Minister Sergei LAVROV",
        start=0,
        end=38,
        name="Sergei Lavrov",
        entity_id="person:sergei-lavrov",
        country="RUS",
        sector="GOV",
    )


@pytest.mark.parametrize(
    ("text", "phrase", "expected"),
    [
        ("Turkey rejected the offer.", "Turkey", ("Turkey", "country:TUR", "TUR", "GOV")),
        (
            "The Turkish government rejected the offer.",
            "The Turkish government",
            ("Turkey", "country:TUR", "TUR", "GOV"),
        ),
        ("Ankara said it would resume talks with Moscow.", "Ankara", ("Turkey", "country:TUR", "TUR", "GOV")),
        ("Ankara said it would resume talks with Moscow.", "Moscow", ("Russia", "country:RUS", "RUS", "GOV")),
        ("Troops attacked Ankara on Monday.", "Ankara", ("Ankara", "place:ankara:TUR", "TUR", None)),
        ("Rebels killed 12 people in northern Mali.", "northern Mali", ("northern Mali", "country:MLI", "MLI", None)),
        ("The U.N. urged both sides to stop.", "The U.N.", ("United Nations", "org:united-nations", None, "IGO")),
        ("The Kremlin expelled three British diplomats.", "The Kremlin", ("Kremlin", "org:kremlin", "RUS", "GOV")),
        (
            "Kenya's Supreme Court annulled the vote.",
            "Kenya's Supreme Court",
            ("Supreme Court", "org:supreme-court:KEN", "KEN", "JUD"),
        ),
        ("Peru's Congress met.", "Peru's Congress", ("Congress", "org:congress:PER", "PER", "LEG")),
        ("The Congress met in Peru.", "The Congress", ("Congress", "org:congress", None, "LEG")),
        ("The Congress met.", "The Congress", ("United States Congress", "org:united-states-congress", "USA", "LEG")),
        ("Chad accused Paris of lying.", "Paris", ("France", "country:FRA", "FRA", "GOV")),
        ("Jets bombed Paris.", "Paris", ("Paris", "place:paris:FRA", "FRA", None)),
        ("It shot down 41 of 56 drones.", "41 of 56 drones", ("drones", None, None, None)),
        ("Police killed 30 Taliban fighters.", "30 Taliban fighters", ("Taliban", "org:taliban", "AFG", "REB")),
        ("The U.N. envoy urged them to stop.", "The U.N. envoy", ("U.N. envoy", None, None, "IGO")),
        (
            "Iranian paramilitary forces shelled it.",
            "Iranian paramilitary forces",
            ("Iranian paramilitary forces", None, "IRN", "PRM"),
        ),
        ("Israeli jets bombed the city.", "Israeli jets", ("Israeli jets", "country:ISR:MIL", "ISR", "MIL")),
        (
            "Unidentified gunmen killed two aid workers.",
            "Unidentified gunmen",
            ("Unidentified gunmen", None, None, "UAF"),
        ),
        ("Unidentified gunmen killed two aid workers.", "two aid workers", ("aid workers", None, None, "NGO")),
        ("Thousands of protesters marched.", "Thousands of protesters", ("Thousands of protesters", None, None, "CVL")),
        (
            "Authorities in Wyoming closed roads.",
            "Authorities in Wyoming",
            ("Authorities in Wyoming", None, "USA", "GOV"),
        ),
        ("The Palestinians rejected the plan.", "The Palestinians", ("Palestinians", None, "PSE", "CVL")),
        ("Israeli strikes hit the city.", "Israeli", ("Israeli", None, "ISR", None)),
        (
            "Opposition leader Jane Doe was arrested.",
            "Opposition leader Jane Doe",
            ("Jane Doe", "person:jane-doe", None, "OPP"),
        ),
        (
            "The former Turkish president rejected it.",
            "The former Turkish president",
            ("former Turkish president", None, "TUR", "ELI"),
        ),
        (
            "The Turkish president rejected it.",
            "The Turkish president",
            ("Turkish president", None, "TUR", "GOV"),
        ),
        ("It rejected the offer.", "It", ("It", None, None, None)),
        ("It rejected the offer.", "the offer", ("offer", None, None, None)),
    ],
)
def test_participants(
    nlp: Engine, text: str, phrase: str, expected: tuple[str, str | None, str | None, str | None]
) -> None:
    found = read_participant(nlp, text, phrase)
    assert (found.name, found.entity_id, found.country, found.sector) == expected
    assert (found.text, text[found.start : found.end]) == (phrase, phrase)


def test_blanks_of_masked_text_are_no_part_of_a_participant(nlp: Engine) -> None:
    text = "OSLO (AP) - Norway postponed the talks."
    (reading,) = read(nlp, [text], limit_chars=10_000)
    found = participant(reading.doc[0 : len(reading.doc) - 4], reading.entities)
    assert (found.text, found.start) == ("Norway", text.index("Norway"))


@pytest.mark.parametrize(
    ("name", "part"),
    [("Supreme Court", "JUD"), ("Ministry of Defence", "GOV"), ("National Police", "COP"), ("Zardo", None), ("", None)],
)
def test_sector_of_a_name(name: str, part: str | None) -> None:
    assert name_sector(name) == part
