"""What is known beforehand: countries, organisations, people, the words for roles. Look-up only; no text is read here.

Facts are of common knowledge, compiled in data/*.tsv; how a name is made comparable is in names.py.
"""

import functools
from collections.abc import Container
from dataclasses import dataclass
from typing import Literal

from pipeline.nlp.names import key, skeleton, slug
from pipeline.nlp.tables import rows, several

MIN_SKELETON = 5  # consonants; "Ali Aw" and "Lee Yao" must not be one


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An entity that the tables name; `label` is OntoNotes', `country` alpha-3, `sector` PLOVER's."""

    entity_id: str
    name: str
    label: Literal["GPE", "ORG", "PERSON"]
    country: str | None
    sector: str


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables by look-up key; of several entities with one key, the order of the file is the order of preference."""

    named: dict[str, list[Known]]
    demonyms: dict[str, str]
    capitals: dict[str, str]
    people: dict[str, Known]
    spellings: dict[str, Known]
    surnames: dict[str, Known]
    sectors: dict[str, str]
    countries: dict[str, Known]


def country(alpha3: str) -> Known | None:
    """The country of that ISO 3166-1 alpha-3 code."""
    return tables().countries.get(alpha3)


def lookup(name: str, countries: Container[str | None] = ()) -> Known | None:
    """The country, organisation or metonym of that name; of namesakes the one of `countries`, else the first."""
    found = tables().named.get(key(name))
    if not found:
        return None
    return next((known for known in found if known.country in countries), found[0])


def person(name: str) -> Known | None:
    """The known person of that full name, in any common spelling of it."""
    found = tables().people.get(key(name))
    if found or " " not in name:
        return found
    bones = skeleton(name)
    return tables().spellings.get(bones) if len(bones) > MIN_SKELETON else None


def surname(name: str) -> Known | None:
    """The known person whom the surname alone means in news ("Putin"), or None."""
    return tables().surnames.get(key(name))


def demonym(word: str) -> str | None:
    """Alpha-3 of an adjective or noun of nationality: "Libyan", "Turks"."""
    return tables().demonyms.get(key(word))


def capital_of(name: str) -> str | None:
    """Alpha-3 of the country whose capital has that name; no city-states, whose capital is the country."""
    return tables().capitals.get(key(name))


def sector(phrase: str) -> str | None:
    """PLOVER sector of a word or phrase in lower case and singular or plural: "foreign minister" is GOV."""
    return tables().sectors.get(phrase)


@functools.cache
def tables() -> Tables:
    """All tables, read once a process (5 ms)."""
    named: dict[str, list[Known]] = {}
    people, spellings, surnames = _people()
    countries, demonyms, capitals = _countries(named)
    _organisations(named)
    return Tables(
        named=named,
        demonyms=demonyms,
        capitals=capitals,
        people=people,
        spellings=spellings,
        surnames=surnames,
        sectors=_sectors(),
        countries=countries,
    )


def _countries(named: dict[str, list[Known]]) -> tuple[dict[str, Known], dict[str, str], dict[str, str]]:
    countries, demonyms, capitals = {}, {}, {}
    for alpha3, _, name, _, _, capital, variants, adjectives in rows("countries.tsv"):
        known = Known(entity_id=f"country:{alpha3}", name=name, label="GPE", country=alpha3, sector="GOV")
        countries[alpha3] = known
        for variant in (name, *several(variants)):
            named.setdefault(key(variant), []).append(known)
        demonyms.update(dict.fromkeys(map(key, several(adjectives)), alpha3))
        if key(capital) not in named:
            capitals[key(capital)] = alpha3
    for name, alpha3, variants in rows("city_names.tsv"):
        if capitals.get(key(name)) == alpha3:
            capitals.update(dict.fromkeys(map(key, several(variants)), alpha3))
    return countries, demonyms, capitals


def _organisations(named: dict[str, list[Known]]) -> None:
    for name, variants, alpha3, part in rows("organisations.tsv"):
        known = Known(entity_id=f"org:{slug(name)}", name=name, label="ORG", country=alpha3 or None, sector=part)
        for variant in (name, *several(variants)):
            named.setdefault(key(variant), []).append(known)
    for name, alpha3, part in rows("metonyms.tsv"):
        known = Known(entity_id=f"org:{slug(name)}", name=name, label="ORG", country=alpha3 or None, sector=part)
        named.setdefault(key(name), []).append(known)


def _people() -> tuple[dict[str, Known], dict[str, Known], dict[str, Known]]:
    people: dict[str, Known] = {}
    spellings: dict[str, Known] = {}
    surnames: dict[str, Known] = {}
    for name, alpha3, part, alone, variants, _, _ in rows("people.tsv"):
        known = Known(entity_id=f"person:{slug(name)}", name=name, label="PERSON", country=alpha3 or None, sector=part)
        for variant in (name, *several(variants)):
            people.setdefault(key(variant), known)
            spellings.setdefault(skeleton(variant), known)
        for short in several(alone):
            surnames.setdefault(key(short), known)
    return people, spellings, surnames


def _sectors() -> dict[str, str]:
    sectors: dict[str, str] = {}
    for part, words in rows("roles.tsv"):
        for word in several(words):
            sectors.setdefault(word, part)
    return sectors
