"""The annotate stage: a message with an article becomes entities, events, a state and exactly one outcome."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import chain

from pipeline import codec, contracts, envelope, instants
from pipeline.detection.detector import detect
from pipeline.nlp import model
from pipeline.nlp.reading import Reading, read
from pipeline.records import (
    Annotation,
    Article,
    ArticleRef,
    ArticleState,
    EntityMentions,
    Event,
    EventData,
    Message,
    Outcome,
    OutcomeKind,
    Outgoing,
    Problem,
    Retraction,
)
from pipeline.settings import Settings
from pipeline.stages.articles import admit
from pipeline.stages.base import Handled, Stage, Work
from pipeline.stages.letters import coordinates, dead_letter, record_key
from pipeline.topics import ARTICLES, BACKFILL, DEAD_LETTERS, ENTITIES, EVENTS, OUTCOMES, STATE
from pipeline.wire.changes import Change, changes
from pipeline.wire.versions import Decision, content, decide

NAME = "annotate"
# So many inputs of one item may be delivered again after a crash and still get their first outcome. A crash repeats at most
# the unacknowledged window, in which one item hardly has more versions than this. An outcome is half a kilobyte.
RECENT_INPUTS = 16


@dataclass(frozen=True, slots=True)
class Case:
    """One message on its way through the stage."""

    message: Message
    state: ArticleState | None
    article: Article | None
    decision: Decision | None
    refused: Problem | None = None
    repeated: Outcome | None = None

    @property
    def is_read(self) -> bool:
        """Whether its text goes through NLP."""
        return self.decision is not None and self.decision.action == "annotate"


def handle(works: Sequence[Work], settings: Settings) -> list[Handled]:
    """What each message causes; texts are read in one batch, whose strings and tensors are freed at the end."""
    cases = [_case(work) for work in works]
    annotations = iter(
        annotate([case.article for case in cases if case.article is not None and case.is_read], settings)
    )
    return [_handled(case, next(annotations) if case.is_read else None) for case in cases]


def annotate(articles: Sequence[Article], settings: Settings) -> list[Annotation]:
    """Entities and events of each article, in order."""
    nlp = model.shared()
    with nlp.memory_zone():
        readings = read(nlp, (article.text for article in articles), limit_chars=settings.article_chars)
        return [_annotation(*pair, settings) for pair in zip(articles, readings, strict=True)]


def _annotation(article: Article, reading: Reading, settings: Settings) -> Annotation:
    found = detect(reading, article_key=article.key, published_on=instants.day(article.published_at))
    events = [event for event in found if event.confidence >= settings.min_confidence]
    return Annotation(entities=reading.entities, events=events, truncated=reading.truncated)


def _case(work: Work) -> Case:
    state = codec.decode_record(ArticleState, work.state) if work.state is not None else None
    admitted = admit(work.message)
    if isinstance(admitted, Problem):
        return Case(work.message, state, None, None, refused=admitted)
    where = coordinates(work.message)
    for outcome in state.recent if state is not None else ():
        if outcome.input == where:
            return Case(work.message, state, admitted, None, repeated=outcome)
    return Case(work.message, state, admitted, decide(admitted, state, now_ms=work.message.timestamp_ms))


def _handled(case: Case, annotation: Annotation | None) -> Handled:
    if case.refused is not None:
        return refuse(case.message, case.refused)
    if case.repeated is not None:
        return Handled(final=_outgoing(case.repeated, case.message))
    if case.article is None or case.decision is None:
        raise AssertionError("an admitted article has a decision")
    if annotation is not None:
        return _annotated(case.message, case.article, case.state, annotation)
    if case.decision.action == "retracted":
        return _retracted(case.message, case.article, case.state, case.decision)
    return _passed_over(case.message, case.article, case.state, case.decision)


def _passed_over(message: Message, article: Article, state: ArticleState | None, decision: Decision) -> Handled:
    """What is not read. Where the state decided so, it remembers the outcome, for tomorrow's state might decide otherwise."""
    if state is None or decision.action in ("held", "skipped"):
        outcome = _outcome(message, article, decision.action, [], decision.problem)  # type: ignore[arg-type]
        return Handled(final=_outgoing(outcome, message))
    outcome = _outcome(message, article, decision.action, _standing(state), decision.problem)  # type: ignore[arg-type]
    recent = _recent(state, outcome)
    fresh = replace(state, recent=recent)
    if decision.action == "unchanged":
        fresh = replace(fresh, version=article.version, version_created_at=article.version_created_at)
    return Handled(state=contracts.encode("article-state.v1", fresh), final=_outgoing(outcome, message))


def refuse(message: Message, problem: Problem) -> Handled:
    """A dead letter and its outcome."""
    outcome = Outcome(
        input=coordinates(message), outcome="dead-letter", article_key=None, version=None, event_ids=[], problem=problem,
        content_sha256=None, truncated=False, model=model.MODEL, recorded_at=instants.from_ms(message.timestamp_ms),
    )  # fmt: skip
    letter = dead_letter(message, stage=NAME, problem=problem)
    return Handled(outgoing=(letter,), final=_outgoing(outcome, message))


