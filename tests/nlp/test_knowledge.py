"""Look-ups find what is meant under every common spelling, and nothing else."""

import pytest

from pipeline.nlp import knowledge


@pytest.mark.parametrize(
    ("name", "entity_id"),
    [
        ("Turkey", "country:TUR"),
        ("Türkiye", "country:TUR"),
        ("the Russian Federation", "country:RUS"),
        ("UK", "country:GBR"),
        ("U.K.", "country:GBR"),
        ("UAE", "country:ARE"),
        ("US", "country:USA"),
        ("UN", "org:united-nations"),
        ("U.N.", "org:united-nations"),
        ("the United Nations", "org:united-nations"),
        ("Hizbollah", "org:hezbollah"),
        ("LNA", "org:libyan-national-army"),
        ("Kremlin", "org:kremlin"),
        ("IS", "org:islamic-state"),
    ],
)
def test_lookup(name: str, entity_id: str) -> None:
    found = knowledge.lookup(name)
    assert found is not None
    assert found.entity_id == entity_id


@pytest.mark.parametrize("name", ["us", "is", "it", "who", "Atlantis", "", "Turkey soup"])
def test_lookup_finds_nothing_else(name: str) -> None:
    assert knowledge.lookup(name) is None


def test_of_namesakes_the_one_of_a_named_country_wins() -> None:
    assert [knowledge.lookup("RSF", countries) for countries in ((), ("SDN",))] == [
        knowledge.lookup("Reporters Without Borders"),
        knowledge.lookup("Rapid Support Forces"),
    ]


@pytest.mark.parametrize("name", ["Sergei Lavrov", "Sergey Lavrov", "Serghei Lavrov", "Sergej Lavrov"])
def test_a_person_in_every_spelling(name: str) -> None:
    assert knowledge.person(name) == knowledge.Known(
        entity_id="person:sergei-lavrov", name="Sergei Lavrov", label="PERSON", country="RUS", sector="GOV"
    )


@pytest.mark.parametrize("name", ["Lavrov", "Sergei", "Li Xi", "Jane Doe", ""])
def test_no_person(name: str) -> None:
    assert knowledge.person(name) is None


def test_a_surname_that_means_one_person_and_one_that_does_not() -> None:
    cavusoglu = knowledge.surname("Çavuşoğlu")
    assert cavusoglu is not None
    assert cavusoglu.entity_id == "person:mevlut-cavusoglu"
    assert knowledge.surname("Khan") is None


@pytest.mark.parametrize(
    ("word", "alpha3"), [("Libyan", "LBY"), ("Turks", "TUR"), ("South Korean", "KOR"), ("Green", None)]
)
def test_demonym(word: str, alpha3: str | None) -> None:
    assert knowledge.demonym(word) == alpha3


@pytest.mark.parametrize(
    ("name", "alpha3"), [("Ankara", "TUR"), ("Kyiv", "UKR"), ("Kiev", "UKR"), ("Istanbul", None), ("Singapore", None)]
)
def test_capital_of(name: str, alpha3: str | None) -> None:
    assert knowledge.capital_of(name) == alpha3


@pytest.mark.parametrize(
    ("phrase", "part"),
    [
        ("foreign minister", "GOV"),
        ("troops", "MIL"),
        ("protester", "CVL"),
        ("opposition fighter", "REB"),
        ("teapot", None),
    ],
)
def test_sector(phrase: str, part: str | None) -> None:
    assert knowledge.sector(phrase) == part
