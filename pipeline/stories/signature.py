"""An article to its signature: what it tells, and the weighted terms by which it is compared."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from pipeline.nlp.dateline import dateline
from pipeline.records import Annotation, Article, ArticleRef, Entity, Event
from pipeline.stories.records import NamedPlace, Signature, Telling
from pipeline.stories.words import tokens, word

T = TypeVar("T")

# All of this was chosen on gold/stories; README.md has what else was tried.
READ_CHARS = 4000
LEAD_CHARS = 250
LEAD_WEIGHT = 2.5
NAME_WEIGHT = 1.5
MOST_TERMS = 80
# The length of every vector of terms, whose weights are whole numbers: sums are exact, in whatever order.
LENGTH = 1000
MOST_NAMES = 8
MOST_EVENTS = 50
PLACES_OF_QUIET = 3
UNTOLD = ("denied", "historical")


def signature(article: Article, reference: ArticleRef, annotation: Annotation) -> Signature:
    """What the article tells; without terms (no words, no letters) it is of no story."""
    return Signature(
        article=reference,
        source=source(article),
        tells=Telling(
            kinds=_distinct((one.kind for one in annotation.events if one.modality not in UNTOLD), MOST_EVENTS),
            participants=_distinct(_participants(annotation.events), MOST_NAMES),
            places=places(annotation),
            event_ids=[event.event_id for event in annotation.events][:MOST_EVENTS],
        ),
        terms=read_terms(article),
    )


def gone(article: Article, reference: ArticleRef) -> Signature:
    """The signature of an article that was taken back."""
    return Signature(article=reference, source=source(article), tells=None, terms={})


def read_terms(article: Article) -> dict[str, int]:
    """The terms of its headline and text."""
    return terms(f"{article.headline or ''}\n{article.text}")


def terms(text: str) -> dict[str, int]:
    """The heaviest terms of a text, a vector of length 1000: root of the frequency × rarity, names and the lead boosted."""
    lead, rest = tokens(text[:READ_CHARS], LEAD_CHARS)
    counts = {token: float(count) for token, count in Counter(rest).items()}
    for token in lead:
        counts[token] = counts.get(token, 0.0) + LEAD_WEIGHT
    heaviest = sorted((-weight, form) for form, weight in _weights(counts).items())[:MOST_TERMS]
    length = math.sqrt(math.fsum(weight * weight for weight, _ in heaviest))
    scaled = {form: round(LENGTH * -weight / length) for weight, form in heaviest if weight}
    return {form: weight for form, weight in scaled.items() if weight > 0}


def _weights(counts: Mapping[str, float]) -> dict[str, float]:
    """Stem to weight, of tokens that were counted; a stem is a name's if it never stands without a capital."""
    sums: dict[str, float] = {}
    rarities: dict[str, float] = {}
    lower: set[str] = set()
    for token, count in counts.items():
        found = word(token)
        if found is not None:
            form, capital, rarities[form] = found
            sums[form] = sums.get(form, 0.0) + count
            if not capital:
                lower.add(form)
    return {
        form: math.sqrt(total) * rarities[form] * (1.0 if form in lower else NAME_WEIGHT)
        for form, total in sums.items()
    }


def source(article: Article) -> str:
    """Who reported it first: the credit, the agency of the dateline, else the provider; the same in any spelling."""
    line = next((line for line in article.text[:READ_CHARS].splitlines() if line.strip()), "")
    filed = dateline(line, 0)
    name = article.credit or (filed.agency if filed is not None else None) or article.provider
    return " ".join(name.casefold().split())


def places(annotation: Annotation) -> list[NamedPlace]:
    """Where its events happened; of an article without events, the places that it names most."""
    located = (event.location for event in annotation.events)
    found = [
        NamedPlace(name=one.name, country=one.country, lat=one.lat, lon=one.lon) for one in located if one is not None
    ]
    if not annotation.events:
        found = _most_named(annotation.entities)
    return _distinct(found, MOST_NAMES)


def _most_named(entities: Sequence[Entity]) -> list[NamedPlace]:
    named = Counter(
        NamedPlace(name=one.name or one.text, country=one.country, lat=one.lat, lon=one.lon)
        for one in entities
        if one.lat is not None
    )
    return [place for place, _ in named.most_common(PLACES_OF_QUIET)]


def _participants(events: Iterable[Event]) -> Iterable[str]:
    return (one.name for event in events for one in (*event.actors, *event.recipients))


def _distinct(values: Iterable[T], most: int) -> list[T]:
    return list(dict.fromkeys(values))[:most]
