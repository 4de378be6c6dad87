"""Entity records: canonical names, ids, countries, coordinates."""

import pytest
from spacy.tokens import Doc, Span

from pipeline.nlp.dateline import Dateline
from pipeline.nlp.engine.engine import Engine
from pipeline.nlp.entities import entities, nationality
from pipeline.records import Entity


def doc_of(nlp: Engine, text: str, *found: tuple[int, int, str]) -> Doc:
    doc = Doc(nlp.vocab, words=text.split(" "))
    doc.ents = [Span(doc, start, end, label) for start, end, label in found]
    return doc


def test_a_country_is_whole(nlp: Engine) -> None:
    doc = doc_of(nlp, "in Türkiye now", (1, 2, "PERSON"))
    assert entities(doc, doc.text) == [
        Entity(
            text="Türkiye",
            label="GPE",
            start=3,
            end=10,
            name="Turkey",
            entity_id="country:TUR",
            country="TUR",
            lat=39.0,
            lon=35.0,
        )
    ]


def test_a_person_is_whole_and_quotes_the_original(nlp: Engine) -> None:
    doc = doc_of(nlp, "Serghei Lavrov spoke", (0, 2, "PERSON"))
    assert entities(doc, "Serghei LAVROV spoke") == [
        Entity(
            text="Serghei LAVROV",
            label="PERSON",
            start=0,
            end=14,
            name="Sergei Lavrov",
            entity_id="person:sergei-lavrov",
            country="RUS",
        )
    ]


def test_a_nationality_has_a_country_and_no_point_on_the_map(nlp: Engine) -> None:
    doc = doc_of(nlp, "Libyan men", (0, 1, "NORP"))
    assert entities(doc, doc.text) == [
        Entity(text="Libyan", label="NORP", start=0, end=6, name="Libyan", country="LBY")
    ]


def test_what_is_no_name_has_no_id(nlp: Engine) -> None:
    doc = doc_of(nlp, "on Monday", (1, 2, "DATE"))
    assert entities(doc, doc.text) == [Entity(text="Monday", label="DATE", start=3, end=9, name="Monday")]


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        (
            "the Popular Front of Zardo ( PFZ ) and PFZ men",
            [(1, 5, "ORG"), (6, 7, "ORG"), (9, 10, "ORG")],
            [("Popular Front of Zardo", "org:popular-front-of-zardo")] * 3,
        ),
        ("Jane Doe left . Doe denied it", [(0, 2, "PERSON"), (4, 5, "ORG")], [("Jane Doe", "person:jane-doe")] * 2),
        ("said Doe again", [(1, 2, "PERSON")], [("Doe", None)]),
        ("near Zardo now", [(1, 2, "GPE")], [("Zardo", "place:zardo")]),
        ("near Idlib now", [(1, 2, "GPE")], [("Idlib", "place:idlib:SYR")]),
    ],
)
def test_links(
    nlp: Engine, text: str, found: list[tuple[int, int, str]], expected: list[tuple[str, str | None]]
) -> None:
    doc = doc_of(nlp, text, *found)
    assert [(entity.name, entity.entity_id) for entity in entities(doc, text)] == expected


@pytest.mark.parametrize(
    ("text", "found", "country"),
    [
        ("in Paris , Texas now", [(1, 2, "GPE"), (3, 4, "GPE")], "USA"),
        ("in Paris and Texas now", [(1, 2, "GPE"), (3, 4, "GPE")], "FRA"),
        ("in Tripoli with Lebanese men", [(1, 2, "GPE"), (3, 4, "NORP")], "LBN"),
        ("in Tripoli with Libyan men", [(1, 2, "GPE"), (3, 4, "NORP")], "LBY"),
    ],
)
def test_the_text_tells_namesakes_apart(
    nlp: Engine, text: str, found: list[tuple[int, int, str]], country: str
) -> None:
    assert entities(doc_of(nlp, text, *found), text)[0].country == country


def test_where_it_was_filed_speaks_for_a_namesake(nlp: Engine) -> None:
    doc = doc_of(nlp, "near Hamilton now", (1, 2, "GPE"))
    filed = Dateline(text="AUCKLAND -", start=0, end=0, place="Auckland", date=None, agency=None)
    assert [entities(doc, doc.text, dateline=where)[0].country for where in (None, filed)] == ["CAN", "NZL"]


@pytest.mark.parametrize(
    ("name", "alpha3"), [("Libyan National Army", "LBY"), ("Bank of Ghana", "GHA"), ("Red Star Bank", None), ("", None)]
)
def test_nationality_of_a_name(name: str, alpha3: str | None) -> None:
    assert nationality(name) == alpha3


def test_an_unknown_organisation_keeps_its_capitals(nlp: Engine) -> None:
    doc = doc_of(nlp, "the Zardo Holdings Inc", (1, 4, "ORG"))
    assert entities(doc, "the ZARDO Holdings Inc")[0].name == "ZARDO Holdings Inc"
