"""Mentions of one article that are one, and those that are not."""

import pytest
from spacy.tokens import Doc

from pipeline.nlp.engine.engine import Engine
from pipeline.nlp.linking import Link, acronyms, as_people, full_name, introduced, people, stands_for
from pipeline.nlp.spans import Mark


def doc_of(nlp: Engine, text: str) -> Doc:
    return Doc(nlp.vocab, words=text.split(" "))


@pytest.mark.parametrize("surname", ["Abernathy", "Jane", "Abernathi"])
def test_a_surname_a_first_name_and_another_spelling_are_the_person(nlp: Engine, surname: str) -> None:
    doc = doc_of(nlp, "Jane Abernathy left")
    assert people(doc, [Mark(0, 2, "PERSON")]).find(surname) == Link("Jane Abernathy", "person:jane-abernathy")


@pytest.mark.parametrize("surname", ["Abbott", "Lee", "Abernethyson"])
def test_another_surname_is_not(nlp: Engine, surname: str) -> None:
    doc = doc_of(nlp, "Jane Abernathy left")
    assert people(doc, [Mark(0, 2, "PERSON")]).find(surname) is None


def test_a_surname_that_the_tables_know_is_no_other_spelling(nlp: Engine) -> None:
    doc = doc_of(nlp, "Jane Pootin left")
    found = people(doc, [Mark(0, 2, "PERSON")]).find("Putin")
    assert (found and found.name) == "Vladimir Putin"


def test_two_spellings_in_one_article_are_one(nlp: Engine) -> None:
    doc = doc_of(nlp, "Mohammed Karimi left . Muhammad Karimi stayed")
    known = people(doc, [Mark(0, 2, "PERSON"), Mark(4, 6, "PERSON")])
    assert (
        known.full("Muhammad Karimi")
        == known.full("Mohammed Karimi")
        == Link("Mohammed Karimi", "person:mohammed-karimi")
    )


def test_full_names_known_and_unknown() -> None:
    assert full_name("Serghei Lavrov") == Link("Sergei Lavrov", "person:sergei-lavrov", "RUS")
    assert full_name("Jane Doe's") == Link("Jane Doe", "person:jane-doe")


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("Iranian ministry spokesman Jane Doe", "IRN"),
        ("Iranian Jane Doe", "IRN"),
        ("Iranian , Jane Doe", None),
        ("Iranian men and women of the ministry for Jane Doe", None),
    ],
)
def test_a_nationality_before_a_name_is_the_persons(nlp: Engine, text: str, country: str | None) -> None:
    doc = doc_of(nlp, text)
    assert introduced(doc, Mark(0, 1, "NORP"), Mark(len(doc) - 2, len(doc), "PERSON")) == country


def test_an_acronym_in_brackets_stands_for_the_name_before(nlp: Engine) -> None:
    doc = doc_of(nlp, "the Popular Front of Zardo ( PFZ ) and Oslo ( AP ) too")
    found = acronyms(doc, [Mark(0, 5, "ORG"), Mark(9, 10, "GPE")])
    assert found == {"PFZ": "Popular Front of Zardo"}


@pytest.mark.parametrize(
    ("short", "name", "expected"),
    [
        ("LNA", "Libyan National Army", True),
        ("AU", "the African Union", True),
        ("AP", "Oslo", False),
        ("UN", "African Union", False),
    ],
)
def test_stands_for(short: str, name: str, expected: bool) -> None:
    assert stands_for(short, name) is expected


def test_a_lone_surname_that_the_model_took_for_a_company_is_the_person(nlp: Engine) -> None:
    doc = doc_of(nlp, "Jane Abernathy left . Abernathy and NATO talked")
    found = [Mark(0, 2, "PERSON"), Mark(4, 5, "ORG"), Mark(6, 7, "ORG")]
    assert as_people(doc, found, people(doc, found)) == [Mark(0, 2, "PERSON"), Mark(4, 5, "PERSON"), Mark(6, 7, "ORG")]
