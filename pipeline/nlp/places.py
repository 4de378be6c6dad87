"""The gazetteer: names to coordinates, ambiguity ranked by what else the text names.

Countries, regions, waters: own tables. Cities of 15,000 and more: GeoNames (CC BY 4.0). Disputed territories stand as
the source has them; no claim is made.
"""

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast

from pipeline.nlp.names import fold, key
from pipeline.nlp.tables import rows, several

Feature = Literal["country", "region", "city", "water", "continent"]
PRECISION: dict[Feature, Literal["place", "region", "country"]] = {
    "country": "country",
    "region": "region",
    "city": "place",
    "water": "region",
    "continent": "region",
}
# Ranks are logarithms of inhabitants (London 6.9, a town 4.2); what the tables name by hand outranks cities at first.
RANKS: dict[Feature, float] = {"country": 9.0, "region": 7.0, "city": 0.0, "water": 6.5, "continent": 8.0}
MENTIONED = 2.5  # for a candidate whose country the text names
MENTIONED_SHARE = 2.0  # more, the greater that country's share of the countries named
FILED_THERE = 1.0
WITHIN = 12.0  # "Paris, Texas" leaves no choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place; degrees WGS 84, `country` alpha-3 or None (seas, continents), `precision` as in records.Location."""

    name: str
    country: str | None
    lat: float
    lon: float
    feature: Feature
    population: int = 0
    admin1: str | None = None

    @property
    def precision(self) -> Literal["place", "region", "country"]:
        """What the point stands for."""
        return PRECISION[self.feature]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What speaks for a candidate: countries the text names (with counts), the dateline's country, "Paris, Texas"."""

    countries: Mapping[str, int] = field(default_factory=dict)
    filed_in: str | None = None
    within: Place | None = None


NO_CONTEXT = Context()


def resolve(name: str, context: Context = NO_CONTEXT) -> Place | None:
    """The best place of that name, or None."""
    return max(candidates(name), key=lambda place: rank(place, context), default=None)


def candidates(name: str) -> tuple[Place, ...]:
    """All places of that name."""
    lines = gazetteer().get(key(name)) or gazetteer().get(key(_bare(name))) or ()
    return tuple(_place(line) for line in lines)


def rank(place: Place, context: Context) -> float:
    """How likely `place` is meant; see the constants."""
    score = RANKS[place.feature] + math.log10(place.population + 1)
    mentions = context.countries.get(place.country or "", 0)
    if mentions:
        score += MENTIONED + MENTIONED_SHARE * mentions / sum(context.countries.values())
    if place.country and place.country == context.filed_in:
        score += FILED_THERE
    if context.within and inside(place, context.within):
        score += WITHIN
    return score


def inside(place: Place, wider: Place) -> bool:
    """Whether `place` lies in the country or the first-order division `wider`."""
    if place.country != wider.country or place.feature == "country" or place.country is None:
        return False
    return wider.feature == "country" or (wider.admin1 is not None and place.admin1 == wider.admin1)


@functools.cache
def gazetteer() -> dict[str, list[tuple[Feature, list[str]]]]:
    """Rows by look-up key, read once a process (0.1 s); a row becomes a Place only when it is a candidate."""
    index: dict[str, list[tuple[Feature, list[str]]]] = {}
    for alpha3, _, name, lat, lon, _, variants, _ in rows("countries.tsv"):
        for variant in (name, *several(variants)):
            index.setdefault(key(variant), []).append(("country", [name, alpha3, lat, lon, "0", ""]))
    for name, variants, alpha3, lat, lon, feature, admin1 in rows("regions.tsv"):
        for variant in (name, *several(variants)):
            index.setdefault(key(variant), []).append((cast(Feature, feature), [name, alpha3, lat, lon, "0", admin1]))
    others = {(name, alpha3): several(variants) for name, alpha3, variants in rows("city_names.tsv")}
    for row in rows("cities.tsv.gz"):
        index.setdefault(fold(row[0]), []).append(("city", row))
        for variant in others.get((row[0], row[1]), ()):
            index.setdefault(key(variant), []).append(("city", row))
    return index


def population(row: list[str]) -> int:
    """Inhabitants by GeoNames; 0 for what the own tables have."""
    return int(row[4])


def _place(line: tuple[Feature, list[str]]) -> Place:
    feature, row = line
    name, country, lat, lon, _, admin1 = row
    return Place(
        name=name,
        country=country or None,
        lat=float(lat),
        lon=float(lon),
        feature=feature,
        population=population(row),
        admin1=admin1 or None,
    )


POINTS = ("north", "south", "east", "west", "northeast", "northwest", "southeast", "southwest")
COMPASS = tuple(f"{word} " for point in POINTS for word in (point, point + "ern"))
BEFORE = (*COMPASS, "greater ", "downtown ", "central ", "old ", "city of ", "province of ", "state of ")
BEHIND = (" city", " province", " state", " region", " district", " county", " governorate", " oblast", " prefecture")


def _bare(name: str) -> str:
    """Without a point of the compass before or a kind of area behind: "northern Gaza", "Idlib city"."""
    folded = fold(name)
    for word in BEFORE:
        folded = folded.removeprefix(word)
    for word in BEHIND:
        folded = folded.removesuffix(word)
    return folded
