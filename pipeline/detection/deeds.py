"""Nouns of action in their clause: who carries the deed out, whom it strikes, and what counts it."""

from collections.abc import Container, Sequence

from spacy.tokens import Token

from pipeline.detection.effects import is_negated
from pipeline.detection.grammar import VERB, objects, subjects, surface_subjects
from pipeline.detection.phrases import AMOUNTS, lemma
from pipeline.detection.relatives import modified

# Verbs that carry a noun trigger without adding to it ("launched an attack", "held talks").
LIGHT = frozenset(
    "carry conduct launch hold have make mount stage begin start open do deliver undertake step resume continue end stop "
    "intensify perform execute commit host attend chair lead conclude finish suffer face order call organize organise plan "
    "give issue announce declare enter join participate engage take wage complete break initiate unleash escalate".split()
)
# Who is in, gathers or travels for talks takes part in them; who was there before them does not.
INTO = frozenset({"in", "at", "for", "to", "from", "on"})
TAKING_PART = frozenset("be engage participate involve arrive fly travel go come return gather assemble".split())
# Verbs by which a noun trigger strikes somebody ("airstrikes hit the region").
STRIKING = frozenset(
    "hit strike kill target destroy pound rock wound injure shake damage devastate flatten rip tear leave claim displace".split()
)
# Nouns that only count what they stand before: "a series of airstrikes".
SERIES = AMOUNTS | frozenset(
    "series wave round string spate number set bout flurry pair couple barrage succession slew".split()
)


def series(noun: Token) -> Token:
    """The noun that counts a noun trigger and stands for it in the clause ("a series of airstrikes"), or itself."""
    while noun.dep_ == "pobj" and noun.head.lower_ == "of" and lemma(noun.head.head) in SERIES:
        noun = noun.head.head
    return noun


def carriers(noun: Token) -> list[Token]:
    """Subjects of the verb that carries a noun trigger: "X launched an attack on Y", "… a series of attacks"."""
    noun = series(noun)
    verb = noun.head
    while verb.dep_ == "conj" and verb.pos_ not in VERB:
        verb = verb.head
    if is_manner(noun):
        walking = next((above for above in noun.ancestors if above.pos_ in VERB), None)
        return surface_subjects(walking) if walking is not None else []
    if verb.dep_ == "prep" and verb.head.pos_ in VERB:
        verb = verb.head
    if verb.pos_ not in VERB or noun.dep_ in ("nsubj",):
        return claimants(noun)
    if noun.dep_ == "pobj" and lemma(verb) in TAKING_PART:
        return surface_subjects(verb) if noun.head.lower_ in INTO else []
    if lemma(verb) not in LIGHT:
        return []
    return subjects(verb) if noun.dep_ in ("dobj", "nsubjpass", "conj", "attr") else []


def is_manner(noun: Token) -> bool:
    """Whether the noun says how a deed is meant: "walked out of the chamber in protest"."""
    return lemma(noun) == "protest" and noun.head.lower_ == "in" and noun.head.i == noun.i - 1


def claimants(noun: Token) -> list[Token]:
    """ "The group claimed responsibility for the attack": the group, but nobody where "no group" did."""
    over = noun.head.head
    claimed = noun.dep_ == "pobj" and noun.head.lower_ == "for" and lemma(over) == "responsibility"
    if not claimed or lemma(over.head) not in CLAIMING or over.dep_ != "dobj":
        return []
    return [] if is_negated(over.head) else [head for head in subjects(over.head) if not is_negated(head)]


CLAIMING = frozenset({"claim", "take", "accept", "admit"})


def struck(noun: Token) -> list[Token]:
    """Objects of a verb of hitting whose subject the noun is: "airstrikes hit the region", "a wave of airstrikes hit it"."""
    noun = series(noun)
    return _hit([noun.head]) if noun.dep_ == "nsubj" else []


def harmed(noun: Token) -> list[Token]:
    """Those of whom a clause beside says what it did: "a blast ripped through it, killing six", "an attack that killed six"."""
    counted = series(noun)
    verbs = [verb for verb in counted.subtree if _tells_harm(verb, (noun, counted))]
    if counted.dep_ == "nsubj":
        verbs += [verb for verb in counted.head.rights if verb.dep_ == "advcl" and verb.tag_ == "VBG"]
    return _hit(verbs)


def _hit(verbs: Sequence[Token]) -> list[Token]:
    return [head for verb in verbs if lemma(verb) in STRIKING for head in objects(verb)]


def _tells_harm(verb: Token, nouns: Container[Token]) -> bool:
    """ "That killed six", "killing six": a clause whose subject is one of the nouns."""
    if verb.dep_ == "acl":
        return verb.tag_ == "VBG" and verb.head in nouns
    relative = any(
        child.tag_ in ("WDT", "WP") or child.lower_ == "that" for child in verb.lefts if child.dep_ == "nsubj"
    )
    return verb.dep_ == "relcl" and relative and any(noun in nouns for noun in modified(verb))
