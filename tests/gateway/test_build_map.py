"""The map from an atlas of a few countries, and the map that is shipped."""

import re
from typing import Any

import pytest

from pipeline.gateway.build_map import STATIC, build, countries, simplified

IDS = {10: "ATA", 470: "MLT", 643: "RUS", 710: "ZAF", 426: "LSO"}


def atlas(**rings: list[list[float]]) -> dict[str, Any]:
    """Countries "name_number" with one ring each, in whole degrees, an arc a ring."""
    arcs, geometries = [], []
    for at, (name, ring) in enumerate(rings.items()):
        steps = [ring[0], *([x - a, y - b] for (a, b), (x, y) in zip(ring, ring[1:], strict=False))]
        arcs.append(steps)
        called, _, number = name.partition("_")
        geometries.append({"type": "Polygon", "id": number or None, "arcs": [[at]], "properties": {"name": called}})
    transform = {"scale": [1, 1], "translate": [0, 0]}
    return {"arcs": arcs, "transform": transform, "objects": {"countries": {"geometries": geometries}}}


def box(west: float, south: float, east: float, north: float) -> list[list[float]]:
    return [[west, south], [west, north], [east, north], [east, south], [west, south]]


def test_country_is_a_closed_path_in_tenths_of_a_degree() -> None:
    """From 180 degrees west and 84 degrees north."""
    assert '<path id="ZAF" d="M1900 1040l0-100 100 0 0 100z"/>' in build(atlas(South_710=box(10, -20, 20, -10)), IDS)


def test_small_country_is_a_dot() -> None:
    assert '<circle id="MLT" cx="1945" cy="485" r="5"/>' in build(atlas(Malta_470=box(14, 35, 15, 36)), IDS)


def test_country_over_the_date_line_is_drawn_at_both_edges() -> None:
    """One ring that runs on to the east, and one that comes in from the west; nothing across the map."""
    over: list[list[float]] = [[170, 60], [170, 70], [-170, 70], [-170, 60], [170, 60]]
    svg = build(atlas(Russia_643=over), IDS)
    assert re.findall(r"M(-?\d+) \d+l([^M]*)z", svg) == [("3500", "0-100 200 0 0 100"), ("-100", "0-100 200 0 0 100")]


def test_what_has_no_id_is_drawn_without_one_and_antarctica_not_at_all() -> None:
    svg = build(atlas(Somaliland=box(43, 8, 48, 11), Antarctica_10=box(0, -80, 100, -70)), IDS)
    assert svg.count("<path") == 1
    assert 'id="ATA"' not in svg
    assert "<path d=" in svg


@pytest.mark.parametrize(
    ("bend", "kept"), [(0.01, [(0.0, 0.0), (2.0, 0.0)]), (1.0, [(0.0, 0.0), (1.0, 1.0), (2.0, 0.0)])]
)
def test_small_bend_goes_and_the_ends_stay(bend: float, kept: list[tuple[float, float]]) -> None:
    assert simplified([(0.0, 0.0), (1.0, bend), (2.0, 0.0)]) == kept


def test_shipped_map_has_the_small_states_and_little_weight() -> None:
    svg = (STATIC / "world.svg").read_text(encoding="utf-8")
    assert len(svg) <= 130 * 1024
    for code in ("MLT", "SGP", "BHR", "VAT", "MDV", "TON", "LUX", "XKX", "PSE", "ISR", "TWN", "LBY", "USA", "FRA"):
        assert f'id="{code}"' in svg


def test_shipped_names_are_those_of_our_table() -> None:
    assert (STATIC / "countries.js").read_text(encoding="utf-8") == countries()
