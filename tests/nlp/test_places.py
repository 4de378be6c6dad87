"""Namesakes are told apart by what else the text names."""

import pytest

from pipeline.nlp.places import Context, Place, candidates, resolve


def test_a_place_is_whole() -> None:
    assert resolve("Idlib") == Place(
        name="Idlib", country="SYR", lat=35.931, lon=36.634, feature="city", population=128840, admin1="12"
    )


@pytest.mark.parametrize(
    ("name", "country", "feature", "precision"),
    [
        ("Turkey", "TUR", "country", "country"),
        ("Crimea", "UKR", "region", "region"),
        ("the Black Sea", None, "water", "region"),
        ("Africa", None, "continent", "region"),
        ("Kiev", "UKR", "city", "place"),
        ("northern Gaza", "PSE", "region", "region"),
        ("Aleppo province", "SYR", "region", "region"),
        ("Sana’a", "YEM", "city", "place"),
        ("Texas", "USA", "region", "region"),
        ("Calif.", "USA", "region", "region"),
    ],
)
def test_features(name: str, country: str | None, feature: str, precision: str) -> None:
    place = resolve(name)
    assert place is not None
    assert (place.country, place.feature, place.precision) == (country, feature, precision)


@pytest.mark.parametrize(
    ("name", "context", "country"),
    [
        ("Tripoli", Context(), "LBY"),
        ("Tripoli", Context(countries={"LBN": 3}), "LBN"),
        ("Tripoli", Context(countries={"LBY": 3, "LBN": 1}), "LBY"),
        ("Georgia", Context(), "GEO"),
        ("Georgia", Context(countries={"USA": 4}), "USA"),
        ("Birmingham", Context(), "GBR"),
        ("Birmingham", Context(countries={"USA": 1}), "USA"),
        ("Paris", Context(), "FRA"),
        ("Paris", Context(within=resolve("Texas")), "USA"),
        ("London", Context(within=resolve("Ontario")), "CAN"),
        ("Victoria", Context(filed_in="AUS", countries={"AUS": 1}), "AUS"),
    ],
)
def test_namesakes(name: str, context: Context, country: str) -> None:
    place = resolve(name, context)
    assert place is not None
    assert place.country == country


@pytest.mark.parametrize("name", ["Mordor", "us", "", "the Ministry of Truth", "Lavrov"])
def test_what_is_no_place(name: str) -> None:
    assert resolve(name) is None
    assert candidates(name) == ()


def test_candidates_come_largest_first() -> None:
    populations = [place.population for place in candidates("Springfield")]
    assert len(populations) > 3
    assert populations == sorted(populations, reverse=True)
