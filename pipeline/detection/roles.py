"""Roles: who fills each of the names that a frame may use, as a function from a trigger (or its theme) to head nouns."""

from collections.abc import Callable

from spacy.tokens import Token

from pipeline.detection import attribution
from pipeline.detection.deeds import carriers, harmed, struck
from pipeline.detection.grammar import is_passive, objects, subjects, subjects_own, surface_subjects
from pipeline.detection.nominals import given, possessors, prepositional
from pipeline.detection.nouns import is_party
from pipeline.detection.phrases import conjuncts, lemma
from pipeline.nlp import knowledge


def modifiers(noun: Token) -> list[Token]:
    """Modifiers that name somebody: "Israeli strikes", "rebel attack"."""
    return [
        head
        for child in noun.lefts
        if child.dep_ in ("amod", "compound", "nmod")
        and (child.ent_type_ in ("NORP", "GPE", "ORG", "PERSON") or child.dep_ == "compound" and lemma(child) in GROUPS)
        for head in conjuncts(child)
    ]


def sides(noun: Token) -> list[Token]:
    """Modifiers that can talk: those of "Iran talks" and "Israeli-Lebanese talks", not the city of "the Geneva talks"."""
    return [head for head in modifiers(noun) if head.ent_type_ != "GPE" or knowledge.lookup(head.text) is not None]


GROUPS = frozenset(
    "rebel militant government army police insurgent militia coalition opposition gang cartel regime".split()
)


def clause_subjects(verb: Token) -> list[Token]:
    """Subjects of the clause that the verb governs: "demanded that X stop"."""
    return [
        head
        for child in verb.children
        if child.dep_ in ("ccomp", "xcomp", "acl")
        for subject in child.children
        if subject.dep_ in ("nsubj", "nsubjpass")
        for head in conjuncts(subject)
    ]


def _between(token: Token) -> list[Token]:
    return prepositional(token, "between")


def doers(noun: Token) -> list[Token]:
    """Whoever a by-phrase anywhere below a noun of action names: "an assault on Tripoli by the army"."""
    below = [token for token in noun.subtree if token.lower_ == "by" and token.dep_ in ("prep", "agent")]
    return [head for token in below for noun_ in token.children if noun_.dep_ == "pobj" for head in conjuncts(noun_)]


def speakers(modal: Token) -> list[Token]:
    """Who says that somebody must do something, or is to blame."""
    who = attribution.source(modal) if modal.dep_ in ("aux", "acomp") else None
    return [who] if who is not None else []


# "The firm said it should gain": whoever speaks of itself demands nothing.
SELF = frozenset({"it", "we", "i"})


def obliged(modal: Token) -> list[Token]:
    """Who must do what, as somebody else says."""
    if modal.dep_ != "aux":
        return []
    verb = modal.head
    while verb.dep_ == "conj" and not subjects_own(verb):
        verb = verb.head  # "said it has enough and should have more"
    if any(child.dep_ == "nsubj" and child.lower_ in SELF for child in verb.lefts):
        return []
    return subjects(modal.head)


def imposed(noun: Token) -> list[Token]:
    """On whom a participle lays it: "restrictions imposed on the minister"."""
    return [head for child in noun.rights if child.dep_ == "acl" for head in prepositional(child, "on")]


def _below(token: Token, preposition: str) -> list[Token]:
    """The parties of the first such preposition anywhere behind the token: "an effort to end the rift between X and Y"."""
    for word in token.subtree:
        if word.lower_ == preposition and word.dep_ in ("prep", "dative") and word.i > token.i:
            parties = [head for head in prepositional(word.head, preposition) if is_party(head)]
            if parties:
                return parties
    return []


# For whose good something is given: "to help farmers", but not "to buy a hotel".
BENEFIT = frozenset(
    "help assist support aid fight combat promote meet improve rebuild reconstruct restore feed alleviate relieve ease protect "
    "strengthen address tackle treat shelter pay".split()
)


def served(token: Token) -> list[Token]:
    """Whom something is given for: the people or else the places in an infinitive of purpose."""
    purposes = (child for child in token.rights if child.dep_ in ("advcl", "acl", "xcomp") and child.tag_ == "VB")
    purpose = next((verb for verb in purposes if lemma(verb) in BENEFIT), None)
    if purpose is None:
        return []
    people = [head for head in objects(purpose) if is_party(head)]
    return people or [word for word in purpose.subtree if word.ent_type_ in ("GPE", "LOC") and word.dep_ == "pobj"]


ROLES: dict[str, Callable[[Token], list[Token]]] = {
    "subj": subjects,
    "obj": objects,
    "poss": possessors,
    "mods": modifiers,
    "sides": sides,
    "served": served,
    "imposed": imposed,
    "apart": lambda token: _below(token, "between"),
    "addressee": lambda token: _below(token, "to"),
    "firms": lambda token: [head for head in modifiers(token) if head.ent_type_ in ("ORG", "PERSON")],
    "light": carriers,
    "struck": struck,
    "harmed": harmed,
    "clause": clause_subjects,
    "carrier": lambda token: surface_subjects(token.head.head) if token.dep_ == "pobj" else [],
    "copula": lambda token: surface_subjects(token.head) if token.dep_ in ("attr", "acomp") else [],
    "headsubj": obliged,
    "speaker": speakers,
    "doer": doers,
    "by-active": lambda token: [] if is_passive(token) else prepositional(token, "by"),
    "between": lambda token: _between(token)[:1],
    "between2": lambda token: _between(token)[1:],
    "betweens": _between,
    "iobj": given,
}
