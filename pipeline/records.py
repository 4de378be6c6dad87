"""What travels: every record of every topic, as frozen values that know nothing of Kafka, JSON or spaCy.

The JSON Schemas in `schemas/` are the contract; these classes are its mirror, field for field
(tests/contract compares them). Offsets are characters into the article's text as received.
Times: `_at` is an RFC 3339 UTC instant, `_on` a date, both as text.
"""

from dataclasses import dataclass, field
from typing import Any, Literal

Modality = Literal["asserted", "future", "possible", "denied", "historical", "alleged"]
Family = Literal["diplomacy", "peace", "conflict", "unrest", "assistance"]
OutcomeKind = Literal[
    "events", "no-event", "unchanged", "stale", "held", "retracted", "skipped", "dead-letter"
]  # fmt: skip
ChangeKind = Literal["detected", "updated", "retracted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A Kafka record as it was read."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A Kafka record to be written; `value` None is a tombstone."""

    topic: str
    key: bytes
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One version of one wire item; `provider` and `guid` name the item, `version` its version."""

    provider: str
    guid: str
    text: str
    version: str = "1"
    version_created_at: str | None = None
    headline: str | None = None
    url: str | None = None
    published_at: str | None = None
    language: str | None = None
    status: Literal["usable", "withheld", "canceled"] = "usable"
    embargo_until: str | None = None
    purpose: Literal["news", "advisory", "test"] = "news"
    urgency: int | None = None
    credit: str | None = None
    replay_id: str | None = None
    origin: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The Kafka key: all versions of an item, in one partition, in order."""
        return f"{self.provider}|{self.guid}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Text at [start, end) of the article's text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A named mention; `label` is one of spaCy's OntoNotes labels, `name` the canonical entity."""

    text: str
    label: str
    start: int
    end: int
    name: str | None = None
    entity_id: str | None = None
    country: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """An actor or a recipient; `country` ISO 3166-1 alpha-3, `sector` PLOVER's (GOV, MIL, REB …)."""

    text: str
    start: int
    end: int
    name: str
    entity_id: str | None = None
    country: str | None = None
    sector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where it happened; degrees WGS 84; `precision` says what the point stands for."""

    name: str
    country: str | None
    lat: float | None
    lon: float | None
    precision: Literal["place", "near", "region", "country", "unresolved"]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """When it happened: dates, inclusive; both None where the expression does not resolve."""

    text: str
    start_on: str | None
    end_on: str | None
    precision: Literal["day", "week", "month", "year", "range", "unresolved"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who says so; `text` is the words that name the source, `source` the entity."""

    source: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What the detector found in one sentence; the article's own fields join it in `EventData`."""

    event_id: str
    kind: str
    family: Family
    type: str
    mode: str | None
    contexts: list[str]
    cameo: str | None
    quad: str
    goldstein: float
    modality: Modality
    confidence: float
    rule: str
    trigger: Span
    sentence: Span
    actors: list[Participant]
    recipients: list[Participant]
    about: list[Participant]
    location: Location | None
    time: When | None
    attribution: Attribution | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRef:
    """The article of an event, without its text."""

    key: str
    provider: str
    guid: str
    version: str
    headline: str | None
    url: str | None
    published_at: str | None
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What made an event."""

    name: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """Where in Kafka an input message stood."""

    topic: str
    partition: int
    offset: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why an input could not be used; `code` is stable and for machines."""

    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventData(Event):
    """`data` of a published event: what was detected, in which revision, in which article, by which model.

    `detected_at` is the input message's Kafka timestamp, never the wall clock; None outside Kafka.
    """

    revision: int
    article: ArticleRef
    model: Model
    detected_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatEvent:
    """Value of news.events-flat.v1: one event as one row of scalars, for dashboards and tables."""

    event_id: str
    revision: int
    kind: str
    family: str
    type: str
    mode: str | None
    modality: str
    confidence: float
    rule: str
    quad: str
    cameo: str | None
    goldstein: float
    trigger: str
    sentence: str
    actor: str | None
    actor_country: str | None
    actor_sector: str | None
    recipient: str | None
    recipient_country: str | None
    recipient_sector: str | None
    actors: str
    recipients: str
    about: str
    location: str | None
    country: str | None
    lat: float | None
    lon: float | None
    precision: str | None
    start_on: str | None
    end_on: str | None
    attributed_to: str | None
    article_key: str
    provider: str
    headline: str | None
    url: str | None
    published_at: str | None
    published_ms: int | None
    detected_at: str | None
    detected_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """All that NLP makes of one article."""

    entities: list[Entity]
    events: list[Event]
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityMentions:
    """Value of news.entities.v1: the mentions of one article version."""

    article: ArticleRef
    entities: list[Entity]
    model: Model


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Value of news.outcomes.v1: what became of one input message, for ever."""

    input: Coordinates
    outcome: OutcomeKind
    article_key: str | None
    version: str | None
    event_ids: list[str]
    problem: Problem | None
    content_sha256: str | None
    truncated: bool
    model: Model
    recorded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """Value of news.dead-letters.v1: a bad message, whole, or its hash where it does not fit."""

    input: Coordinates
    stage: str
    problem: Problem
    key_base64: str | None
    value_base64: str | None
    value_sha256: str | None
    value_bytes: int
    model: Model
    recorded_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """`data` of a retracted event: which one, and why. What it said stands in its earlier revisions."""

    event_id: str
    revision: int
    kind: str
    family: Family
    reason: Literal["corrected", "canceled", "withheld"]
    article: ArticleRef
    model: Model
    detected_at: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingEvent:
    """An event that an article stands for, or stood for; `digest` tells whether a new version changes it."""

    revision: int
    digest: str
    kind: str
    family: Family
    retracted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Which version of an item it was: what tells whether another one is newer."""

    version: str
    version_created_at: str | None
    status: Literal["usable", "withheld", "canceled"]
    content_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldVersion:
    """A version under embargo, whole, so that it can come in again when its time has come.

    `until` is that time; None: it cannot be read, and somebody must decide. `input` is where it came in, `held_at` when.
    """

    article: Article
    until: str | None
    problem: Problem
    input: Coordinates
    held_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleState:
    """Value of news.article-state.v1: the newest version of an item that was settled, the one that waits, and its events.

    `settled` was read or took everything back (None: none yet). `held` is newer than that (None: none waits). `recent` are
    the outcomes of the inputs that made it so, newest last: an input that is delivered again after a crash gets the same
    outcome again, to the byte.
    """

    settled: Version | None
    held: HeldVersion | None
    events: dict[str, StandingEvent]
    recent: list[Outcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """Value of news.source-state.v1: what a live source remembers, and how it fares.

    `memory` is the source's own affair; it never runs ahead of what Kafka has confirmed. `articles` counts those confirmed
    since the source was first seen. `problem` is what the last poll ran into.
    """

    source: str
    type: str
    memory: dict[str, Any]
    articles: int
    last_attempt_at: str
    last_success_at: str | None
    problem: Problem | None
