"""Filters: what a query string asks for, as SQL over the store and as a predicate on a live event, both out of one table."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from pipeline import instants
from pipeline.gateway.rows import Row, words

MAX_VALUES = 64
MAX_CHARS = 512
FAMILIES = ("diplomacy", "peace", "conflict", "unrest", "assistance")
MODALITIES = ("asserted", "future", "possible", "denied", "historical", "alleged")
CHANGES = ("detected", "updated", "retracted")

Sql = tuple[str, list[Any]]
Box = tuple[float, float, float, float]


class FilterError(ValueError):
    """The query string cannot be read; the message names the parameter. The client is told, with 400."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One parameter: how it is read, how it is asked of the store (alias `e` for events), how it is asked of a row."""

    doc: str
    parse: Callable[[str, list[str]], Any]
    sql: Callable[[str, Any], Sql]
    holds: Callable[[str, Any, Row], bool]
    schema: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for: by name of the parameter, the value that its term made. Nothing: everything."""

    chosen: Mapping[str, Any]

    def without(self, name: str) -> "Filters":
        """The same but for one parameter."""
        return Filters({one: value for one, value in self.chosen.items() if one != name})


def parse(query: Iterable[tuple[str, str]]) -> Filters:
    """The filters of a query string's (name, value) pairs; repeated and comma-separated are the same. Raises FilterError."""
    given: dict[str, list[str]] = {}
    for name, value in query:
        if name not in TERMS:
            raise FilterError(f"there is no parameter {name[:40]!r}: {', '.join(TERMS)}")
        if len(value) > MAX_CHARS:
            raise FilterError(f"{name}: longer than {MAX_CHARS} characters")
        given.setdefault(name, []).append(value)
    stripped = {name: [value.strip() for value in values if value.strip()] for name, values in given.items()}
    return Filters({name: TERMS[name].parse(name, values) for name, values in stripped.items() if values})


def sql(filters: Filters) -> Sql:
    """A condition on `events AS e`, and its parameters."""
    parts = [TERMS[name].sql(name, value) for name, value in filters.chosen.items()]
    return " AND ".join(f"({text})" for text, _ in parts) or "1", [one for _, values in parts for one in values]


def holds(filters: Filters, event: Row) -> bool:
    """Whether the event is what is asked for."""
    return all(TERMS[name].holds(name, value, event) for name, value in filters.chosen.items())


def _values(name: str, given: list[str]) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(one.strip() for value in given for one in value.split(",") if one.strip()))
    if not found:
        raise FilterError(f"{name}: no value")
    if len(found) > MAX_VALUES:
        raise FilterError(f"{name}: more than {MAX_VALUES} values")
    return found


def _whole(name: str, given: list[str]) -> tuple[str, ...]:
    """Values that may have commas in them: only repeated ones are several."""
    if len(given) > MAX_VALUES:
        raise FilterError(f"{name}: more than {MAX_VALUES} values")
    return tuple(dict.fromkeys(given))


def _lower(name: str, given: list[str]) -> tuple[str, ...]:
    return tuple(value.lower() for value in _values(name, given))


def _upper(name: str, given: list[str]) -> tuple[str, ...]:
    return tuple(value.upper() for value in _values(name, given))


def _one_of(allowed: tuple[str, ...]) -> Callable[[str, list[str]], tuple[str, ...]]:
    def parse_choice(name: str, given: list[str]) -> tuple[str, ...]:
        found = _lower(name, given)
        if wrong := [value for value in found if value not in allowed]:
            raise FilterError(f"{name}: {wrong[0][:40]!r} is none of {', '.join(allowed)}")
        return found

    return parse_choice


def _single(name: str, given: list[str]) -> str:
    if len(given) > 1:
        raise FilterError(f"{name}: given {len(given)} times")
    return given[0]


def _number(name: str, given: str) -> float:
    try:
        number = float(given)
    except ValueError:
        number = float("nan")
    if not isfinite(number):
        raise FilterError(f"{name}: {given[:40]!r} is no number")
    return number


def _confidence(name: str, given: list[str]) -> float:
    number = _number(name, _single(name, given))
    if not 0 <= number <= 1:
        raise FilterError(f"{name}: between 0 and 1")
    return number


def _box(name: str, given: list[str]) -> Box:
    edges = [_number(name, edge) for edge in _single(name, given).split(",")]
    if len(edges) != 4:
        raise FilterError(f"{name}: west,south,east,north in degrees")
    west, south, east, north = edges
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise FilterError(f"{name}: west,south,east,north in degrees, south not above north")
    return west, south, east, north


