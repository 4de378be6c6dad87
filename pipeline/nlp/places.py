"""The gazetteer: names to coordinates, ambiguity ranked by what else the text names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Feature = Literal["country", "region", "city", "water", "continent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place; degrees WGS 84, `country` alpha-3 or None (seas, continents), `precision` as in records.Location."""

    name: str
    country: str | None
    lat: float
    lon: float
    feature: Feature
    precision: Literal["place", "region", "country"]
    population: int = 0
    admin1: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What speaks for one candidate: countries the text names (with counts), the dateline's country, "Paris, Texas"."""

    countries: Mapping[str, int] = field(default_factory=dict)
    filed_in: str | None = None
    within: Place | None = None


def resolve(name: str, context: Context | None = None) -> Place | None:
    """The best place of that name, or None."""
    return None
