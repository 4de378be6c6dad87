"""Arguments: every role of a frame is a function from a trigger to the head nouns that fill it."""

from collections.abc import Callable, Container, Sequence

from spacy.tokens import Token

from pipeline.detection import attribution
from pipeline.detection.deeds import carriers, harmed, series, struck
from pipeline.detection.grammar import VERB, is_passive, objects, subjects, subjects_own, surface_subjects
from pipeline.detection.lexicon import Rule
from pipeline.detection.nominals import possessors, prepositional
from pipeline.detection.nouns import names_somebody
from pipeline.detection.phrases import conjuncts, lemma, seen_through
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


ROLES: dict[str, Callable[[Token], list[Token]]] = {
    "subj": subjects,
    "obj": objects,
    "poss": possessors,
    "mods": modifiers,
    "sides": sides,
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
    found = ROLES[name](token) if name in ROLES else _under_preposition(token, name)
    return [head for head in found if head != trigger]


def _under_preposition(token: Token, preposition: str) -> list[Token]:
    """The nouns under a preposition of the token, or of what counts it: "a series of airstrikes on Gaza"."""
    found = (prepositional(one, preposition) for one in dict.fromkeys((token, series(token))))
    return next(filter(None, found), [])


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
    for role in ("struck", "harmed") if "struck" in rule.frame.recipient else ():
        hurt = fill(role, trigger, theme, barred=barred)
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
