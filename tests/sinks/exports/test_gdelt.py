"""GDELT's columns one by one: codes are text, and what is not known is empty."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline import codec
from pipeline.detection import coding
from pipeline.detection.ontology import CAMEO_ROOTS, KINDS, MODES, QUADS, SECTORS
from pipeline.records import EventData
from pipeline.sinks.exports import codes, gdelt
from pipeline.sinks.exports.base import stated
from tests.sinks.exports.events import BITING, DENIED, PLANNED, POSTPONED, SHELLING, cloud, day, participant, place

# The header of GDELT's own table of the columns (codebook 2.0, as in the PyPI package gdelt).
CODEBOOK = """
GLOBALEVENTID SQLDATE MonthYear Year FractionDate Actor1Code Actor1Name Actor1CountryCode Actor1KnownGroupCode Actor1EthnicCode
Actor1Religion1Code Actor1Religion2Code Actor1Type1Code Actor1Type2Code Actor1Type3Code Actor2Code Actor2Name
Actor2CountryCode Actor2KnownGroupCode Actor2EthnicCode Actor2Religion1Code Actor2Religion2Code Actor2Type1Code
Actor2Type2Code Actor2Type3Code IsRootEvent EventCode EventBaseCode EventRootCode QuadClass GoldsteinScale NumMentions
NumSources NumArticles AvgTone Actor1Geo_Type Actor1Geo_FullName Actor1Geo_CountryCode Actor1Geo_ADM1Code
Actor1Geo_ADM2Code Actor1Geo_Lat Actor1Geo_Long Actor1Geo_FeatureID Actor2Geo_Type Actor2Geo_FullName
Actor2Geo_CountryCode Actor2Geo_ADM1Code Actor2Geo_ADM2Code Actor2Geo_Lat Actor2Geo_Long Actor2Geo_FeatureID
ActionGeo_Type ActionGeo_FullName ActionGeo_CountryCode ActionGeo_ADM1Code ActionGeo_ADM2Code ActionGeo_Lat
ActionGeo_Long ActionGeo_FeatureID DATEADDED SOURCEURL
"""


def row(data: EventData) -> dict[str, str]:
    return gdelt.row(codec.plain(data))


def known(data: EventData, prefix: str) -> dict[str, str]:
    """The columns of that prefix that say something, without it."""
    columns = row(data).items()
    return {
        name.removeprefix(prefix): value
        for name, value in columns
        if name.startswith(prefix) and value not in ("", "0")
    }


def test_the_columns_of_the_codebook() -> None:
    assert list(gdelt.COLUMNS) == CODEBOOK.split()
    assert len(gdelt.COLUMNS) == 61
    assert set(row(BITING)) == set(gdelt.COLUMNS)


def test_the_number_is_of_the_event_alone() -> None:
    """A correction keeps it; it fits a signed 64-bit integer."""
    assert row(PLANNED)["GLOBALEVENTID"] == row(replace(PLANNED, revision=7))["GLOBALEVENTID"] == "2634071217892911463"
    numbers = {gdelt.number(f"{one:026}") for one in range(10_000)}
    assert len(numbers) == 10_000
    assert 0 <= min(numbers) <= max(numbers) < 2**63


@pytest.mark.parametrize(
    ("time", "wanted"),
    [
        (day("2024-06-20"), ("20240620", "202406", "2024", "2024.4658")),
        (day("2024-01-01", "2024-01-03", "range"), ("20240101", "202401", "2024", "2024.0027")),
        (day("2024-12-31"), ("20241231", "202412", "2024", "2024.9890")),
        (day("2024-06-01", "2024-06-30", "month"), ("", "202406", "2024", "")),
        (day("2024-01-01", "2024-12-31", "year"), ("", "", "2024", "")),
        (None, ("20240615", "202406", "2024", "2024.4521")),
    ],
)
def test_dates(time: Any, wanted: tuple[str, ...]) -> None:
    """The day of the event as far as it is known; without any, that of publication."""
    found = row(replace(PLANNED, time=time))
    assert tuple(found[name] for name in ("SQLDATE", "MonthYear", "Year", "FractionDate")) == wanted


@pytest.mark.parametrize(
    ("on", "fraction"),
    [
        ("2007-07-04", "2007.5041"),
        ("2016-07-01", "2016.4959"),
        ("2017-06-01", "2017.4137"),
        ("2021-03-23", "2021.2274"),
    ],
)
def test_fractions_are_those_of_gdelts_own_files(on: str, fraction: str) -> None:
    """Days and FractionDates as they stand in published rows of 2017 and 2021."""
    assert row(replace(PLANNED, time=day(on)))["FractionDate"] == fraction


def test_no_date_at_all() -> None:
    found = row(BITING)
    assert [found[name] for name in ("SQLDATE", "MonthYear", "Year", "FractionDate", "DATEADDED")] == [""] * 5


def test_actors() -> None:
    """CAMEO's own country codes and roles; a sector that CAMEO has no role for is none."""
    assert known(SHELLING, "Actor1") == {"Code": "ROMMIL", "Name": "ARMY", "CountryCode": "ROM", "Type1Code": "MIL"}
    assert known(SHELLING, "Actor2") == {"Code": "CVL", "Name": "TOWN", "Type1Code": "CVL"}
    party = replace(
        SHELLING, actors=[participant("Fidesz", "HUN", "PTY")], recipients=[participant("Nowhere", "ZZZ", None)]
    )
    assert known(party, "Actor1") == {"Code": "HUN", "Name": "FIDESZ", "CountryCode": "HUN"}
    assert known(party, "Actor2") == {"Name": "NOWHERE"}
    assert known(replace(SHELLING, actors=[]), "Actor1") == {}


