"""Drafts: one trigger with all that its sentence says of it, or nothing where that is too little for an event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from spacy.tokens import Span, Token

from pipeline.detection import attribution
from pipeline.detection.addressees import VERBAL, address, without_things
from pipeline.detection.arguments import arguments, pronouns
from pipeline.detection.coding import Code, code, is_mere_purpose
from pipeline.detection.figures import is_figure
from pipeline.detection.grammar import objects, subjects
from pipeline.detection.modality import status
from pipeline.detection.phrases import classes, phrase
from pipeline.detection.quotations import Quotation
from pipeline.detection.senses import is_mishap, is_play, is_violent, solid
from pipeline.detection.triggers import Trigger
from pipeline.detection.when import of_its_day
from pipeline.detection.when import when as time_of
from pipeline.records import When


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has an id."""

    code: Code
    trigger: Trigger
    sentence: Span
    actors: tuple[Span, ...]
    recipients: tuple[Span, ...]
    about: tuple[Span, ...]
    when: When | None
    source: Token | None


def draft(trigger: Trigger, sentence: Span, quotes: Sequence[Quotation], published_on: date | None) -> Draft | None:
    """The draft of a trigger; `quotes` are the quotations of the text."""
    heads = arguments(trigger.rule, trigger.token, trigger.theme, trigger.words)
    if is_play(trigger.rule, heads, sentence) or is_mishap(trigger.rule, heads, sentence):
        return None
    if is_violent(trigger.rule):
        struck = solid(heads["recipient"])
        if heads["recipient"] and not struck:
            return None
        heads["recipient"] = struck
    when = time_of(trigger.token, published_on)
    found = of_its_day(status(trigger.token), trigger.token, when, published_on)
    address(trigger.rule, heads)
    if found.background or is_mere_purpose(trigger.rule, found) or not _complete(trigger, heads):
        return None
    if is_figure(trigger, heads, when, quotes):
        return None
    if trigger.rule.type in VERBAL:
        without_things(trigger.rule, heads)
    return Draft(
        code=code(trigger.rule, found),
        trigger=trigger,
        sentence=sentence,
        actors=_phrases(trigger, heads, "actor"),
        recipients=_phrases(trigger, heads, "recipient"),
        about=tuple(phrase(head) for head in heads["about"]) or _subject_matter(trigger),
        when=when,
        source=attribution.source(trigger.token, quotes),
    )


def _phrases(trigger: Trigger, heads: dict[str, list[Token]], argument: str) -> tuple[Span, ...]:
    """The phrases of a role, or pronouns, of which the text before must say for whom they stand."""
    stand_ins = pronouns(trigger.rule, trigger.token, trigger.theme, argument)
    return tuple(phrase(head) for head in heads[argument] or stand_ins)


NEEDS_RECIPIENT = frozenset({"AID", "COOPERATE", "SANCTION"})


def _complete(trigger: Trigger, heads: dict[str, list[Token]]) -> bool:
    """AID, COOPERATE and SANCTION need a recipient; the rest needs somebody, a theme, or to be new to the text."""
    joint = trigger.rule.type == "COOPERATE" and (len(heads["actor"]) > 1 or _is_joint(trigger.theme))
    if trigger.rule.type in NEEDS_RECIPIENT and not heads["recipient"] and not joint:
        return False
    told = trigger.theme is not None or _is_predicate(trigger)
    # Nouns of saying with nobody who says it ("support for the plan", "an investigation into the bank") tell of no act.
    if trigger.rule.pos == "N" and trigger.rule.type in VERBAL and not told and not heads["actor"]:
        return False
    if heads["actor"] or heads["recipient"] or trigger.theme is not None:
        return True
    if trigger.rule.pos == "N":
        return not _is_reference(trigger.token)
    if trigger.rule.pos == "A":
        return True
    return any(head.pos_ == "PRON" for head in (*subjects(trigger.token), *objects(trigger.token)))


def _is_joint(theme: Token | None) -> bool:
    """ "The armies of Brazil and Chile held a joint exercise": what is joint has its sides among those who do it."""
    return theme is not None and any(child.lower_ == "joint" for child in theme.lefts)


def _is_predicate(trigger: Trigger) -> bool:
    """ "The bank is under investigation": a phrase that tells of its subject."""
    under = any(condition.role == "under" and not condition.absent for condition in trigger.rule.conditions)
    return under and "carrier" in trigger.rule.frame.recipient


INDEFINITE = frozenset({"a", "an", "another", "no", "some", "several", "more", "any", "each", "every"})


def _is_reference(noun: Token) -> bool:
    """ "the attack", "this strike" with nobody named: a word for an event told elsewhere."""
    if any(child.lower_ == "of" for child in noun.rights) or any(child.ent_type_ == "GPE" for child in noun.lefts):
        return False  # "the Madrid summit" is told by its name
    return any(child.dep_ in ("det", "poss") and child.lower_ not in INDEFINITE for child in noun.lefts)


FORMATS = frozenset(
    "peace level minister crisis emergency phone telephone video deputy summit marathon face round table".split()
)


def _subject_matter(trigger: Trigger) -> tuple[Span, ...]:
    """What talks are called after: the ceasefire of "ceasefire talks"."""
    noun = trigger.theme or trigger.token
    return tuple(
        noun.doc[child.i : child.i + 1]
        for child in noun.lefts
        if child.dep_ == "compound" and not child.ent_type_ and child.lower_ not in FORMATS and "talks" in classes(noun)
    )  # fmt: skip
