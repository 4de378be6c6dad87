"""The detector: one reading in, its events out, in text order. Every step is a function of its own module."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from spacy.tokens import Span, Token

from pipeline import ids
from pipeline.detection import attribution
from pipeline.detection.arguments import arguments
from pipeline.detection.confidence import confidence
from pipeline.detection.grammar import objects, subjects
from pipeline.detection.location import location
from pipeline.detection.modality import Status, status
from pipeline.detection.ontology import CAMEO_ROOTS, KINDS, QUADS, goldstein
from pipeline.detection.phrases import classes, phrase
from pipeline.detection.triggers import Trigger, triggers
from pipeline.detection.when import when as time_of
from pipeline.nlp.participants import participant
from pipeline.nlp.reading import Reading
from pipeline.records import Attribution, Event, Participant, When
from pipeline.records import Span as TextSpan


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has an id."""

    kind: str
    trigger: Trigger
    status: Status
    sentence: Span
    actors: tuple[Span, ...]
    recipients: tuple[Span, ...]
    about: tuple[Span, ...]
    when: When | None
    source: Token | None


def detect(reading: Reading, *, article_key: str, published_on: date | None) -> list[Event]:
    """The events of a reading; offsets are into `reading.text`. `published_on` resolves "last week" (None: unresolved)."""
    drafts = list(_merged(_drafts(reading, published_on)))
    named = [_participants(reading, draft) for draft in drafts]
    happenings = [
        (draft.kind, [p.name for p in roles["actors"]], [p.name for p in roles["recipients"]])
        for draft, roles in zip(drafts, named, strict=True)
    ]
    event_ids = ids.event_ids(article_key, happenings)
    return [_event(reading, *parts) for parts in zip(drafts, named, event_ids, strict=True)]


def _drafts(reading: Reading, published_on: date | None) -> Iterator[Draft]:
    before: list[Span] = []
    for sentence in reading.doc.sents:
        for trigger in triggers(sentence):
            draft = _draft(trigger, sentence, before, published_on)
            if draft is not None:
                yield draft
        before.append(sentence)


def _draft(trigger: Trigger, sentence: Span, before: Sequence[Span], published_on: date | None) -> Draft | None:
    heads = arguments(trigger.rule, trigger.token, trigger.theme)
    when = time_of(trigger.token, published_on)
    found = status(trigger.token, kind=trigger.rule.kind, when=when, published_on=published_on)
    if found.background or not _complete(trigger, heads):
        return None
    kind, found = _settled(trigger.rule.kind, found)
    return Draft(
        kind=kind,
        trigger=trigger,
        status=found,
        sentence=sentence,
        actors=tuple(phrase(head) for head in heads["actor"]),
        recipients=tuple(phrase(head) for head in heads["recipient"]),
        about=tuple(phrase(head) for head in heads["about"]) or _subject_matter(trigger),
        when=when,
        source=attribution.source(trigger.token, before=before),
    )


def _settled(kind: str, found: Status) -> tuple[str, Status]:
    """Talks that will be held are talks planned, which is a fact now."""
    if kind == "talks-held" and found.modality == "future":
        return "talks-planned", Status("asserted", found.cue)
    return kind, found


NEEDS_RECIPIENT = frozenset({"AID", "COOPERATE", "SANCTION"})


def _complete(trigger: Trigger, heads: dict[str, list[Token]]) -> bool:
    """AID, COOPERATE and SANCTION need a recipient; the rest needs somebody, a theme, or to be new to the text."""
    joint = trigger.rule.type == "COOPERATE" and len(heads["actor"]) > 1
    if trigger.rule.type in NEEDS_RECIPIENT and not heads["recipient"] and not joint:
        return False
    if heads["actor"] or heads["recipient"] or trigger.theme is not None:
        return True
    if trigger.rule.pos == "N":
        return not _is_reference(trigger.token)
    return any(head.pos_ == "PRON" for head in (*subjects(trigger.token), *objects(trigger.token)))


INDEFINITE = frozenset({"a", "an", "another", "no", "some", "several", "more", "any", "each", "every"})


def _is_reference(noun: Token) -> bool:
    """ "the attack", "this strike" with nobody named: a word for an event told elsewhere."""
    return any(child.dep_ in ("det", "poss") and child.lower_ not in INDEFINITE for child in noun.lefts)


FORMATS = frozenset(
    "level minister crisis emergency phone telephone video deputy summit marathon face round table".split()
)


def _subject_matter(trigger: Trigger) -> tuple[Span, ...]:
    """What talks are called after: the ceasefire of "ceasefire talks"."""
    noun = trigger.theme or trigger.token
    return tuple(
        noun.doc[child.i : child.i + 1]
        for child in noun.lefts
        if child.dep_ == "compound" and not child.ent_type_ and child.lower_ not in FORMATS and "talks" in classes(noun)
    )  # fmt: skip


def _merged(drafts: Iterable[Draft]) -> Iterator[Draft]:
    """One event for a kind that two triggers of a sentence tell of with the same people."""
    seen: set[tuple[str, int, tuple[int, ...], tuple[int, ...], str]] = set()
    for draft in drafts:
        actors = tuple(span.start for span in draft.actors)
        recipients = tuple(span.start for span in draft.recipients)
        key = (draft.kind, draft.sentence.start, actors, recipients, draft.status.modality)
        if key not in seen:
            seen.add(key)
            yield draft


def _participants(reading: Reading, draft: Draft) -> dict[str, list[Participant]]:
    roles = {"actors": draft.actors, "recipients": draft.recipients, "about": draft.about}
    return {role: [_participant(reading, span) for span in spans] for role, spans in roles.items()}


def _participant(reading: Reading, span: Span) -> Participant:
    found = participant(span, reading.entities)
    return replace(found, text=reading.text[found.start : found.end])


def _event(reading: Reading, draft: Draft, roles: dict[str, list[Participant]], event_id: str) -> Event:
    rule = draft.trigger.rule
    plover_type, mode = (
        (rule.type, rule.mode) if draft.kind == rule.kind else (KINDS[draft.kind].type, KINDS[draft.kind].mode)
    )
    return Event(
        event_id=event_id,
        kind=draft.kind,
        family=KINDS[draft.kind].family,
        type=plover_type,
        mode=mode or None,
        contexts=[],
        cameo=CAMEO_ROOTS.get(plover_type),
        quad=QUADS[plover_type],
        goldstein=goldstein(plover_type, mode),
        modality=draft.status.modality,
        confidence=confidence(draft.trigger, actors=len(roles["actors"]), recipients=len(roles["recipients"])),
        rule=rule.name,
        trigger=_text_span(reading.text, _trigger_span(draft.trigger)),
        sentence=_text_span(reading.text, _trimmed(draft.sentence)),
        actors=roles["actors"],
        recipients=roles["recipients"],
        about=roles["about"],
        location=location(draft.trigger, draft.recipients, draft.about, reading.entities),
        time=draft.when,
        attribution=_attribution(reading, draft.source),
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
    span = attribution.span_of(head)
    who = _participant(reading, span)
    return Attribution(source=who.name, text=who.text, start=who.start, end=who.end)
