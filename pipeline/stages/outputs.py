"""What the annotate stage writes: events as CloudEvents, and the outcome."""

from dataclasses import fields

from pipeline import contracts, envelope, instants
from pipeline.nlp import model
from pipeline.records import (
    Article,
    ArticleRef,
    Event,
    EventData,
    Message,
    Outcome,
    OutcomeKind,
    Outgoing,
    Problem,
    Retraction,
)
from pipeline.stages.events import provenance
from pipeline.stages.letters import coordinates, record_key
from pipeline.topics import EVENTS, OUTCOMES
from pipeline.wire.changes import Change
from pipeline.wire.versions import content


def published(message: Message, article: Article, reference: ArticleRef, change: Change, reason: str) -> Outgoing:
    """The CloudEvent of a change; `reason` says why an event is gone."""
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
    headers = (*envelope.headers(event), *provenance(message, article))
    return Outgoing(topic=EVENTS.name, key=reference.key.encode(), value=value, headers=headers)


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


def outcome_of(
    message: Message,
    article: Article,
    kind: OutcomeKind,
    event_ids: list[str],
    problem: Problem | None,
    *,
    truncated: bool = False,
) -> Outcome:
    """What became of a message with an article."""
    return Outcome(
        input=coordinates(message), outcome=kind, article_key=article.key, version=article.version, event_ids=event_ids,
        problem=problem, content_sha256=content(article), truncated=truncated, model=model.MODEL,
        recorded_at=instants.from_ms(message.timestamp_ms),
    )  # fmt: skip


def recorded(outcome: Outcome, message: Message) -> Outgoing:
    """The record of an outcome; its kind stands in a header too, for those who only count."""
    key = outcome.article_key.encode() if outcome.article_key is not None else record_key(message)
    value = contracts.encode("outcome.v1", outcome)
    return Outgoing(topic=OUTCOMES.name, key=key, value=value, headers=(("outcome", outcome.outcome.encode()),))
