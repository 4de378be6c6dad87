"""Attribution: who says so. A source, the cue that marks it, and the clause that it covers (Pareti 2012's triple)."""

from collections.abc import Sequence

from spacy.tokens import Span, Token

from pipeline.detection.grammar import VERB, prepositional, subjects
from pipeline.detection.phrases import lemma, names_somebody

SAYING = frozenset(
    "say tell report announce state claim add note explain confirm declare insist argue maintain assert acknowledge admit "
    "reveal stress warn write quote believe estimate allege suggest indicate reiterate emphasize emphasise comment remark "
    "recall disclose affirm contend deny post tweet accuse".split()
)


def source(trigger: Token, *, before: Sequence[Span] = ()) -> Token | None:
    """The head noun of whoever says that the event happened, or None where the article says so itself.

    `before` are the earlier sentences of the paragraph: a quotation that runs on keeps its speaker.
    """
    return _governing(trigger) or _according(trigger) or _beside(trigger) or _running_quotation(trigger.sent, before)


def _governing(trigger: Token) -> Token | None:
    """The subject of the nearest verb of saying whose content clause holds the trigger."""
    token = trigger
    while token.head != token:
        head = token.head
        content = token.dep_ in ("ccomp", "xcomp", "parataxis", "advcl", "dobj") and token.pos_ in VERB
        if content and head.pos_ in VERB and lemma(head) in SAYING and lemma(head) != "accuse":
            return _speaker(head)
        token = head
    return None


def _speaker(verb: Token) -> Token | None:
    speakers = [head for head in subjects(verb) if names_somebody(head) or head.pos_ == "PRON"]
    return next((head for head in speakers if head.pos_ != "PRON"), None)


def _according(trigger: Token) -> Token | None:
    for token in trigger.sent:
        if token.lower_ == "according":
            sources = prepositional(token, "to")
            return next((head for head in sources if names_somebody(head)), None)
    return None


def _beside(trigger: Token) -> Token | None:
    """A verb of saying in parenthesis: the trigger's clause is the root, "officials said" hangs below it."""
    token = trigger
    while True:
        for child in token.children:
            inserted = child.dep_ in ("parataxis", "ccomp", "advcl", "dep") and lemma(child) in SAYING
            if inserted and child.i > trigger.i and _only_says(child):
                return _speaker(child)
        if token.head == token:
            return None
        token = token.head


def _only_says(verb: Token) -> bool:
    return not any(child.dep_ in ("ccomp", "xcomp", "dobj") for child in verb.children)


def _running_quotation(sentence: Span, before: Sequence[Span]) -> Token | None:
    """The speaker of the sentence before, while a quotation that it opened is not closed."""
    if not before:
        return None
    text = before[-1].text
    opened = text.rfind("“") > text.rfind("”")
    if not opened and not sentence.text.lstrip().startswith("“"):
        return None
    for token in before[-1]:
        if token.pos_ in VERB and lemma(token) in SAYING:
            return _speaker(token)
    return None
