"""GDELT 2.0 Event: 61 columns between tabs, no header, no quotes (GDELT event codebook 2.0, 19 February 2015).

What we do not know is empty: tone, the actors' own places, ethnic and religious codes, GeoNames ids. A day that the text
does not say is the day of publication, as in GDELT; of "in June" only year and month are known. The counts are those of the
one article of the event. GDELT cannot say that something did not happen, so such events are left out.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from pipeline import instants
from pipeline.sinks.exports import codes
from pipeline.sinks.exports.base import Event, Export, one_line, stated, utc

ACTOR = (
    "Code Name CountryCode KnownGroupCode EthnicCode Religion1Code Religion2Code Type1Code Type2Code Type3Code".split()
)
GEO = "Type FullName CountryCode ADM1Code ADM2Code Lat Long FeatureID".split()
COLUMNS: tuple[str, ...] = (
    "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate",
    *(f"Actor1{name}" for name in ACTOR), *(f"Actor2{name}" for name in ACTOR),
    "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale", "NumMentions",
    "NumSources", "NumArticles", "AvgTone",
    *(f"Actor1Geo_{name}" for name in GEO), *(f"Actor2Geo_{name}" for name in GEO), *(f"ActionGeo_{name}" for name in GEO),
    "DATEADDED", "SOURCEURL",
)  # fmt: skip
QUADS = {"VERBAL COOPERATION": "1", "MATERIAL COOPERATION": "2", "VERBAL CONFLICT": "3", "MATERIAL CONFLICT": "4"}
# Who takes part in these does so with the others: where both sides are actors, the second is Actor2.
MUTUAL = frozenset(
    "talks-planned talks-held talks-postponed talks-suspended talks-cancelled talks-collapsed agreement ceasefire-agreed "
    "ceasefire-extended clash cooperation joint-exercise acquisition".split()
)
# ActionGeo_Type by our precision: in the United States, elsewhere.
NOWHERE = "0"  # so its files say that no place is known
PLACE_TYPES = {"country": ("1", "1"), "place": ("3", "4"), "near": ("3", "4"), "region": ("2", "5")}


def render(events: Iterable[Event]) -> Iterator[bytes]:
    """A line an event."""
    for event in events:
        columns = row(event["data"])
        yield ("\t".join(columns[name] for name in COLUMNS) + "\n").encode()


def row(data: dict[str, Any]) -> dict[str, str]:
    """One event, column by column; all are text."""
    code, base, root = codes.cameo_codes(data)
    first, second = _sides(data)
    return {
        **dict.fromkeys(COLUMNS, ""),
        **dict.fromkeys(("Actor1Geo_Type", "Actor2Geo_Type", "ActionGeo_Type"), NOWHERE),
        "GLOBALEVENTID": str(number(data["event_id"])),
        **_dates(data),
        **_actor("Actor1", first),
        **_actor("Actor2", second),
        "EventCode": code, "EventBaseCode": base, "EventRootCode": root,
        "QuadClass": QUADS[data["quad"]], "GoldsteinScale": f"{data['goldstein']:.1f}",
        "NumMentions": "1", "NumSources": "1", "NumArticles": "1",
        **_place(data["location"]),
        "DATEADDED": _second(data["detected_at"]),
        "SOURCEURL": one_line(data["article"]["url"]).replace(" ", "%20"),
    }  # fmt: skip


def number(event_id: str) -> int:
    """63 bits of the id's SHA-256: the same on any machine, and a signed 64-bit integer everywhere."""
    return int.from_bytes(hashlib.sha256(event_id.encode()).digest()[:8]) >> 1


def _sides(data: dict[str, Any]) -> tuple[dict[str, Any] | None, dict[str, Any] | None]:
    """GDELT has room for one on each side: the first."""
    actors, recipients = data["actors"], data["recipients"]
    if not recipients and data["kind"] in MUTUAL:
        recipients = actors[1:]
    return (actors[0] if actors else None), (recipients[0] if recipients else None)


def _actor(prefix: str, one: dict[str, Any] | None) -> dict[str, str]:
    if one is None:
        return {}
    country, role = codes.cameo_country(one["country"]), codes.ROLES.get(one["sector"] or "", "")
    return {
        f"{prefix}Code": country + role,
        f"{prefix}Name": one_line(one["name"]).upper(),
        f"{prefix}CountryCode": country,
        f"{prefix}Type1Code": role,
    }


def _dates(data: dict[str, Any]) -> dict[str, str]:
    """The day of the event as far as it is known."""
    time = data["time"]
    if time and time["start_on"]:
        day, precision = date.fromisoformat(time["start_on"]), time["precision"]
    else:
        published = instants.day(data["article"]["published_at"])
        if published is None:
            return {}
        day, precision = published, "day"
    digits = day.isoformat().replace("-", "")
    known = {"Year": digits[:4]}
    if precision != "year":
        known["MonthYear"] = digits[:6]
    if precision not in ("year", "month"):
        known["SQLDATE"] = digits
        # GDELT's own arithmetic: every month has 30 days. Its codebook writes (MONTH * 30 + DAY) / 365, and a range from 0 to
        # 0.9999; its files count the months that are over: 20160701 is 2016.4959.
        known["FractionDate"] = f"{day.year + ((day.month - 1) * 30 + day.day) / 365:.4f}"
    return known


def _place(location: dict[str, Any] | None) -> dict[str, str]:
    if location is None:
        return {}
    lat, lon, country = location["lat"], location["lon"], location["country"]
    types = PLACE_TYPES.get(location["precision"], (NOWHERE, NOWHERE))
    known = {
        "ActionGeo_Type": types[country != "USA"],
        "ActionGeo_FullName": _full_name(location),
        "ActionGeo_CountryCode": codes.fips(country, lon),
    }
    if lat is None or lon is None:
        return known
    return known | {"ActionGeo_Lat": str(lat), "ActionGeo_Long": str(lon)}


def _full_name(location: dict[str, Any]) -> str:
    """ "Sirte, Libya"; a country's name alone."""
    name = one_line(location["name"])
    country = codes.country_name(location["country"])
    return name if location["precision"] == "country" or country in ("", name) else f"{name}, {country}"


def _second(instant: str | None) -> str:
    return "".join(char for char in (utc(instant) or "")[:19] if char.isdigit())


GDELT = Export(
    media_type="text/tab-separated-values; charset=utf-8",
    suffix=".export.CSV",
    render=render,
    takes=stated,
    leaves_out="possible, denied, historical or alleged, which GDELT cannot say",
)
