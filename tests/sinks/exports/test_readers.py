"""What programs that are not ours read in our files: all that was put in, and nothing that runs."""

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import feedparser
import icalendar
import pytest

from pipeline import codec
from pipeline.sinks.exports.registry import EXPORTS
from pipeline.stages.route import flat
from tests.sinks.exports.events import BITING, EVENTS, RETRACTION, cloud

HOSTILE = [
    '=cmd|"/C calc"!A0', "+1", "-1+1", "@SUM(A1)", " =1", "\t=1", "\r=1", "\n=1", "\u00a0=1", "\u200b=1", "\ufeff=1",
    "\u202e=1", "\uff1dcmd()", "\uff0b1", "\uff0d1", "\uff20x", "\x00=1", "\x1f@x",
]  # fmt: skip
HARMLESS = ["Turkey", "a=b", "3-2", "'quoted'", '"q"', "x;y,z", "line\nbreak", "עזה", ""]


def whole(name: str, events: Any = EVENTS) -> bytes:
    return b"".join(EXPORTS[name].render(event for event in events if EXPORTS[name].takes(event)))


def named(text: str) -> Any:
    """An event whose every free text is `text`."""
    event = json.loads(codec.encode(cloud(BITING)))
    event["data"]["actors"][0]["name"] = event["data"]["actors"][0]["text"] = text
    event["data"]["sentence"]["text"] = event["data"]["article"]["headline"] = text
    event["data"]["article"]["url"] = f"https://news.example/{text}"
    return event


def test_ndjson() -> None:
    """Each line is the CloudEvent."""
    assert [json.loads(line) for line in whole("ndjson").split(b"\n")[:-1]] == EVENTS


@pytest.mark.parametrize("name", EXPORTS)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("published_at", "0001-01-01T00:00:00Z"), ("published_at", "0001-01-01T00:00:00+14:00"),
        ("published_at", "9999-12-31T23:59:59-12:00"), ("detected_at", "9999-12-31T23:59:59-12:00"),
        ("start_on", "0001-01-01"), ("start_on", "9999-12-31"),
    ],
)  # fmt: skip
def test_the_ends_of_time(name: str, field: str, value: str) -> None:
    """Dates that programs write for "none" break nothing; the event is there all the same, or counted as left out."""
    event = json.loads(codec.encode(EVENTS[0]))
    for holder in (event["data"], event["data"]["article"], event["data"]["time"]):
        if field in holder:
            holder[field] = holder["end_on" if field == "start_on" else field] = value
    if EXPORTS[name].takes(event):
        assert len(b"".join(EXPORTS[name].render([event]))) > len(b"".join(EXPORTS[name].render([])))


def test_csv() -> None:
    """The flat events again, text that would run aside."""
    rows = list(csv.DictReader(io.StringIO(whole("csv").decode(), newline="")))
    wanted = [codec.plain(flat(event["data"])) for event in EVENTS]
    for row, values in zip(rows[:4], wanted[:4], strict=True):
        assert row == {name: "" if value is None else str(value) for name, value in values.items()}
    assert rows[4]["sentence"] == "'" + wanted[4]["sentence"].replace("\x00", "\ufffd").replace("\x1b", "\ufffd")
    assert rows[4]["actor"] == f"'{BITING.actors[0].name}"


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(whole("csv", [named(text)]).decode(), newline=""))
    assert {row[name][:1] for name in ("actor", "actors", "sentence", "headline")} == {"'"}


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_text_stays_as_it_is(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(whole("csv", [named(text)]).decode(), newline=""))
    assert row["actor"] == text
    assert row["lat"] == ""


def test_geojson() -> None:
    """Longitude first; an event without a place is there, without a geometry."""
    collection = json.loads(whole("geojson"))
    assert collection["type"] == "FeatureCollection"
    assert [one["geometry"] and one["geometry"]["coordinates"] for one in collection["features"]] == [
        [28.95, 41.014],
        None,
        [-28.805, 45.179],
        [34.467, 31.5],
        None,
    ]
    assert [one["id"] for one in collection["features"]] == [event["subject"] for event in EVENTS]
    assert json.loads(whole("geojson", [])) == {"type": "FeatureCollection", "features": []}


