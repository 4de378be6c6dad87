"""Offices: who held one on a day, and the sector of somebody before, during and after."""

from datetime import date

import pytest

from pipeline.nlp import knowledge, offices


@pytest.mark.parametrize(
    ("country", "office", "on", "name"),
    [
        ("TUR", "president", date(2020, 2, 3), "Recep Tayyip Erdogan"),
        ("TUR", "president", date(2010, 2, 3), "Abdullah Gul"),
        ("TUR", "prime minister", date(2010, 2, 3), "Recep Tayyip Erdogan"),
        ("USA", "president", date(2020, 2, 3), "Donald Trump"),
        ("USA", "president", date(2022, 2, 3), "Joe Biden"),
        ("USA", "president", date(2025, 2, 3), "Donald Trump"),
        ("USA", "secretary of state", date(2015, 2, 3), "John Kerry"),
        ("DEU", "chancellor", date(2005, 11, 22), None),
        ("TUR", "prime minister", date(2019, 1, 1), None),
        ("IRN", "president", date(2024, 6, 1), None),
        ("TUR", "president", date(1999, 1, 1), None),
        ("TUR", "king", date(2020, 2, 3), None),
        ("XXX", "president", date(2020, 2, 3), None),
    ],
)
def test_holder(country: str, office: str, on: date, name: str | None) -> None:
    """One known holder that day; none of a day of handover, a vacancy, an office that is gone or unheard of."""
    found = offices.holder(country, office, on)
    assert (found.name if found else None) == name


def test_an_open_term_is_not_trusted_beyond_the_table() -> None:
    """Who governs after the table was compiled, the table cannot know."""
    after = date.fromordinal(offices.KNOWN_UNTIL.toordinal() + 1)
    assert offices.holder("FRA", "president", offices.KNOWN_UNTIL) == knowledge.person("Emmanuel Macron")
    assert offices.holder("FRA", "president", after) is None


@pytest.mark.parametrize(
    ("name", "on", "sector"),
    [
        ("Barack Obama", date(2012, 1, 1), "GOV"),
        ("Barack Obama", date(2017, 1, 20), "GOV"),
        ("Barack Obama", date(2017, 1, 21), "ELI"),
        ("Barack Obama", date(2020, 1, 1), "ELI"),
        ("Barack Obama", date(2001, 1, 1), None),
        ("Donald Trump", date(2022, 1, 1), "ELI"),
        ("Donald Trump", date(2025, 3, 1), "GOV"),
        ("Sergei Lavrov", date(2030, 1, 1), "GOV"),
        ("Khalifa Haftar", date(2001, 1, 1), "REB"),
        ("Antonio Guterres", date(2001, 1, 1), "IGO"),
    ],
)
def test_sector_on(name: str, on: date, sector: str | None) -> None:
    """Government in the years of the role only; a sector that is no office stays."""
    known = knowledge.person(name)
    assert known is not None
    assert offices.sector_on(known, on) == sector


def test_terms_run_forward_and_every_holder_is_known() -> None:
    """No term ends before it begins, and each is of the country that it is listed under."""
    for (country, _), held in offices.terms().items():
        for term in held:
            assert term.to_on is None or term.from_on < term.to_on
            assert term.holder.country == country


def test_years_of_a_role_run_forward() -> None:
    """Spans of years are in order, and none ends before it begins."""
    for spans in offices.years().values():
        assert list(spans) == sorted(spans, key=lambda span: span[0])
        assert all(last is None or first <= last for first, last in spans)
