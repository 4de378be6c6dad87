"""When an event happened: the time expression that belongs to its trigger."""

from datetime import date

from spacy.tokens import Span, Token

from pipeline.detection.grammar import VERB
from pipeline.detection.times import resolve
from pipeline.records import When


def when(trigger: Token, published_on: date | None) -> When | None:
    """The nearest time expression of the trigger's own clause, resolved against the day of publication, or None."""
    expressions = [ent for ent in trigger.sent.ents if ent.label_ in ("DATE", "TIME")]
    own = [ent for ent in expressions if _clause(ent.root) == _clause(trigger)]
    for ent in sorted(own, key=lambda ent: abs(ent.root.i - trigger.i)):
        if not _is_duration(ent):
            start_on, end_on, precision = resolve(ent.text, anchor=published_on)
            return When(text=ent.text, start_on=start_on, end_on=end_on, precision=precision)
    return None


def _clause(token: Token) -> Token:
    """The verb whose clause the token stands in; an infinitive belongs to the verb that governs it."""
    while token.head != token:
        if token.pos_ in VERB and token.dep_ not in ("xcomp", "aux", "auxpass", "pcomp"):
            return token
        token = token.head
    return token


def _is_duration(ent: Span) -> bool:
    """ "for three days", "a nine-month campaign": how long, not when."""
    before = ent.root.head.lower_ if ent.root.dep_ == "pobj" else ""
    return (
        before in ("for", "of", "within")
        or ent.root.dep_ in ("amod", "compound", "nummod")
        or ent.text.lower() in NO_TIME
    )


NO_TIME = frozenset("daily weekly monthly annual yearly hours days weeks months years decades".split())
