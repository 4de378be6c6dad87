"""Arguments: every role of a frame is a function from a trigger to the head nouns that fill it."""

from collections.abc import Callable, Container, Sequence

from spacy.tokens import Token

from pipeline.detection import attribution
from pipeline.detection.auxiliaries import is_negated
from pipeline.detection.grammar import VERB, is_passive, objects, possessors, prepositional, subjects, surface_subjects
from pipeline.detection.lexicon import Rule
from pipeline.detection.nouns import names_somebody
from pipeline.detection.phrases import conjuncts, lemma, seen_through
from pipeline.nlp import knowledge

# Verbs that carry a noun trigger without adding to it ("launched an attack", "held talks").
LIGHT = frozenset(
    "carry conduct launch hold have make mount stage begin start open do deliver undertake step resume continue end stop "
    "intensify perform execute commit host attend chair lead conclude finish suffer face order call organize organise plan "
    "give issue announce declare enter join participate engage take wage complete break initiate unleash escalate".split()
)
# Who is in, gathers or travels for talks takes part in them.
TAKING_PART = frozenset("be engage participate involve arrive fly travel go come return gather assemble".split())
# Verbs by which a noun trigger strikes somebody ("airstrikes hit the region").
STRIKING = frozenset(
    "hit strike kill target destroy pound rock wound injure shake damage devastate flatten rip tear leave claim displace".split()
)


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


def carriers(noun: Token) -> list[Token]:
    """Subjects of the verb that carries a noun trigger: "X launched an attack on Y"."""
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
        return surface_subjects(verb)
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
    """Objects of a verb of hitting whose subject the noun is: "airstrikes hit the region", "ripped through it, killing six"."""
    verb = noun.head
    if noun.dep_ != "nsubj":
        return []
    hitting = [verb, *(child for child in verb.rights if child.dep_ == "advcl" and child.tag_ == "VBG")]
    return [head for one in hitting if lemma(one) in STRIKING for head in objects(one)]


def clause_subjects(verb: Token) -> list[Token]:
    """Subjects of the clause that the verb governs: "demanded that X stop"."""
    return [
        head
        for child in verb.children
        if child.dep_ in ("ccomp", "xcomp")
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
    """Who says that somebody must do something."""
    who = attribution.source(modal) if modal.dep_ == "aux" else None
    return [who] if who is not None else []


ROLES: dict[str, Callable[[Token], list[Token]]] = {
    "subj": subjects,
    "obj": objects,
    "poss": possessors,
    "mods": modifiers,
    "sides": sides,
    "light": carriers,
    "struck": struck,
    "clause": clause_subjects,
    "carrier": lambda token: surface_subjects(token.head.head) if token.dep_ == "pobj" else [],
    "copula": lambda token: surface_subjects(token.head) if token.dep_ in ("attr", "acomp") else [],
    "headsubj": lambda token: subjects(token.head) if token.dep_ == "aux" else [],
    "speaker": speakers,
    "doer": doers,
    "by-active": lambda token: [] if is_passive(token) else prepositional(token, "by"),
    "between": lambda token: _between(token)[:1],
    "between2": lambda token: _between(token)[1:],
    "betweens": _between,
    "iobj": lambda token: [head for child in token.children if child.dep_ == "dative" for head in conjuncts(child)],
}


def governed(verb: Token) -> Token | None:
    """The infinitive that a verb governs: "agreed to meet"."""
    return next((child for child in verb.rights if child.dep_ == "xcomp" and child.pos_ in VERB), None)


def fill(role: str, trigger: Token, theme: Token | None, *, barred: Container[Token] = ()) -> list[Token]:
    """The head nouns of a role, without the `barred`; ROLE@theme asks the theme noun instead of the trigger."""
    return [head for head in _fillers(role, trigger, theme) if head not in barred and names_somebody(head)]


def _fillers(role: str, trigger: Token, theme: Token | None) -> list[Token]:
    name, _, where = role.partition("@")
    token = {"": trigger, "theme": theme, "clause": governed(trigger)}[where]
    if token is None:
        return []
    found = ROLES[name](token) if name in ROLES else prepositional(token, name)
    return [head for head in found if head != trigger]


# What somebody says something with: "a report accusing the army" is its authors' accusation.
DOCUMENTS = frozenset(
    "report statement resolution bill letter law decree order lawsuit petition document article editorial complaint motion "
    "speech tweet message declaration ruling verdict memo communique".split()
)


# Who stops a document is not its author.
STOPPING = frozenset(
    "block veto reject oppose ban criticise criticize condemn receive obtain see read cite quote withdraw".split()
)


def authors(head: Token) -> list[Token]:
    """Those whose document it is, or the head itself where it is none, or nobody says whose."""
    if lemma(head) not in DOCUMENTS:
        return [head]
    theirs = possessors(head) or prepositional(head, "by") or prepositional(head, "from") or modifiers(head)
    if not theirs and head.dep_ == "dobj" and lemma(head.head) not in STOPPING:
        theirs = subjects(head.head)
    return [found for found in theirs if names_somebody(found)] or [head]


def arguments(rule: Rule, trigger: Token, theme: Token | None, words: Sequence[Token] = ()) -> dict[str, list[Token]]:
    """Head nouns of actor, recipient and about by the rule's frame; nobody is both, nor are the trigger's own `words`."""
    filled: dict[str, list[Token]] = {"actor": [], "recipient": [], "about": []}
    barred = set(seen_through(theme)) if theme is not None and rule.frame.asks_theme else set()
    barred.update(words)
    for argument in filled:
        for role in getattr(rule.frame, argument):
            found = fill(role, trigger, theme, barred=barred)
            if argument == "actor":
                found = [author for head in found for author in authors(head)]
            heads = [head for head in found if not any(head in others for others in filled.values())]
            if heads:
                filled[argument] = heads
                break
    hurt = fill("struck", trigger, theme, barred=barred) if "struck" in rule.frame.recipient else []
    filled["recipient"] += [head for head in hurt if not any(head in others for others in filled.values())]
    return filled


PERSONAL = frozenset({"he", "she", "it", "they"})


def pronouns(rule: Rule, trigger: Token, theme: Token | None, argument: str) -> list[Token]:
    """The personal pronouns that fill "actor" or "recipient" where no noun of the sentence does."""
    for role in getattr(rule.frame, argument):
        found = [head for head in _fillers(role, trigger, theme) if head.tag_ == "PRP" and head.lower_ in PERSONAL]
        if found:
            return found
    return []
