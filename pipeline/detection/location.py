"""Where an event happened: the place that the trigger, its arguments or its sentence name, in that order."""

from collections.abc import Sequence

from spacy.tokens import Span, Token

from pipeline.detection.phrases import phrase
from pipeline.detection.triggers import Trigger
from pipeline.records import Entity, Location

# Acts that are done where their recipient is.
PHYSICAL = frozenset({"ASSAULT", "COERCE", "AID", "PROTEST"})
PLACE_LABELS = ("GPE", "LOC", "FAC")
WHERE = frozenset("in at near on around outside inside across throughout off within over into along".split())
NEAR = frozenset("near around outside off along".split())


def location(
    trigger: Trigger, recipients: Sequence[Span], about: Sequence[Span], mentions: Sequence[Entity]
) -> Location | None:
    """The place of the event, or None; what it is about is no place of it, nor is one that another verb has."""
    subjects = [(span.start_char, span.end_char) for span in about]
    placed = [
        mention
        for mention in mentions
        if mention.label in PLACE_LABELS
        and mention.lat is not None
        and not any(start <= mention.start < end for start, end in subjects)
    ]
    for token in (*_anchors(trigger), *(span.root for span in recipients)):
        for preposition in token.children:
            if preposition.dep_ in ("prep", "advmod") and preposition.lower_ in WHERE:
                mention = _under(preposition, placed)
                if mention is not None:
                    near = preposition.lower_ in NEAR and _heads(preposition, mention)
                    return _location(mention, near=near)
    for span in recipients if trigger.rule.type in PHYSICAL or trigger.rule.kind == "visit" else ():
        mention = _exactest(span.start_char, span.end_char, placed)
        if mention is not None:
            return _location(mention)
    return _by_reference(trigger, recipients, placed)


def _anchors(trigger: Trigger) -> list[Token]:
    """Where a place may hang: the trigger, its theme, the verb that carries a noun, and what coordinates with them."""
    anchors = [trigger.token]
    if trigger.theme is not None:
        anchors.append(trigger.theme)
        # "a ceasefire that halted fighting in Idlib" is a ceasefire in Idlib.
        clauses = [child for child in trigger.theme.rights if child.dep_ == "relcl"]
        anchors += [part for clause in clauses for part in (clause, *clause.rights) if part.dep_ in ("relcl", "dobj")]
    for token in tuple(anchors):
        if token.head.pos_ == "VERB" and token.dep_ in ("nsubj", "nsubjpass", "dobj", "pobj", "conj"):
            anchors.append(token.head)
        if token.head.dep_ == "prep" and token.head.head.pos_ == "VERB":
            anchors.append(token.head.head)
    return anchors


def _heads(preposition: Token, mention: Entity) -> bool:
    """ "near Aleppo", but not "near posts in Aleppo"."""
    return any(noun.dep_ == "pobj" and mention.start <= noun.idx < mention.end for noun in preposition.children)


def _under(preposition: Token, placed: Sequence[Entity]) -> Entity | None:
    """The most exact place in the noun phrases under the preposition."""
    for noun in preposition.children:
        if noun.dep_ == "pobj":
            span = phrase(noun)
            found = _exactest(span.start_char, span.end_char, placed)
            if found is not None:
                return found
    return None


def _exactest(start: int, end: int, mentions: Sequence[Entity]) -> Entity | None:
    """The most exact place named there: in "northwest Syria's Idlib" that is Idlib."""
    inside = [mention for mention in mentions if start <= mention.start and mention.end <= end]
    return min(inside, key=_is_country, default=None)


def _is_country(mention: Entity) -> bool:
    return mention.entity_id is not None and mention.entity_id.startswith("country:")


def _by_reference(trigger: Trigger, recipients: Sequence[Span], placed: Sequence[Entity]) -> Location | None:
    """ "strikes hit the region": the nearest place named before it in the sentence."""
    nouns = [span.root for span in recipients if span.root.lower_ in REFERENCES and span[0].lower_ in ("the", "this")]
    if not nouns:
        return None
    sentence = trigger.token.sent
    before = [m for m in placed if sentence.start_char <= m.start and m.end <= nouns[0].idx]
    return _location(min(reversed(before), key=_is_country)) if before else None


REFERENCES = frozenset("region city town area province village capital district camp".split())


def _location(mention: Entity, *, near: bool = False) -> Location:
    return Location(
        name=mention.name or mention.text,
        country=mention.country,
        lat=mention.lat,
        lon=mention.lon,
        precision="near" if near else "country" if _is_country(mention) else "place",
        start=mention.start,
        end=mention.end,
    )
