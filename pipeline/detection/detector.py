"""The detector: one reading in, its events out, in text order. Every step is a function of its own module."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from spacy.tokens import Span, Token

from pipeline import ids
from pipeline.detection.confidence import confidence
from pipeline.detection.drafts import Draft, draft
from pipeline.detection.folding import folded
from pipeline.detection.location import location
from pipeline.detection.ontology import KINDS, QUADS, goldstein
from pipeline.detection.phrases import phrase
from pipeline.detection.triggers import Trigger, triggers
from pipeline.detection.when import published
from pipeline.nlp.participants import participant
from pipeline.nlp.reading import Reading
from pipeline.records import Attribution, Entity, Event, Participant
from pipeline.records import Span as TextSpan


def detect(reading: Reading, *, article_key: str, published_on: date | None) -> list[Event]:
    """The events of a reading; offsets are into `reading.text`. `published_on` resolves "last week" (None: unresolved)."""
    drafts = list(_drafts(reading, published(reading, published_on)))
    named = [_participants(reading, found) for found in drafts]
    happenings = [
        (found.code.kind, [p.name for p in roles["actors"]], [p.name for p in roles["recipients"]])
        for found, roles in zip(drafts, named, strict=True)
    ]
    event_ids = ids.event_ids(article_key, happenings)
    return [_event(reading, *parts) for parts in zip(drafts, named, event_ids, strict=True)]


def _drafts(reading: Reading, published_on: date | None) -> Iterator[Draft]:
    before: list[Span] = []
    for sentence in reading.doc.sents:
        found = (draft(trigger, sentence, before, published_on) for trigger in triggers(sentence))
        yield from folded(one for one in found if one is not None)
        before.append(sentence)


def _participants(reading: Reading, found: Draft) -> dict[str, list[Participant]]:
    roles = {"actors": found.actors, "recipients": found.recipients, "about": found.about}
    return {role: [_participant(reading, span) for span in spans] for role, spans in roles.items()}


def _participant(reading: Reading, span: Span) -> Participant:
    found = participant(span, _mentions(reading, span))
    return replace(found, text=reading.text[found.start : found.end])


def _mentions(reading: Reading, span: Span) -> list[Entity]:
    """The mentions that begin in the span; found by halving, for an article has as many sentences as it has mentions."""
    first = bisect_left(reading.entities, span.start_char, key=_start)
    last = bisect_left(reading.entities, span.end_char, lo=first, key=_start)
    return reading.entities[first:last]


def _start(mention: Entity) -> int:
    return mention.start


def _event(reading: Reading, found: Draft, roles: dict[str, list[Participant]], event_id: str) -> Event:
    coded = found.code
    return Event(
        event_id=event_id,
        kind=coded.kind,
        family=KINDS[coded.kind].family,
        type=coded.type,
        mode=coded.mode or None,
        contexts=[],
        cameo=coded.cameo,
        quad=QUADS[coded.type],
        goldstein=goldstein(coded.type, coded.mode),
        modality=coded.status.modality,
        confidence=confidence(found.trigger),
        rule=found.trigger.rule.name,
        trigger=_text_span(reading.text, _trigger_span(found.trigger)),
        sentence=_text_span(reading.text, _trimmed(found.sentence)),
        actors=roles["actors"],
        recipients=roles["recipients"],
        about=roles["about"],
        location=location(found.trigger, found.recipients, found.about, _mentions(reading, found.sentence)),
        time=found.when,
        attribution=_attribution(reading, found.source),
    )


def _trigger_span(trigger: Trigger) -> Span:
    """The trigger's words where they stand together, else its head."""
    indices = sorted(word.i for word in trigger.words)
    together = indices[-1] - indices[0] == len(indices) - 1
    return (
        trigger.token.doc[indices[0] : indices[-1] + 1]
        if together
        else trigger.token.doc[trigger.token.i : trigger.token.i + 1]
    )


def _trimmed(sentence: Span) -> Span:
    start, end = sentence.start, sentence.end
    while start < end - 1 and sentence.doc[start].is_space:
        start += 1
    while end > start + 1 and sentence.doc[end - 1].is_space:
        end -= 1
    return sentence.doc[start:end]


def _text_span(text: str, span: Span) -> TextSpan:
    return TextSpan(text=text[span.start_char : span.end_char], start=span.start_char, end=span.end_char)


def _attribution(reading: Reading, head: Token | None) -> Attribution | None:
    if head is None:
        return None
    span = phrase(head)
    who = _participant(reading, span)
    return Attribution(source=who.name, text=who.text, start=who.start, end=who.end)