def _instant(name: str, given: list[str]) -> int:
    text = _single(name, given)
    found = (instants.to_ms(one) for one in (text, text.replace(" ", "+")))  # an unescaped + arrives as a blank
    at_ms = next((ms for ms in found if ms is not None), None)
    if at_ms is None:
        raise FilterError(f"{name}: {given[0][:40]!r} is no instant such as 2020-01-14T10:00:00Z")
    return at_ms


def _words(name: str, given: list[str]) -> tuple[str, ...]:
    found = tuple(words(" ".join(given)))
    if not found:
        raise FilterError(f"{name}: no word in {given[0][:40]!r}")
    return found[:MAX_VALUES]


def _facet_sql(name: str, values: tuple[str, ...]) -> Sql:
    marks = ", ".join("?" * len(values))
    return f"e.id IN (SELECT id FROM facets WHERE field = ? AND value IN ({marks}))", [name, *values]


def _facet_holds(name: str, values: tuple[str, ...], event: Row) -> bool:
    return any(value in values for value in event.facets[name])


def _box_sql(_: str, box: Box) -> Sql:
    """The R*Tree finds candidates (it rounds outwards, to 32 bits); the exact columns decide."""
    west, south, east, north = box
    spans = [(west, east)] if west <= east else [(west, 180.0), (-180.0, east)]
    one = (
        "(e.id IN (SELECT id FROM places WHERE east >= ? AND west <= ? AND north >= ? AND south <= ?)"
        " AND e.lon BETWEEN ? AND ? AND e.lat BETWEEN ? AND ?)"
    )
    values = [[left, right, south, north, left, right, south, north] for left, right in spans]
    return " OR ".join([one] * len(spans)), [value for span in values for value in span]


def _box_holds(_: str, box: Box, event: Row) -> bool:
    west, south, east, north = box
    if event.lat is None or event.lon is None or not south <= event.lat <= north:
        return False
    return west <= event.lon <= east if west <= east else (event.lon >= west or event.lon <= east)


def _words_sql(_: str, wanted: tuple[str, ...]) -> Sql:
    """Spelled in letters and digits only, so nothing in it can be an operator."""
    return "e.id IN (SELECT rowid FROM texts WHERE texts MATCH ?)", [" ".join(f'"{word}"*' for word in wanted)]


def _words_hold(_: str, wanted: tuple[str, ...], event: Row) -> bool:
    return all(any(word.startswith(start) for word in event.words) for start in wanted)


def _facet(doc: str, read: Callable[[str, list[str]], tuple[str, ...]], *allowed: str) -> Term:
    items: dict[str, Any] = {"type": "string", "enum": list(allowed)} if allowed else {"type": "string"}
    schema = {"type": "array", "items": items}
    return Term(doc=doc, parse=read, sql=_facet_sql, holds=_facet_holds, schema=schema)


TERMS: dict[str, Term] = {
    "kind": _facet("What happened, in the ontology's words: talks-postponed.", _lower),
    "family": _facet("The kind's family.", _one_of(FAMILIES), *FAMILIES),
    "country": _facet("ISO 3166-1 alpha-3 code of the place or of anybody who takes part.", _upper),
    "actor": _facet("Name of who does it; repeat it for several.", _whole),
    "source": _facet("Provider of the article; repeat it for several.", _whole),
    "language": _facet("Language of the article, its primary subtag: en.", _lower),
    "modality": _facet("Whether it is said to be so.", _one_of(MODALITIES), *MODALITIES),
    "change": _facet("What became of the event last.", _one_of(CHANGES), *CHANGES),
    "min_confidence": Term(
        doc="Least confidence, 0 to 1.",
        parse=_confidence,
        sql=lambda _, value: ("e.confidence >= ?", [value]),
        holds=lambda _, value, event: event.confidence >= value,
        schema={"type": "number", "minimum": 0, "maximum": 1},
    ),
    "bbox": Term(
        doc="west,south,east,north in degrees; west above east crosses the 180th meridian.",
        parse=_box,
        sql=_box_sql,
        holds=_box_holds,
        schema={"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4},
    ),
    "since": Term(
        doc="From this instant on, by the article's publication, else by when the event was detected.",
        parse=_instant,
        sql=lambda _, value: ("e.at_ms >= ?", [value]),
        holds=lambda _, value, event: event.at_ms >= value,
        schema={"type": "string", "format": "date-time"},
    ),
    "until": Term(
        doc="Before this instant.",
        parse=_instant,
        sql=lambda _, value: ("e.at_ms < ?", [value]),
        holds=lambda _, value, event: event.at_ms < value,
        schema={"type": "string", "format": "date-time"},
    ),
    "q": Term(
        doc="Words, all of which begin a word of the sentence, headline, kind, participants, place or source.",
        parse=_words,
        sql=_words_sql,
        holds=_words_hold,
        schema={"type": "string"},
    ),
}