@pytest.mark.parametrize("name", ["gdelt", "polecat"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_NONE], ids=["with quotes", "without quotes"])
@pytest.mark.parametrize("text", [*HOSTILE, *HARMLESS, "a\tb", "a\r\nb", '"a\tb', "a\u2028b\x85c", "\\t"])
def test_tabs_stay_between_columns(name: str, quoting: int, text: str) -> None:
    """Every line has as many cells as the header, whatever the reader thinks of quotes."""
    lines = whole(name, [*EVENTS, named(text)]).decode().splitlines()
    rows = list(csv.reader(lines, delimiter="\t", quoting=quoting))  # type: ignore[arg-type]
    assert {len(row) for row in rows} == {61 if name == "gdelt" else 40}
    assert len(rows) == (5 if name == "gdelt" else 6)


@pytest.mark.parametrize("text", [*HOSTILE, *HARMLESS, "é" * 100, "\U0001f54a" * 40, "a\\;,\nb", "END:VEVENT\r\nX:1"])
def test_calendar_text_comes_back(text: str) -> None:
    """Escaped and folded at 75 bytes, it reads as before, but for controls."""
    event = json.loads(codec.encode(EVENTS[0]))
    event["data"]["sentence"]["text"] = text
    raw = whole("ics", [event])
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert all(line.decode() for line in raw.split(b"\r\n")[:-1])  # no character torn
    (entry,) = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    assert str(entry["DESCRIPTION"]) == "".join(char for char in plain if char >= " " or char == "\n")


def test_calendar() -> None:
    """One meeting of two reports: what it was called first, when it is now."""
    (entry,) = icalendar.Calendar.from_ical(whole("ics")).walk("VEVENT")
    assert (str(entry["UID"]), entry["SEQUENCE"], str(entry["STATUS"]), str(entry["LOCATION"])) == (
        f"{EVENTS[0]['subject']}@tickertape",
        1,
        "CONFIRMED",
        "Istanbul",
    )
    assert (entry["DTSTART"].to_ical(), entry["DTEND"].to_ical()) == (b"20240627", b"20240628")
    assert entry["GEO"].to_ical() == "41.014;28.95"


def test_atom() -> None:
    """feedparser reads every entry; a deleted-entry names the event that was taken back."""
    raw = whole("atom", [*EVENTS[:4], cloud(RETRACTION)])
    feed = feedparser.parse(raw)
    assert not feed.bozo
    assert [(entry.id, entry.link, entry.updated) for entry in feed.entries] == [
        (
            f"urn:tickertape:event:{event['subject']}",
            event["data"]["article"]["url"],
            event["data"]["detected_at"],
        )
        for event in EVENTS[:4]
    ]
    assert feed.feed.updated == RETRACTION.detected_at
    (deleted,) = ElementTree.fromstring(raw).iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert deleted.attrib == {
        "ref": f"urn:tickertape:event:{RETRACTION.event_id}",
        "when": RETRACTION.detected_at,
    }


@pytest.mark.parametrize("text", [*HOSTILE, *HARMLESS, "<script>alert(1)</script>", "]]>&amp;", "\ud800", '"/><x y="'])
def test_atom_text_is_text(text: str) -> None:
    """Escaped once; what XML cannot say is replaced."""
    event = named("x")
    event["data"]["detected_at"] = "2024-06-18T08:00:01.500Z"
    event["data"]["sentence"]["text"] = text
    root = ElementTree.fromstring(whole("atom", [event]))
    (summary,) = root.iter("{http://www.w3.org/2005/Atom}summary")
    shown = "".join("\ufffd" if (char < " " and char not in "\t\r\n") or char == "\ud800" else char for char in text)
    assert (summary.text or "") == shown.replace("\r", "\n")


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "", None, "ftp://x", " https://x"])
def test_atom_links_to_pages_only(url: str | None) -> None:
    event = json.loads(codec.encode(EVENTS[0]))
    event["data"]["article"]["url"] = url
    assert b"<link" not in whole("atom", [event])
