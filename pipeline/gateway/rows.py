"""What an event is found by: facets, time, place, words; taken from its data, the same for the store and for the live stream.

Words are folded (case, accents) and spelled in ASCII here, so that SQLite's tokenizer and our own predicate cannot disagree
about what a word is: `z` becomes `zz`, any other letter or digit beyond ASCII `zx` and its number. A prefix stays a prefix.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipeline import instants

WORD = re.compile(r"[^\W_]+")
FACETS = ("kind", "family", "country", "actor", "source", "language", "modality", "change")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An event as filters see it; `at_ms` is its place on the timeline, `words` its text, folded, no word twice."""

    event_id: str
    revision: int
    at_ms: int
    confidence: float
    lat: float | None
    lon: float | None
    facets: Mapping[str, tuple[str, ...]]
    words: tuple[str, ...]


def row(data: Mapping[str, Any], change: str, timestamp_ms: int) -> Row:
    """The row of an event's data; `timestamp_ms` is its message's, for an event that knows no time."""
    location, article = data["location"] or {}, data["article"]
    published_ms = instants.to_ms(article["published_at"])
    detected_ms = instants.to_ms(data["detected_at"])
    known = [ms for ms in (published_ms, detected_ms) if ms is not None]
    placed = location.get("lat") is not None and location.get("lon") is not None
    return Row(
        event_id=data["event_id"],
        revision=data["revision"],
        at_ms=known[0] if known else timestamp_ms,
        confidence=data["confidence"],
        lat=location["lat"] if placed else None,
        lon=location["lon"] if placed else None,
        facets=_facets(data, change),
        words=tuple(words(" ".join(_texts(data)))),
    )


def retracted(event: Row, revision: int) -> Row:
    """The row of an event that was taken back."""
    return replace(event, revision=revision, facets={**event.facets, "change": ("retracted",)})


def words(text: str) -> list[str]:
    """The words of a text, folded and spelled in ASCII, each once."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return list(dict.fromkeys(_spelled(word) for word in WORD.findall(plain.casefold())))


def _spelled(word: str) -> str:
    return "".join("zz" if c == "z" else c if c.isascii() else f"zx{ord(c):06x}" for c in word)


def _facets(data: Mapping[str, Any], change: str) -> dict[str, tuple[str, ...]]:
    article = data["article"]
    everyone = [*data["actors"], *data["recipients"], *data["about"]]
    countries = [(data["location"] or {}).get("country"), *(one["country"] for one in everyone)]
    language = (article["language"] or "").partition("-")[0].lower()
    return {
        "kind": (data["kind"],),
        "family": (data["family"],),
        "country": _known(countries),
        "actor": _known(one["name"] for one in data["actors"]),
        "source": _known([article["provider"]]),
        "language": _known([language]),
        "modality": (data["modality"],),
        "change": (change,),
    }


def _known(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _texts(data: Mapping[str, Any]) -> Iterable[str]:
    """Where words are looked for."""
    yield data["kind"]
    yield data["sentence"]["text"]
    yield data["article"]["headline"] or ""
    for one in (*data["actors"], *data["recipients"], *data["about"]):
        yield one["name"]
    yield (data["location"] or {}).get("name") or ""
    yield (data["attribution"] or {}).get("source") or ""
