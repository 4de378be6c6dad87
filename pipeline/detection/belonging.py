"""Whether a noun belongs to one of the classes that a condition asks for: a list of `themes.tsv`, a sector, or an open class."""

from collections.abc import Callable

from spacy.tokens import Token

from pipeline.detection.nouns import is_party, is_thing, names_somebody, sector
from pipeline.detection.ontology import SECTORS
from pipeline.detection.phrases import TIME_NOUNS, classes, lemma, phrase
from pipeline.nlp import knowledge


def belongs(noun: Token, wanted: frozenset[str]) -> bool:
    """Whether the noun is of one of the `wanted` classes."""
    if classes(noun) & wanted or ("disaster" in wanted and _is_storm(noun)):
        return True
    if noun.ent_type_ == "PERSON" and _by_title(noun) & wanted:
        return True
    if SECTORS & wanted and sector(noun) in wanted:
        return True
    return any(OPEN[name](noun) for name in wanted & OPEN.keys())


def _by_title(noun: Token) -> frozenset[str]:
    """The classes of "Crown Prince Naruhito", "journalist Ana Cruz": a person is what the words before the name say."""
    titles = (classes(child) for child in noun.lefts if child.dep_ in ("compound", "nmod", "appos"))
    return frozenset().union(*titles)


def _is_storm(noun: Token) -> bool:
    """ "Hurricane Betsy", "Typhoon Haiyan": a disaster's name begins with what it is."""
    opening = (child for child in noun.lefts if child.dep_ == "compound" and noun.pos_ == "PROPN")
    return any("disaster" in classes(child) for child in opening)


def _is_anybody(noun: Token) -> bool:
    """Neither a reflexive ("she tortured herself") nor the day of the deed ("insisted on Monday that")."""
    return noun.lower_ not in REFLEXIVES and not (noun.ent_type_ in ("DATE", "TIME") and _is_time(noun))


REFLEXIVES = frozenset("myself yourself himself herself itself oneself ourselves yourselves themselves".split())


def _is_time(noun: Token) -> bool:
    return lemma(noun) in TIME_NOUNS


def _is_money(noun: Token) -> bool:
    return "MONEY" in (noun.ent_type_, *(child.ent_type_ for child in noun.lefts))


def _is_person(noun: Token) -> bool:
    governs = noun.ent_type_ == "" and knowledge.sector(lemma(noun)) == "GOV"
    return noun.ent_type_ in ("PERSON", "NORP") or lemma(noun) in PERSONS or governs


PERSONS = frozenset(
    "man woman person child people president minister leader official journalist activist student teacher worker migrant "
    "refugee suspect member reporter lawyer judge officer chief general ambassador envoy diplomat resident citizen".split()
)


def _are_nationals(noun: Token) -> bool:
    """ "Russians", "Venezuelans"."""
    return noun.ent_type_ == "NORP" and noun.tag_ == "NNPS"


def _is_organisation(noun: Token) -> bool:
    """A body with a name of its own that governs nobody: "Boeing", not "the Senate"."""
    if noun.ent_type_ != "ORG" or noun.pos_ not in ("PROPN", "NOUN"):
        return False
    known = knowledge.lookup(phrase(noun).text)
    return known is None or known.sector == "BUS"


def _is_told(noun: Token) -> bool:
    """ "The charge": a definite noun without content of its own stands for one that the text has told."""
    definite = any(child.lower_ in ("the", "that", "this", "these", "those") for child in noun.lefts)
    return definite and not any(child.dep_ in ("prep", "acl", "relcl", "ccomp") for child in noun.rights)


def _is_place(noun: Token) -> bool:
    return noun.ent_type_ in ("GPE", "LOC", "FAC")


def _is_country(noun: Token) -> bool:
    known = knowledge.lookup(phrase(noun).text) if _is_place(noun) else None
    return known is not None and known.label == "GPE"


# The classes that are no lists of nouns (`lexicon.OPEN_CLASSES`, without the sectors).
OPEN: dict[str, Callable[[Token], bool]] = {
    "any": _is_anybody,
    "participant": names_somebody,
    "party": is_party,
    "person": _is_person,
    "nationals": _are_nationals,
    "organisation": _is_organisation,
    "place": _is_place,
    "country": _is_country,
    "money": _is_money,
    "thing": is_thing,
    "time": _is_time,
    "told": _is_told,
}
