"""What the alerts stage writes: alerts, and what it remembers of them. The schemas are their mirror, as those of records.py."""

from dataclasses import dataclass

from pipeline.records import ArticleRef, ChangeKind, Family, FlatEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAlert:
    """An alert that was sent before, and when."""

    alert_id: str
    fired_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Value of news.alerts.v1: what a watch rule has to tell of an event, or of a story, and to whom.

    `first` is the alert that this one corrects. `event` is the event as one row; None in a retraction. Of a story `event_id`
    and `story_id` are the story's, `revision` its revision, `article` the last that joined it or left it, `event` None.
    """

    alert_id: str
    rule: str
    event_id: str
    revision: int
    change: ChangeKind
    kind: str
    family: Family
    fired_at: str
    channels: list[str]
    urgency: int | None
    first: FirstAlert | None
    title: str
    text: str
    article: ArticleRef
    event: FlatEvent | None
    story_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingAlert:
    """What was last told of an event by a rule; `alert_id` and `fired_at` are the first alert's.

    Of a story `event_id` is the story's, and `min_sources` is how many independent sources it had to have.
    """

    rule: str
    event_id: str
    alert_id: str
    fired_at: str
    revision: int
    kind: str
    modality: str | None
    channels: list[str]
    retracted: bool
    min_sources: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertState:
    """Value of news.alert-state.v1: who was told of the events of an article, or of a story; without that there is none."""

    told: list[StandingAlert]
