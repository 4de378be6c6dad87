"""Datelines are taken apart; what only resembles one stays in the text."""

import pytest

from pipeline.nlp.dateline import Dateline, dateline


@pytest.mark.parametrize(
    ("lead", "place", "date", "agency"),
    [
        ("ANKARA, June 14 (Reuters) - ", "Ankara", "June 14", "Reuters"),
        ("TIRANA, Albania (AP) -- ", "Tirana", None, "AP"),
        ("SAN FRANCISCO - ", "San Francisco", None, None),
        ("GENEVA/BEIRUT (Reuters) - ", "Geneva", None, "Reuters"),
        ("ADDIS ABABA, May 15 (Xinhua) -- ", "Addis Ababa", "May 15", "Xinhua"),
        ("MEXICO CITY (AP) ", "Mexico City", None, "AP"),
        ("ALBUQUERQUE, N.M. (AP) — ", "Albuquerque", None, "AP"),
        ("Hanoi (VNA) – ", "Hanoi", None, "VNA"),
        ("Bogota, March 8 (IANS) ", "Bogota", "March 8", "IANS"),
        ("Moscow, 12 June — ", "Moscow", "12 June", None),
        ("KABUL (Pajhwok): ", "Kabul", None, "Pajhwok"),
    ],
)
def test_datelines(lead: str, place: str, date: str | None, agency: str | None) -> None:
    line = lead + "The government said on Sunday that talks would resume."
    expected = Dateline(text=lead.strip(), start=7, end=7 + len(lead), place=place, date=date, agency=agency)
    assert dateline(line, 7) == expected


@pytest.mark.parametrize(
    "line",
    [
        "NATO - the military alliance - said on Friday it would withdraw.",
        "UN - backed forces entered the city.",
        "EXCLUSIVE - Two islands to cut troops, sources say.",
        "WATCH - Ministers arrive in Oslo",
        "Ankara - which backs the government - denied it.",
        "Turkey-Russia talks were postponed.",
        "Syria's president: neighbours must leave.",
        "US - Iran talks stall.",
        "The minister (a general) - said nothing.",
        "TRIPOLI",
        "LAVROV said talks would resume.",
        "",
    ],
)
def test_no_datelines(line: str) -> None:
    assert dateline(line, 0) is None
