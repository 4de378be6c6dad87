"""Which mentions of one article are one: surnames with full names, acronyms with what they stand for."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spacy.tokens import Doc

from pipeline.nlp import knowledge
from pipeline.nlp.names import key, skeleton, slug
from pipeline.nlp.spans import NAMES, Mark, words

LONGEST_TITLE = 5  # words between a nationality and a name
MIN_BONES = 3  # consonants that a surname needs before its spelling may vary: Haftar, Hifter, but not Lee, Li


@dataclass(frozen=True, slots=True)
class Link:
    """Who or what a mention is; `entity_id` None where only the words are known."""

    name: str
    entity_id: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class People:
    """The full names of an article, by their consonants, by surname and by the surname's consonants."""

    by_name: dict[str, Link]
    by_surname: dict[str, Link]
    by_bones: dict[str, Link]

    def full(self, name: str) -> Link:
        """The person of that full name, with what the article says of them."""
        return self.by_name.get(skeleton(name)) or full_name(name)

    def find(self, surname: str) -> Link | None:
        """The person of that surname, or first name; one spelt alike only if the tables know none spelt so (Regan, Reagan)."""
        exact = self.by_surname.get(key(surname))
        known = knowledge.surname(surname) if exact is None else None
        if exact is not None or known is not None:
            return exact or (Link(known.name, known.entity_id, known.country) if known else None)
        bones = skeleton(surname)
        return self.by_bones.get(bones) if len(bones) >= MIN_BONES else None


def people(doc: Doc, marks: Sequence[Mark]) -> People:
    """The people whom the article names in full; the first spelling names them, unless the tables know them.

    Who is introduced as "Iranian spokesman X" is of that country.
    """
    by_surname: dict[str, Link] = {}
    by_bones: dict[str, Link] = {}
    by_name: dict[str, Link] = {}
    for number, mark in enumerate(marks):
        name = words(doc, mark)
        if mark.label != "PERSON" or " " not in name:
            continue
        link = by_name.setdefault(skeleton(name), full_name(name))
        if not link.country and number and (country := introduced(doc, marks[number - 1], mark)):
            link = by_name[skeleton(name)] = replace(link, country=country)
        first, *_, last = name.split()
        by_surname.setdefault(key(last), link)
        by_surname.setdefault(key(first), link)
        by_bones.setdefault(skeleton(last), link)
    return People(by_name, by_surname, by_bones)


def introduced(doc: Doc, before: Mark, mark: Mark) -> str | None:
    """Alpha-3 of "Iranian" in "Iranian foreign ministry spokesman X"; None if more than a title stands between."""
    between = doc[before.end : mark.start]
    words_only = all(token.is_alpha or token.text in ("'s", "’s", "-") for token in between)
    if len(between) > LONGEST_TITLE or not words_only or any(token.pos_ in ("VERB", "AUX", "ADP") for token in between):
        return None
    name = words(doc, before)
    known = knowledge.lookup(name) if before.label == "GPE" else None
    return knowledge.demonym(name) if before.label == "NORP" else known.country if known else None


def full_name(name: str) -> Link:
    """The person of a full name."""
    known = knowledge.person(name)
    if known:
        return Link(known.name, known.entity_id, known.country)
    return Link(name.removesuffix("'s").removesuffix("’s"), f"person:{slug(name)}")


def acronyms(doc: Doc, marks: Sequence[Mark]) -> dict[str, str]:
    """Acronyms that the article defines, "Libyan National Army (LNA)", with the name they stand for."""
    defined: dict[str, str] = {}
    for mark in marks:
        tail = doc[mark.end : mark.end + 3]
        if mark.label in NAMES and len(tail) == 3 and tail[0].text == "(" and tail[2].text == ")":
            short, name = tail[1].text, words(doc, mark)
            if short.isupper() and stands_for(short, name):
                defined[short] = name.removeprefix("the ").removeprefix("The ")
    return defined


def stands_for(short: str, name: str) -> bool:
    """Whether an acronym's letters occur in that order in the name, its first letter at a word's start."""
    letters = iter(key(name))
    return key(name)[:1] == short[:1].lower() and all(letter.lower() in letters for letter in short if letter.isalpha())


def as_people(doc: Doc, marks: Sequence[Mark], known: People) -> list[Mark]:
    """Single words that the model took for something else, but that are surnames of people named in full."""
    return [_as_person(doc, mark, known) for mark in marks]


def _as_person(doc: Doc, mark: Mark, known: People) -> Mark:
    text = words(doc, mark)
    doubtful = mark.label in NAMES and mark.label != "PERSON" and " " not in text
    if doubtful and not knowledge.lookup(text) and not knowledge.demonym(text) and key(text) in known.by_surname:
        return replace(mark, label="PERSON")
    return mark
