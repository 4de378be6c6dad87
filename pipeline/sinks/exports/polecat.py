"""POLECAT's columns: PLOVER types, modes and contexts, between tabs, with a header.

Several of the official files are broken by stray tabs; here white space in a cell is one space. Several actors stand in one
cell with semicolons, each list in the same order. What we do not know is empty: Correlates of War codes, titles, GeoNames
and Wikipedia ids, districts, provinces. POLECAT cannot say that something did not happen, so such events are left out.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from pipeline import instants
from pipeline.sinks.exports import codes
from pipeline.sinks.exports.base import Event, Export, one_line, stated

COLUMNS: tuple[str, ...] = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts",
    "Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title", "Actor Name Raw",
    "Wikipedia Actor ID",
    "Recipient Name", "Recipient Country", "Recipient COW", "Primary Recipient Sector", "Recipient Sectors",
    "Recipient Title", "Recipient Name Raw", "Wikipedia Recipient ID",
    "Placename", "City", "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID", "Raw Placename",
    "Feature Type", "Source", "Publication Date", "Story People", "Story Organizations", "Story Locations", "Language",
    "Version",
)  # fmt: skip
JOINED = "; "


def render(events: Iterable[Event]) -> Iterator[bytes]:
    """The header, then a line an event."""
    yield _line(dict(zip(COLUMNS, COLUMNS, strict=True)))
    for event in events:
        yield _line(row(event["data"]))


def _line(cells: dict[str, str]) -> bytes:
    return ("\t".join(one_line(cells[name]) for name in COLUMNS) + "\n").encode()


def row(data: dict[str, Any]) -> dict[str, str]:
    """One event, column by column; all are text."""
    article = data["article"]
    published = instants.day(article["published_at"])
    return {
        **dict.fromkeys(COLUMNS, ""),
        "Event ID": data["event_id"],
        "Event Date": _day(data),
        "Event Type": data["type"],
        "Event Mode": data["mode"] or "",
        "Intensity": f"{data['goldstein']:.1f}",
        "Quad Code": data["quad"],
        "Contexts": JOINED.join(data["contexts"]),
        **_side("Actor", data["actors"]),
        **_side("Recipient", data["recipients"]),
        **_place(data["location"]),
        "Source": article["provider"],
        "Publication Date": published.isoformat() if published else "",
        "Language": article["language"] or "",
        "Version": f"{data['model']['name']} {data['model']['version']}",
    }


def _day(data: dict[str, Any]) -> str:
    """The first day of the event, where the text says one; else the day of publication. Empty of "in June"."""
    time = data["time"]
    if time and time["start_on"]:
        return "" if time["precision"] in ("month", "year") else str(time["start_on"])
    published = instants.day(data["article"]["published_at"])
    return published.isoformat() if published else ""


def _side(role: str, participants: list[dict[str, Any]]) -> dict[str, str]:
    if not participants:
        return {}
    sectors = [one["sector"] or "" for one in participants]
    return {
        f"{role} Name": JOINED.join(one["name"] for one in participants),
        f"{role} Country": _listed(one["country"] or "" for one in participants),
        f"Primary {role} Sector": sectors[0],
        f"{role} Sectors": _listed(sectors),
        f"{role} Name Raw": JOINED.join(one["text"] for one in participants),
    }


def _listed(values: Iterable[str]) -> str:
    """Joined; nothing at all where all are unknown."""
    listed = list(values)
    return JOINED.join(listed) if any(listed) else ""


def _place(location: dict[str, Any] | None) -> dict[str, str]:
    if location is None:
        return {}
    known = {
        "Placename": location["name"],
        "Country": codes.country_name(location["country"]),
        "City": location["name"] if location["precision"] == "place" else "",
    }
    if location["lat"] is None or location["lon"] is None:
        return known
    return known | {"Latitude": str(location["lat"]), "Longitude": str(location["lon"])}


POLECAT = Export(
    media_type="text/tab-separated-values; charset=utf-8; header=present",
    suffix=".txt",
    render=render,
    takes=stated,
    leaves_out="possible, denied, historical or alleged, which POLECAT cannot say",
)
