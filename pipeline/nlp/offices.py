"""Who held which office on a day, and until when somebody is of the sector of his office. Look-up only; no text is read here.

Terms are in data/offices.tsv to the day, the years of everybody's role in data/people.tsv.
"""

import functools
from dataclasses import dataclass
from datetime import date

from pipeline.errors import ModelError
from pipeline.nlp import knowledge
from pipeline.nlp.knowledge import Known
from pipeline.nlp.tables import rows, several

# The table was compiled then: of an open term nobody knows more.
KNOWN_UNTIL = date(2025, 6, 30)
# PLOVER's sector of those who held office before.
FORMER = "ELI"


@dataclass(frozen=True, slots=True)
class Term:
    """One term, first and last day included; `to_on` None for one that had not ended when the table was compiled."""

    holder: Known
    from_on: date
    to_on: date | None

    def covers(self, on: date) -> bool:
        """Whether the day is in the term, as far as is known."""
        return self.from_on <= on <= (self.to_on or KNOWN_UNTIL)


def holder(country: str, office: str, on: date) -> Known | None:
    """Who alone held that office of a country that day; None where nobody is known to, or two did (a handover)."""
    held = {term.holder for term in terms().get((country, office), ()) if term.covers(on)}
    return held.pop() if len(held) == 1 else None


def sector_on(known: Known, on: date) -> str | None:
    """A person's sector that day: of an office-holder none before the office, and `FORMER` after it."""
    spans = years().get(known.entity_id)
    if known.sector != "GOV" or not spans or any(_within(known, span, on) for span in spans):
        return known.sector
    return FORMER if on > date(spans[0][0], 12, 31) else None


def _within(known: Known, span: tuple[int, int | None], on: date) -> bool:
    """Whether the day is in those years; in the last of them, before the end of the term that ends in it."""
    first, last = span
    if on.year < first or (last is not None and on.year > last):
        return False
    ends = [term.to_on for term in held_by().get(known.entity_id, ()) if term.to_on and term.to_on.year == on.year]
    return on.year != last or not ends or on <= max(ends)


@functools.cache
def terms() -> dict[tuple[str, str], tuple[Term, ...]]:
    """Terms by country (alpha-3) and name of the office in lower case; raises ModelError for a holder whom people.tsv lacks."""
    found: dict[tuple[str, str], list[Term]] = {}
    for country, names, name, from_on, to_on in rows("offices.tsv"):
        who = knowledge.person(name)
        if who is None:
            raise ModelError(f"offices.tsv: {name} is not in people.tsv; add a row there")
        term = Term(who, date.fromisoformat(from_on), date.fromisoformat(to_on) if to_on else None)
        for office in several(names):
            found.setdefault((country, office), []).append(term)
    return {key: tuple(held) for key, held in found.items()}


@functools.cache
def held_by() -> dict[str, tuple[Term, ...]]:
    """Terms by the holder's id."""
    found: dict[str, list[Term]] = {}
    for held in terms().values():
        for term in held:
            found.setdefault(term.holder.entity_id, []).append(term)
    return {entity_id: tuple(held) for entity_id, held in found.items()}


@functools.cache
def years() -> dict[str, tuple[tuple[int, int | None], ...]]:
    """First and last years of a person's role by id, in order; None: not over."""
    found = {}
    for name, _, _, _, _, firsts, lasts in rows("people.tsv"):
        known = knowledge.person(name)
        if known is not None and firsts:
            ends = lasts.split("|")
            spans = zip(several(firsts), ends, strict=True)
            found[known.entity_id] = tuple((int(first), int(last) if last else None) for first, last in spans)
    return found