def _annotated(message: Message, article: Article, state: ArticleState | None, annotation: Annotation) -> Handled:
    found = list(changes(state.events if state is not None else {}, annotation.events))
    reference = article_ref(article)
    mentions = EntityMentions(article=reference, entities=annotation.entities, model=model.MODEL)
    entities = Outgoing(topic=ENTITIES.name, key=article.key.encode(), value=contracts.encode("entities.v1", mentions))
    kind: OutcomeKind = "events" if annotation.events else "no-event"
    event_ids = [event.event_id for event in annotation.events]
    outcome = _outcome(message, article, kind, event_ids, None, truncated=annotation.truncated)
    published = (_published(message, reference, change, "corrected") for change in found)
    return Handled(
        outgoing=tuple(chain((entities,), published)),
        state=_next_state(article, state, found, outcome),
        final=_outgoing(outcome, message),
    )


def _retracted(message: Message, article: Article, state: ArticleState | None, decision: Decision) -> Handled:
    """A cancel takes back all that any version of the item stood for."""
    found = list(changes(state.events if state is not None else {}, []))
    outcome = _outcome(message, article, "retracted", [], decision.problem)
    reference = article_ref(article, headline=None)
    return Handled(
        outgoing=tuple(_published(message, reference, change, article.status) for change in found),
        state=_next_state(article, state, found, outcome),
        final=_outgoing(outcome, message),
    )


def _published(message: Message, reference: ArticleRef, change: Change, reason: str) -> Outgoing:
    detected_at = instants.from_ms(message.timestamp_ms)
    data: EventData | Retraction
    if change.event is not None:
        data = event_data(change.event, reference, revision=change.standing.revision, detected_at=detected_at)
    else:
        data = Retraction(
            event_id=change.event_id, revision=change.standing.revision, kind=change.standing.kind,
            family=change.standing.family, reason=reason, article=reference, model=model.MODEL,  # type: ignore[arg-type]
            detected_at=detected_at,
        )  # fmt: skip
    event = envelope.envelope(change.change, data, trace=envelope.trace_id(message))
    value = contracts.encode("cloudevent.v1", event)
    return Outgoing(topic=EVENTS.name, key=reference.key.encode(), value=value, headers=envelope.headers(event))


EVENT_FIELDS = tuple(field.name for field in fields(Event))


def event_data(event: Event, article: ArticleRef, *, revision: int, detected_at: str | None) -> EventData:
    """The event as it is published."""
    own = {name: getattr(event, name) for name in EVENT_FIELDS}
    return EventData(**own, revision=revision, article=article, model=model.MODEL, detected_at=detected_at)


def article_ref(article: Article, **changed: str | None) -> ArticleRef:
    """The article without its text."""
    values: dict[str, str | None] = {
        "key": article.key, "provider": article.provider, "guid": article.guid, "version": article.version,
        "headline": article.headline, "url": article.url, "published_at": article.published_at,
        "language": article.language,
    }  # fmt: skip
    return ArticleRef(**(values | changed))  # type: ignore[arg-type]


def _standing(state: ArticleState) -> list[str]:
    return [event_id for event_id, event in state.events.items() if not event.retracted]


def _outcome(
    message: Message,
    article: Article,
    kind: OutcomeKind,
    event_ids: list[str],
    problem: Problem | None,
    *,
    truncated: bool = False,
) -> Outcome:
    return Outcome(
        input=coordinates(message), outcome=kind, article_key=article.key, version=article.version, event_ids=event_ids,
        problem=problem, content_sha256=content(article), truncated=truncated, model=model.MODEL,
        recorded_at=instants.from_ms(message.timestamp_ms),
    )  # fmt: skip


def _outgoing(outcome: Outcome, message: Message) -> Outgoing:
    """The record of an outcome; its kind stands in a header too, for those who only count."""
    key = outcome.article_key.encode() if outcome.article_key is not None else record_key(message)
    value = contracts.encode("outcome.v1", outcome)
    return Outgoing(topic=OUTCOMES.name, key=key, value=value, headers=(("outcome", outcome.outcome.encode()),))


def _next_state(article: Article, state: ArticleState | None, found: Sequence[Change], outcome: Outcome) -> bytes:
    before = {} if state is None else state.events
    events = before | {change.event_id: change.standing for change in found}
    fresh = ArticleState(
        version=article.version, version_created_at=article.version_created_at, content_sha256=content(article),
        events=events, recent=_recent(state, outcome),
    )  # fmt: skip
    return contracts.encode("article-state.v1", fresh)


def _recent(state: ArticleState | None, outcome: Outcome) -> list[Outcome]:
    return [*(state.recent if state is not None else ()), outcome][-RECENT_INPUTS:]


def give_up(work: Work, problem: Problem) -> Handled:
    """The end of a message that kills or hangs the process that reads it."""
    return refuse(work.message, problem)


def prepare(_: Settings) -> None:
    """Load the model."""
    model.shared()


ANNOTATE = Stage(
    name=NAME,
    reads=(ARTICLES, BACKFILL),
    writes=(ENTITIES, EVENTS, OUTCOMES, STATE, DEAD_LETTERS),
    handle=handle,
    give_up=give_up,
    prepare=prepare,
    pooled=True,
    state=STATE,
)
