"""Entities of a Doc as records: spans repaired, linked to what is known, places with coordinates."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.tokens import Doc

from pipeline import records
from pipeline.nlp import knowledge, linking, places
from pipeline.nlp.dateline import Dateline
from pipeline.nlp.linking import Link
from pipeline.nlp.names import slug
from pipeline.nlp.places import Context, Place
from pipeline.nlp.spans import NAMES, Mark, marks, words

PLACES = ("GPE", "LOC", "FAC")


@dataclass(frozen=True, slots=True)
class Article:
    """What the whole article says about its names."""

    doc: Doc
    text: str
    marks: Sequence[Mark]
    people: linking.People
    acronyms: dict[str, str]
    context: Context


def entities(doc: Doc, text: str, *, dateline: Dateline | None = None) -> list[records.Entity]:
    """Mentions in the order of the text; offsets are into `text`, the original."""
    article = survey(doc, text, dateline)
    return [entity(article, index) for index in range(len(article.marks))]


def survey(doc: Doc, text: str, dateline: Dateline | None) -> Article:
    """What the whole article says: its people, the acronyms it defines, the countries it names."""
    found = marks(doc)
    people = linking.people(doc, found)
    found = linking.as_people(doc, found, people)
    return Article(doc, text, found, people, linking.acronyms(doc, found), context(doc, found, dateline))


def context(doc: Doc, found: Sequence[Mark], dateline: Dateline | None) -> Context:
    """Countries by how often they or their people are named, and where the item was filed."""
    countries: Counter[str] = Counter()
    for mark in found:
        name = words(doc, mark)
        known = knowledge.lookup(name) if mark.label == "GPE" else None
        alpha3 = known.country if known else knowledge.demonym(name) if mark.label == "NORP" else None
        if alpha3:
            countries[alpha3] += 1
    filed = places.resolve(dateline.place, Context(countries=countries)) if dateline else None
    return Context(countries=countries, filed_in=filed.country if filed else None)


def entity(article: Article, index: int) -> records.Entity:
    """The record of one mention."""
    mark = article.marks[index]
    span = article.doc[mark.start : mark.end]
    place = place_of(article, index) if mark.label in PLACES else None
    link = link_of(article, mark, place)
    return records.Entity(
        text=article.text[span.start_char : span.end_char],
        label=mark.label,
        start=span.start_char,
        end=span.end_char,
        name=link.name,
        entity_id=link.entity_id,
        country=link.country,
        lat=place.lat if place else None,
        lon=place.lon if place else None,
    )


def place_of(article: Article, index: int) -> Place | None:
    """The place of a mention; a wider place right after it, "Paris, Texas", decides between namesakes."""
    doc, mark = article.doc, article.marks[index]
    following = article.marks[index + 1] if index + 1 < len(article.marks) else None
    within = None
    if following and following.label in PLACES and doc[mark.end : following.start].text == ",":
        within = places.resolve(words(doc, following), article.context)
    hint = Context(countries=article.context.countries, filed_in=article.context.filed_in, within=within)
    return places.resolve(words(doc, mark), hint)


def link_of(article: Article, mark: Mark, place: Place | None) -> Link:
    """Who or what the mention is."""
    name = words(article.doc, mark)
    if mark.label == "PERSON":
        return _person(article, name)
    if mark.label not in NAMES:
        return Link(name)
    defined = article.acronyms.get(name)
    name = defined or name
    known = knowledge.lookup(name, article.context.countries)
    if known and not _is_another(article, mark, name, known.country):
        return Link(known.name, known.entity_id, known.country)
    if place:
        return Link(
            place.name, f"place:{slug(place.name)}" + (f":{place.country}" if place.country else ""), place.country
        )
    if mark.label == "NORP":
        return Link(name, None, knowledge.demonym(name))
    return Link(defined or as_written(article, mark), f"{_kind(mark)}:{slug(name)}", nationality(name))


def _is_another(article: Article, mark: Mark, name: str, country: str | None) -> bool:
    """Whether a name that any country's body may have ("Senate", "Congress") is said of another country's than the known one."""
    if knowledge.sector(name.lower()) is None or country is None:
        return False
    doc = article.doc
    before = mark.start - 1 if mark.start and doc[mark.start - 1].tag_ == "POS" else mark.start
    owner = next((nationality(words(doc, one)) for one in article.marks if one.end == before), None)
    if owner:
        return owner != country
    # Every country has chambers; only the known one's treasury is called so without its country.
    abroad = bool(article.context.countries) and country not in article.context.countries
    return abroad and knowledge.sector(name.lower()) == "LEG"


def as_written(article: Article, mark: Mark) -> str:
    """The name with the capitals of the original: "AMC" is not "Amc"."""
    span = article.doc[mark.start : mark.end]
    return _without_article(" ".join(article.text[span.start_char : span.end_char].split()))


def _person(article: Article, name: str) -> Link:
    if " " in name:
        return article.people.full(name)
    return article.people.find(name) or Link(name)


def nationality(name: str) -> str | None:
    """Alpha-3 that a name itself tells: "Libyan National Army", "Bank of Ghana"."""
    for word in name.split():
        known = knowledge.lookup(word)
        alpha3 = knowledge.demonym(word) or (known.country if known and known.label == "GPE" else None)
        if alpha3:
            return alpha3
    return None


def _kind(mark: Mark) -> str:
    return {"ORG": "org", "GPE": "place", "LOC": "place", "FAC": "place"}.get(mark.label, "thing")


def _without_article(name: str) -> str:
    return name[4:] if name[:4].lower() == "the " and len(name) > 4 else name
