"""Conditions: whether a rule's `ROLE=CLASS` hold at a token, and the noun that met the first of them."""

from collections.abc import Callable

from spacy.tokens import Token

from pipeline.detection.arguments import clause_subjects, fill
from pipeline.detection.deeds import TAKING_PART, carriers
from pipeline.detection.grammar import VERB, objects, possessors, prepositional, subjects
from pipeline.detection.lexicon import OPEN_CLASSES, Condition, Rule
from pipeline.detection.nouns import is_party, is_thing, names_somebody, sector
from pipeline.detection.ontology import SECTORS
from pipeline.detection.phrases import TIME_NOUNS, TRANSPARENT, classes, lemma, phrase, seen_through
from pipeline.nlp import knowledge

Nouns = dict[str, list[Token]]


def conditions_hold(rule: Rule, token: Token, nouns: Nouns) -> tuple[bool, Token | None]:
    """Whether all conditions hold, and the noun of a named class that met the first of them.

    `nouns` keeps what fills the token's roles, for the next rule asks for the same.
    """
    theme: Token | None = None
    for position, condition in enumerate(rule.conditions):
        met = _met(condition, token, nouns)
        if (met is None) != condition.absent:
            return False, None
        if position == 0 and condition.role != "under" and condition.classes - OPEN_CLASSES:
            theme = met
    return True, theme


def _met(condition: Condition, token: Token, nouns: Nouns) -> Token | None:
    if condition.role == "under":
        return token if _governing_preposition(token) in condition.classes else None
    if condition.role == "comp":
        before = token.i > 0 and classes(token.nbor(-1)) & condition.classes
        return token.nbor(-1) if before else None
    if condition.role == "xcomp":
        return _clause(condition, token)
    if condition.role not in nouns:
        nouns[condition.role] = _candidates(condition.role, token)
    for head in nouns[condition.role] or _gerunds(condition, token):
        for noun in seen_through(head):
            if _belongs(noun, condition.classes):
                return noun
    return None


def _governing_preposition(noun: Token) -> str:
    """The preposition over a noun, past nouns of number and span: "after weeks of talks" is after."""
    while (
        noun.dep_ == "pobj"
        and noun.head.lower_ == "of"
        and (lemma(noun.head.head) in TRANSPARENT or lemma(noun.head.head) in TIME_NOUNS)
    ):
        noun = noun.head.head
    return noun.head.lower_ if noun.dep_ == "pobj" else ""


def _candidates(role: str, token: Token) -> list[Token]:
    """The nouns that may meet a condition on the role; any role without a finder of its own is a preposition."""
    finder = CANDIDATES.get(role)
    return finder(token) if finder is not None else prepositional(token, role)


def _gerunds(condition: Condition, verb: Token) -> list[Token]:
    """ "charged a man with planting a bomb": what a preposition governs may be a deed, where it may be anything."""
    if "any" not in condition.classes or condition.role in CANDIDATES:
        return []
    before = [child for child in verb.rights if child.dep_ == "prep" and child.lower_ == condition.role]
    return [part for child in before for part in child.children if part.dep_ == "pcomp" and part.pos_ == "VERB"]


def _described(token: Token) -> list[Token]:
    """The noun that an adjective is said of."""
    if token.dep_ in ("amod", "acl"):
        return [token.head]
    return subjects(token.head) if token.dep_ in ("acomp", "prep", "advmod", "attr") else []


def _belonging(token: Token) -> list[Token]:
    """What stands around a noun of action: "postponement of talks", "the talks' postponement", "ceasefire violation"."""
    before = [child for child in token.lefts if child.dep_ in ("compound", "amod", "nmod")]
    carried = carriers(token) if token.pos_ == "VERB" else []
    return prepositional(token, "of") + possessors(token) + before + carried


def _predicates(token: Token) -> list[Token]:
    return [child for child in token.children if child.dep_ in ("oprd", "ccomp", "acomp", "xcomp", "attr")]


