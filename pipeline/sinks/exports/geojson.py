"""GeoJSON (RFC 7946): a FeatureCollection of flat events; an event without a place has no geometry."""

from collections.abc import Iterable, Iterator
from typing import Any

from pipeline import codec
from pipeline.sinks.exports.base import Event, Export
from pipeline.stages.route import flat


def render(events: Iterable[Event]) -> Iterator[bytes]:
    """The collection, a line a feature."""
    yield b'{"type":"FeatureCollection","features":['
    before = b"\n"
    for event in events:
        yield before + codec.encode(feature(event))
        before = b",\n"
    yield b"\n]}\n"


def feature(event: Event) -> dict[str, Any]:
    """One event: longitude first, as GeoJSON has it."""
    row = codec.plain(flat(event["data"]))
    lat, lon = row.pop("lat"), row.pop("lon")
    point = None if lat is None or lon is None else {"type": "Point", "coordinates": [lon, lat]}
    return {"type": "Feature", "id": row["event_id"], "geometry": point, "properties": row}


GEOJSON = Export(media_type="application/geo+json", suffix=".geojson", render=render)
