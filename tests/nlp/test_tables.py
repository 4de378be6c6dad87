"""The bundled tables are whole, and a damaged one is refused with the next step."""

import gzip
from pathlib import Path

import pytest

from pipeline.errors import ModelError
from pipeline.nlp import tables

TABLES = sorted(path.name for path in tables.DATA.iterdir())
SECTORS = set(
    "COP GOV JUD LEG MIL PRM PTY REB SPY UAF UNK AGR BUS CRM CVL EDU ELI JRN LAB MED REF OPP PRE REL SOC IGO NGO".split()
)


@pytest.mark.parametrize("name", TABLES)
def test_every_table_reads(name: str) -> None:
    assert tables.rows(name)


def test_no_country_appears_twice() -> None:
    codes = [row[0] for row in tables.rows("countries.tsv")]
    assert len(codes) == len(set(codes)) > 200


@pytest.mark.parametrize(
    ("name", "columns"), [("countries.tsv", (3, 4)), ("regions.tsv", (3, 4)), ("cities.tsv.gz", (2, 3))]
)
def test_coordinates_are_on_earth(name: str, columns: tuple[int, int]) -> None:
    lat, lon = columns
    assert all(-90 <= float(row[lat]) <= 90 and -180 <= float(row[lon]) <= 180 for row in tables.rows(name))


@pytest.mark.parametrize(
    ("name", "column"), [("organisations.tsv", 3), ("people.tsv", 2), ("metonyms.tsv", 2), ("roles.tsv", 0)]
)
def test_sectors_are_plovers(name: str, column: int) -> None:
    assert {row[column] for row in tables.rows(name)} <= SECTORS


@pytest.mark.parametrize(
    ("name", "column"),
    [("organisations.tsv", 2), ("people.tsv", 1), ("metonyms.tsv", 1), ("regions.tsv", 2), ("cities.tsv.gz", 1)],
)
def test_countries_are_alpha_3(name: str, column: int) -> None:
    assert all(len(row[column]) in (0, 3) and row[column].isupper() == bool(row[column]) for row in tables.rows(name))


def test_other_names_of_cities_belong_to_cities() -> None:
    cities = {(row[0], row[1]) for row in tables.rows("cities.tsv.gz")}
    assert {(row[0], row[1]) for row in tables.rows("city_names.tsv")} <= cities


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.tsv", b"# note\na\tb\n1\t2\n1\n", "a.tsv, line 4: not 2 fields"),
        ("b.tsv", b"# note\na\tb\n\xff\t2\n", "b.tsv cannot be read"),
        ("c.tsv.gz", gzip.compress(b"# note\na\n1\n", mtime=0)[:-9], "c.tsv.gz cannot be read"),
    ],
)
def test_a_damaged_table_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, message: str
) -> None:
    (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(tables, "DATA", tmp_path)
    with pytest.raises(ModelError, match=f"{message}.*install Tickertape again"):
        tables.rows(name)


def test_a_missing_table_is_refused() -> None:
    with pytest.raises(ModelError, match="nowhere.tsv cannot be read"):
        tables.rows("nowhere.tsv")
