"""Arguments: who is actor, recipient and about by the roles of a rule's frame (`roles.py`), tried in their order."""

from collections.abc import Container, Sequence

from spacy.tokens import Token

from pipeline.detection.deeds import series
from pipeline.detection.grammar import VERB, subjects
from pipeline.detection.lexicon import Rule
from pipeline.detection.nominals import possessors, prepositional
from pipeline.detection.nouns import is_matter, names_somebody
from pipeline.detection.phrases import before_hyphen, classes, is_joined, lemma, seen_through
from pipeline.detection.roles import ROLES, modifiers


def governed(verb: Token) -> Token | None:
    """The infinitive that a verb governs: "agreed to meet"."""
    return next((child for child in verb.rights if child.dep_ == "xcomp" and child.pos_ in VERB), None)


def willed(noun: Token) -> Token | None:
    """The infinitive that a noun of will governs: "a commitment to support them"."""
    return next((child for child in noun.rights if child.dep_ in ("acl", "xcomp") and child.tag_ == "VB"), None)


def fill(role: str, trigger: Token, theme: Token | None, *, barred: Container[Token] = ()) -> list[Token]:
    """The head nouns of a role, without the `barred`; ROLE@theme asks the theme noun instead of the trigger."""
    return [head for head in _fillers(role, trigger, theme) if head not in barred and names_somebody(head)]


def _fillers(role: str, trigger: Token, theme: Token | None) -> list[Token]:
    name, _, where = role.partition("@")
    token = {"": trigger, "theme": theme, "clause": governed(trigger), "will": willed(theme or trigger)}[where]
    if token is None:
        return []
    found = ROLES[name](token) if name in ROLES else _under_preposition(token, name)
    return [head for head in found if head != trigger and not is_joined(head) and not _is_sided_with(head)]


def _is_sided_with(head: Token) -> bool:
    """ "A pro-Navalny demonstration": it is for or against him, not his."""
    first = before_hyphen(head)
    return first is not None and first.lower_ in ("pro", "anti") and head.dep_ in ("compound", "amod", "nmod")


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


# Acts towards somebody: of several roles the first that holds a party wins, and things only where none does ("agreed to provide
# Mali with tents").
TO_PARTIES = frozenset({"AGREE", "SUPPORT", "REQUEST", "THREATEN", "AID", "CONCEDE", "MOBILIZE"})


def _is_sent(head: Token) -> bool:
    """ "Agreed to withdraw its troops from Mali", "to send tanks": what is moved, not whom it concerns."""
    named = any(child.ent_type_ in ("NORP", "GPE", "ORG") for child in head.lefts)
    return bool(classes(head) & {"troops", "weapons", "peacekeepers"}) and not named


def _filled(rule: Rule, argument: str, trigger: Token, theme: Token | None, barred: Container[Token]) -> list[Token]:
    """The heads of the first role that finds somebody; of an act towards somebody, the first that finds a party."""
    towards = argument == "recipient" and (rule.type in TO_PARTIES or rule.frame.asks_clause)
    matters: list[Token] = []
    for role in getattr(rule.frame, argument):
        heads = fill(role, trigger, theme, barred=barred)
        if argument == "actor":
            heads = [author for head in heads for author in authors(head) if author not in barred]
        if towards:
            heads = [head for head in heads if not (role in ("obj@clause", "obj@will") and _is_sent(head))]
            matters = matters or heads
            heads = [head for head in heads if not is_matter(head)]
        if heads:
            return heads
    return matters


def arguments(rule: Rule, trigger: Token, theme: Token | None, words: Sequence[Token] = ()) -> dict[str, list[Token]]:
    """Head nouns of actor, recipient and about by the rule's frame; nobody is both, nor are the trigger's own `words`."""
    filled: dict[str, list[Token]] = {"actor": [], "recipient": [], "about": []}
    barred = set(seen_through(theme)) if theme is not None and rule.frame.asks_theme else set()
    barred.update(words)
    for argument in filled:
        taken = [head for heads in filled.values() for head in heads]
        filled[argument] = _filled(rule, argument, trigger, theme, {*barred, *taken})
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