CANDIDATES: dict[str, Callable[[Token], list[Token]]] = {
    "subj": subjects,
    "obj": objects,
    "noun": _described,
    "light": carriers,
    "of": _belonging,
    "of-phrase": lambda token: prepositional(token, "of"),
    "by": lambda token: fill("by", token, None) + possessors(token),
    "clause": clause_subjects,
    "speaker": lambda token: fill("speaker", token, None),
    "carrier": lambda token: fill("carrier", token, None),
    "headsubj": lambda token: fill("headsubj", token, None),
    "oprd": _predicates,
    "advmod": lambda token: [child for child in token.children if child.dep_ == "advmod"],
    "amod": lambda token: [child for child in token.lefts if child.dep_ == "amod"],
}


def _belongs(noun: Token, wanted: frozenset[str]) -> bool:
    if classes(noun) & wanted or ("any" in wanted and noun.lower_ not in REFLEXIVES):
        return True
    if (SECTORS & wanted and sector(noun) in wanted) or ("thing" in wanted and is_thing(noun)):
        return True
    if ("participant" in wanted and names_somebody(noun)) or ("party" in wanted and is_party(noun)):
        return True
    if "money" in wanted and "MONEY" in (noun.ent_type_, *(child.ent_type_ for child in noun.lefts)):
        return True
    if "person" in wanted and (noun.ent_type_ in ("PERSON", "NORP") or lemma(noun) in PERSONS or _governs(noun)):
        return True
    if ("time" in wanted and lemma(noun) in TIME_NOUNS) or ("told" in wanted and _is_told(noun)):
        return True
    if noun.ent_type_ not in ("GPE", "LOC", "FAC"):
        return False
    return "place" in wanted or ("country" in wanted and _is_country(noun))


def _is_told(noun: Token) -> bool:
    """ "The charge": a definite noun without content of its own stands for one that the text has told."""
    definite = any(child.lower_ in ("the", "that", "this", "these", "those") for child in noun.lefts)
    return definite and not any(child.dep_ in ("prep", "acl", "relcl", "ccomp") for child in noun.rights)


def _is_country(noun: Token) -> bool:
    known = knowledge.lookup(phrase(noun).text)
    return known is not None and known.label == "GPE"


# Nobody else has it done to them: "she tortured herself", "he talks himself into it".
REFLEXIVES = frozenset("myself yourself himself herself itself oneself ourselves yourselves themselves".split())
PERSONS = frozenset(
    "man woman person child people president minister leader official journalist activist student teacher worker migrant "
    "refugee suspect member reporter lawyer judge officer chief general ambassador envoy diplomat resident citizen".split()
)


def _governs(noun: Token) -> bool:
    return noun.ent_type_ == "" and knowledge.sector(lemma(noun)) == "GOV"


# "Decided whether to attack" settles nothing.
ASKING = frozenset({"whether", "if", "how", "when", "where"})


def _infinitive(verb: Token) -> bool:
    return verb.tag_ in ("VB", "VBG") and not any(part.lower_ in ASKING for part in verb.lefts)


# Infinitives that are of the class only with an object: to strike a town is violence, to strike is not.
WITH_OBJECT = frozenset({"violence-on"})


def _clause(condition: Condition, token: Token) -> Token | None:
    """A governed infinitive of a class ("threatened to attack"), of any ("agreed to"), or with an object of a class."""
    for child in token.children:
        if child.dep_ not in ("xcomp", "ccomp", "acl") or child.pos_ not in VERB or not _infinitive(child):
            continue
        if "any" in condition.classes or classes(child) & (condition.classes - WITH_OBJECT):
            return child
        if classes(child) & condition.classes and objects(child):
            return child
        for head in objects(child) or (prepositional(child, "to") if lemma(child) in TAKING_PART else []):
            for noun in seen_through(head):
                if classes(noun) & condition.classes:
                    return noun
    return None
