"""Conditions: whether a rule's `ROLE=CLASS` hold at a token, and the noun that met the first of them."""

from collections.abc import Callable

from spacy.tokens import Token

from pipeline.detection.arguments import fill
from pipeline.detection.belonging import belongs
from pipeline.detection.deeds import TAKING_PART, carriers
from pipeline.detection.effects import is_negated
from pipeline.detection.grammar import OBJECT_CONTROL, UTTERING, VERB, is_passive, objects, subjects
from pipeline.detection.lexicon import OPEN_CLASSES, Condition, Rule
from pipeline.detection.nominals import possessors, prepositional
from pipeline.detection.phrases import TIME_NOUNS, TRANSPARENT, classes, lemma, seen_through
from pipeline.detection.roles import clause_subjects

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
    elsewhere = ELSEWHERE.get(condition.role)
    if elsewhere is not None:
        return elsewhere(condition, token)
    if condition.role not in nouns:
        nouns[condition.role] = _candidates(condition.role, token)
    for head in nouns[condition.role] or _gerunds(condition, token):
        for noun in seen_through(head):
            if belongs(noun, condition.classes):
                return noun
    return None


def _under(condition: Condition, token: Token) -> Token | None:
    return token if _governing_preposition(token) in condition.classes else None


def _before(condition: Condition, token: Token) -> Token | None:
    """The word right before: "general" of "a general strike", "month" of "a one-month strike"."""
    before = token.nbor(-1) if token.i > 0 else None
    if before is None:
        return None
    span = "time" in condition.classes and before.lower_ in TIME_NOUNS
    return before if span or classes(before) & condition.classes else None


def _anywhere(condition: Condition, token: Token) -> Token | None:
    """A common noun of a class anywhere in the trigger's text."""
    return next((word for word in token.doc if word.pos_ == "NOUN" and classes(word) & condition.classes), None)


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
    return [part for child in before for part in child.children if part.dep_ == "pcomp" and part.pos_ in VERB]


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


def _bidden(verb: Token) -> list[Token]:
    """The verb of a clause that says what is to be: "insisted that it must close", "… that it close"."""
    clauses = [child for child in verb.children if child.dep_ == "ccomp"]
    return [clause for clause in clauses if _is_bare(clause) and _modals(clause) <= BIDDING]


def _opinions(verb: Token) -> list[Token]:
    """The copula of a clause that says what something is like: "agreed that it would be harmful"."""
    clauses = [child for child in verb.children if child.dep_ == "ccomp" and lemma(child) == "be"]
    return [clause for clause in clauses if any(child.dep_ in ("acomp", "attr") for child in clause.children)]


def _is_bare(verb: Token) -> bool:
    """ "That it close", "that it be closed"."""
    return verb.tag_ == "VB" or any(child.dep_ == "auxpass" and child.lower_ == "be" for child in verb.children)


# "Must", "should" bid; a base form without a modal is a subjunctive.
BIDDING = frozenset({"must", "should"})


def _modals(verb: Token) -> set[str]:
    return {child.lower_ for child in verb.children if child.dep_ == "aux"}


def _predicates(token: Token) -> list[Token]:
    """What somebody is said to be ("called him a liar"), but not what for ("called him to discuss trade")."""
    found = [child for child in token.children if child.dep_ in ("oprd", "ccomp", "acomp", "xcomp", "attr")]
    met = objects(token)
    return [child for child in found if child not in met and lemma(child) not in UTTERING]


def _filled(role: str) -> Callable[[Token], list[Token]]:
    return lambda token: fill(role, token, None)


CANDIDATES: dict[str, Callable[[Token], list[Token]]] = {
    "subj": subjects,
    "obj": objects,
    "noun": _described,
    "light": carriers,
    "of": _belonging,
    "of-phrase": lambda token: prepositional(token, "of"),
    "by": lambda token: fill("by", token, None) + possessors(token),
    "clause": clause_subjects,
    **{role: _filled(role) for role in ("speaker", "carrier", "headsubj", "struck")},
    "oprd": _predicates,
    "bidding": _bidden,
    "opinion": _opinions,
    "passive": lambda token: [token] if is_passive(token) else [],
    "advmod": lambda token: [child for child in token.children if child.dep_ == "advmod"],
    "amod": lambda token: [child for child in token.lefts if child.dep_ == "amod"],
}


# "Decided whether to attack" settles nothing.
ASKING = frozenset({"whether", "if", "how", "when", "where"})


def _infinitive(verb: Token) -> bool:
    return verb.tag_ in ("VB", "VBG") and not any(part.lower_ in ASKING for part in verb.lefts)


# Infinitives that are of the class only with an object: to strike a town is violence, to strike is not.
WITH_OBJECT = frozenset({"violence-on"})


def _clause(condition: Condition, token: Token) -> Token | None:
    """A governed infinitive of a class ("threatened to attack"), of any ("agreed to"), or with an object of a class."""
    governed = (child for child in token.children if _is_governed(child, token))
    met = (_in_infinitive(condition, verb) for verb in governed if _infinitive(verb))
    return next(filter(None, met), None)


def _is_governed(verb: Token, governor: Token) -> bool:
    """ "implored them to stop", where the parser may take what is asked for a purpose."""
    asked = verb.dep_ == "advcl" and verb.tag_ == "VB" and lemma(governor) in OBJECT_CONTROL
    return verb.pos_ in VERB and (asked or verb.dep_ in ("xcomp", "ccomp", "acl"))


def _in_infinitive(condition: Condition, verb: Token) -> Token | None:
    own = classes(verb) if not is_negated(verb) else frozenset()  # "decided not to accept" is no accepting
    if "any" in condition.classes or own & (condition.classes - WITH_OBJECT):
        return verb
    if own & condition.classes and objects(verb):
        return verb
    if "harm" in own:
        return None  # "wants to derail the talks"
    if (phased := _phased(verb)) is not None and classes(phased) & condition.classes:
        return phased
    heads = objects(verb) or (prepositional(verb, "to") if lemma(verb) in TAKING_PART else [])
    return next((noun for head in heads for noun in seen_through(head) if classes(noun) & condition.classes), None)


def _phased(verb: Token) -> Token | None:
    """ "Stop fighting", "keep talking": the deed that the verb only gives a phase."""
    return next((child for child in verb.rights if child.dep_ == "xcomp" and child.tag_ == "VBG"), None)


# The roles that no noun of the trigger's own fills.
ELSEWHERE: dict[str, Callable[[Condition, Token], Token | None]] = {
    "under": _under,
    "comp": _before,
    "xcomp": _clause,
    "text": _anywhere,
}