def test_who_takes_part_together_is_on_both_sides() -> None:
    """Turkey and Russia set talks with each other; two attackers do not attack each other."""
    assert row(PLANNED)["Actor2Name"] == "RUSSIA"
    assert row(replace(SHELLING, recipients=[]))["Actor2Name"] == ""


@pytest.mark.parametrize(
    ("location", "wanted"),
    [
        (place("Paris", "FRA", 48.853, 2.349), ("4", "Paris, France", "FR", "48.853", "2.349")),
        (place("Reno", "USA", 39.53, -119.814), ("3", "Reno, United States", "US", "39.53", "-119.814")),
        (place("Nevada", "USA", 39.5, -117.0, "region"), ("2", "Nevada, United States", "US", "39.5", "-117.0")),
        (place("Darfur", "SDN", 13.0, 25.0, "region"), ("5", "Darfur, Sudan", "SU", "13.0", "25.0")),
        (place("Germany", "DEU", 51.5, 10.5, "country"), ("1", "Germany", "GM", "51.5", "10.5")),
        (place("Rafah", "PSE", 31.296, 34.246), ("4", "Rafah, Palestinian Territory", "GZ", "31.296", "34.246")),
        (
            place("Nablus", "PSE", 32.221, 35.254, "near"),
            ("4", "Nablus, Palestinian Territory", "WE", "32.221", "35.254"),
        ),
        (place("Palestine", "PSE", None, None, "unresolved"), ("0", "Palestine, Palestinian Territory", "", "", "")),
        (place("Atlantis", None, None, None, "unresolved"), ("0", "Atlantis", "", "", "")),
        (None, ("0", "", "", "", "")),
    ],
)
def test_places(location: Any, wanted: tuple[str, ...]) -> None:
    found = row(replace(PLANNED, location=location))
    assert tuple(found[f"ActionGeo_{name}"] for name in ("Type", "FullName", "CountryCode", "Lat", "Long")) == wanted


@pytest.mark.parametrize(
    ("data", "wanted"),
    [
        (PLANNED, ("030", "030", "03", "1", "2.5")),
        (SHELLING, ("194", "194", "19", "4", "-9.5")),
        (
            replace(SHELLING, cameo="08", mode="ceasefire", quad="MATERIAL COOPERATION"),
            ("0871", "087", "08", "2", "-9.5"),
        ),
        (replace(SHELLING, mode="crowd-control"), ("190", "190", "19", "4", "-9.5")),
        (replace(SHELLING, cameo=None), ("", "", "", "4", "-9.5")),
        (replace(PLANNED, kind="acquisition"), ("0311", "031", "03", "1", "2.5")),
        (replace(PLANNED, kind="trade", cameo="06"), ("061", "061", "06", "1", "2.5")),
        (replace(PLANNED, kind="trade", cameo="12"), ("120", "120", "12", "1", "2.5")),
    ],
)
def test_codes_are_text(data: EventData, wanted: tuple[str, ...]) -> None:
    """With their leading zeros; a root alone is "not specified below"."""
    found = row(data)
    assert (
        tuple(found[name] for name in ("EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale"))
        == wanted
    )


def test_tables_know_what_the_ontology_knows() -> None:
    """Every act is of a root and a mode that some type has; every quad class and sector is ours."""
    possible = {(root, mode) for kind, roots in CAMEO_ROOTS.items() for root in roots for mode in MODES[kind]}
    assert set(codes.CAMEO_ACTS) <= possible
    assert all(code.startswith(root) for (root, _), code in codes.CAMEO_ACTS.items())
    assert set(gdelt.QUADS) == set(QUADS.values())
    assert set(KINDS) >= codes.DEALS | gdelt.MUTUAL
    assert coding.DEALS | {"takeover-bid"} == codes.DEALS  # a list of its own: exports know nothing of detection
    assert all(code.startswith(root) for root, code in codes.ECONOMIC.items())
    assert set(codes.ROLES) <= SECTORS


def test_every_country_of_ours_has_its_codes() -> None:
    """Two letters and three, each once."""
    ours = {code for code in codes.countries() if code != "PSE"}
    assert all(len(codes.countries()[code].cameo) == 3 for code in ours)
    given = [one.fips for one in codes.countries().values() if one.fips]
    assert len(given) == len(set(given))
    assert {code: codes.fips(code, 0.0) for code in ("DEU", "CHN", "XKX", "SSD", "GBR")} == {
        "DEU": "GM", "CHN": "CH", "XKX": "KV", "SSD": "OD", "GBR": "UK",
    }  # fmt: skip


@pytest.mark.parametrize("modality", ["denied", "possible", "historical", "alleged"])
def test_what_gdelt_cannot_say_is_left_out(modality: Any) -> None:
    assert not gdelt.GDELT.takes(cloud(replace(POSTPONED, modality=modality)))
    assert stated(cloud(replace(POSTPONED, modality="future")))
    assert not stated(cloud(DENIED))
