"""Attribution: who says so. A source, the cue that marks it, and the clause that it covers (Pareti 2012's triple)."""

from collections.abc import Sequence

from spacy.tokens import Token

from pipeline.detection.grammar import VERB, subjects
from pipeline.detection.nouns import names_somebody
from pipeline.detection.phrases import classes, lemma
from pipeline.detection.quotations import SAYING, Quotation, quoted, speaker


def source(trigger: Token, quotes: Sequence[Quotation] = ()) -> Token | None:
    """The head noun, or pronoun, of whoever says that the event happened, or None where the article says so itself.

    `quotes` are the quotations of the text: one that runs over sentences keeps its speaker.
    """
    return _governing(trigger) or _beside(trigger) or _according(trigger) or quoted(trigger, quotes)


def _governing(trigger: Token) -> Token | None:
    """The subject of the nearest verb of saying whose content clause holds the trigger, or that accuses somebody of it."""
    token = trigger
    while token.head != token:
        head = token.head
        if token.dep_ == "prep" and token.lower_ in ("of", "for", "over", "with"):
            accusing = head if lemma(head) in ACCUSING else head.head if head.dep_ == "dobj" else None
            if accusing is not None and lemma(accusing) in ACCUSING and accusing.pos_ in VERB:
                return next(
                    (who for who in subjects(accusing) if names_somebody(who) and not classes(who) & DEEDS), None
                )
        content = token.dep_ in ("ccomp", "xcomp", "parataxis", "advcl", "dobj") and token.pos_ in VERB
        if content and lemma(head) != "accuse" and head.pos_ in VERB and lemma(head) in SAYING:
            return speaker(head)
        token = head
    return None


# Talks and truces accuse nobody; their subject was taken for that of "accusing" beside them.
DEEDS = frozenset({"talks", "ceasefire", "event"})
ACCUSING = frozenset({"accuse", "blame", "suspect", "charge"})


def _according(trigger: Token) -> Token | None:
    """Who is named after "according to", unless that belongs to another of the sentence's coordinated clauses."""
    cues = [token for token in trigger.sent if token.lower_ == "according" and not _is_apart(token, trigger)]
    return next((speaker(token) for token in cues), None)


def _is_apart(cue: Token, trigger: Token) -> bool:
    clause = cue.head
    return clause.dep_ == "conj" and clause.pos_ in VERB and not clause.is_ancestor(trigger) and clause != trigger


def _beside(trigger: Token) -> Token | None:
    """A verb of saying in parenthesis: the trigger's clause is the root, "officials said" hangs below it."""
    token = trigger
    while True:
        for child in token.children:
            inserted = child.dep_ in ("parataxis", "ccomp", "advcl", "dep") and lemma(child) in SAYING
            if inserted and child.i > trigger.i and _only_says(child):
                return speaker(child)
        if token.head == token:
            return None
        token = token.head


def _only_says(verb: Token) -> bool:
    return not any(child.dep_ in ("ccomp", "xcomp", "dobj") for child in verb.children)
