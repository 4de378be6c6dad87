"""The detector: one reading in, its events out, in text order. Every step is a function of its own module."""

from collections.abc import Iterator, Sequence
from datetime import date

from spacy.tokens import Span, Token

from pipeline import ids
from pipeline.detection.anaphora import referents
from pipeline.detection.confidence import confidence
from pipeline.detection.discourse import Discourse, discourse
from pipeline.detection.drafts import Draft, draft
from pipeline.detection.folding import folded
from pipeline.detection.incumbents import on_the_day
from pipeline.detection.location import location
from pipeline.detection.nominals import prepositional
from pipeline.detection.ontology import KINDS, QUADS, goldstein
from pipeline.detection.phrases import before_hyphen, lemma, phrase
from pipeline.detection.triggers import Trigger, rule_heads, triggers
from pipeline.detection.when import published
from pipeline.nlp.reading import Reading
from pipeline.records import Attribution, Event, Participant
from pipeline.records import Span as TextSpan


def detect(reading: Reading, *, article_key: str, published_on: date | None) -> list[Event]:
    """The events of a reading; offsets are into `reading.text`. `published_on` resolves "last week" (None: unresolved)."""
    said = discourse(reading)
    on = published(reading, published_on)
    drafts = list(_drafts(said, on))
    named = [_of_the_day(said, found, roles, on) for found, roles in zip(drafts, _named(said, drafts), strict=True)]
    happenings = [
        (found.code.kind, [p.name for p in roles["actors"]], [p.name for p in roles["recipients"]])
        for found, roles in zip(drafts, named, strict=True)
    ]
    event_ids = ids.event_ids(article_key, happenings)
    return [_event(said, *parts) for parts in zip(drafts, named, event_ids, strict=True)]


def _drafts(said: Discourse, published_on: date | None) -> Iterator[Draft]:
    places = rule_heads(said.reading.doc)
    for sentence in said.sentences:
        found = (draft(trigger, sentence, said.quotes, published_on) for trigger in triggers(sentence, places))
        yield from folded(one for one in found if one is not None)


def _named(said: Discourse, drafts: Sequence[Draft]) -> Iterator[dict[str, list[Participant]]]:
    """The participants of each draft; "both sides" are the two of the last event before that had two."""
    told: list[list[Participant]] = []
    for found in drafts:
        roles = {"actors": found.actors, "recipients": found.recipients, "about": found.about}
        named = {role: [one for span in spans for one in referents(span, said, told)] for role, spans in roles.items()}
        sides = _sides(said, found) or [*named["actors"], *named["recipients"]]
        known = {side.name for side in sides if side.entity_id or side.country}
        if len(sides) == len(known) == 2 and found.code.kind.startswith(TWO_SIDED):
            told.append(sides)
        yield named


def _sides(said: Discourse, found: Draft) -> list[Participant]:
    """The two between whom it is, whoever hosts it: "Oman hosted talks between X and Y"."""
    heads = prepositional(found.trigger.theme or found.trigger.token, "between")
    return [one for head in heads for one in referents(phrase(head), said)]


def _of_the_day(
    said: Discourse, found: Draft, roles: dict[str, list[Participant]], on: date | None
) -> dict[str, list[Participant]]:
    """The participants as of the day of the article; of what is long past nobody knows which day it was."""
    day = None if found.code.status.modality == "historical" else on
    return {role: [on_the_day(one, said.reading, day) for one in ones] for role, ones in roles.items()}


# Kinds of events between two sides.
TWO_SIDED = ("talks-", "ceasefire-", "clash", "agreement", "cooperation", "joint-exercise")


def _event(said: Discourse, found: Draft, roles: dict[str, list[Participant]], event_id: str) -> Event:
    reading, coded = said.reading, found.code
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
        location=location(found.trigger, found.actors, found.recipients, found.about, said.mentions(found.sentence)),
        time=found.when,
        attribution=_attribution(said, found.source),
    )


def _trigger_span(trigger: Trigger) -> Span:
    """The trigger's words where they stand together, else its head."""
    indices = sorted(word.i for word in trigger.words)
    if before_hyphen(trigger.token) is not None and lemma(trigger.token) == trigger.rule.head:
        indices = [*range(indices[0] - 2, indices[0]), *indices]  # "sit-in" is three tokens
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


def _attribution(said: Discourse, head: Token | None) -> Attribution | None:
    """The source, if the text says who it is."""
    sources = referents(phrase(head), said) if head is not None else []
    if not sources:
        return None
    first, *others = sources
    source = " and ".join(one.name for one in (first, *others))
    return Attribution(source=source, text=first.text, start=first.start, end=first.end)
