"""The topics, as data. Names are `news.<data>.v<major>`; a hyphen inside a word, for `.` and `_` collide in Kafka's metrics."""

from dataclasses import dataclass
from typing import Literal

DAY_MS = 86_400_000

# An input may be 8 MiB at most; base64 makes 4/3 of it, so its dead letter always fits.
MAX_INPUT_BYTES = 8 * 1024 * 1024
MAX_DEAD_LETTER_BYTES = 12 * 1024 * 1024
MAX_OUTPUT_BYTES = 4 * 1024 * 1024
# A state may hold an input whole, while that waits for its embargo to end.
MAX_STATE_BYTES = MAX_INPUT_BYTES + MAX_OUTPUT_BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic: what its key is, how long it keeps records, and the schema (file in `schemas/`) of its values."""

    name: str
    key: str
    schema: str
    cleanup: Literal["delete", "compact", "compact,delete"] = "delete"
    retention_ms: int = 7 * DAY_MS
    max_message_bytes: int = MAX_OUTPUT_BYTES

    @property
    def configs(self) -> dict[str, str]:
        """Kafka's own names and values.

        LogAppendTime: an article's own date would be deleted by retention (old) or refused (future), KIP-870.
        """
        configs = {
            "cleanup.policy": self.cleanup,
            "max.message.bytes": str(self.max_message_bytes),
            "message.timestamp.type": "LogAppendTime",
        }
        if "delete" in self.cleanup:
            configs["retention.ms"] = str(self.retention_ms)
        return configs


ARTICLES = Topic(
    name="news.articles.v1", key="provider|guid", schema="article.v1", retention_ms=30 * DAY_MS,
    max_message_bytes=MAX_INPUT_BYTES,
)  # fmt: skip
BACKFILL = Topic(
    name="news.articles-backfill.v1", key="provider|guid", schema="article.v1", max_message_bytes=MAX_INPUT_BYTES
)
ENTITIES = Topic(name="news.entities.v1", key="article key", schema="entities.v1")
EVENTS = Topic(name="news.events.v1", key="article key", schema="cloudevent.v1", retention_ms=90 * DAY_MS)
CURRENT = Topic(name="news.events-current.v1", key="event_id", schema="cloudevent.v1", cleanup="compact")
FLAT = Topic(name="news.events-flat.v1", key="event_id", schema="flat-event.v1", cleanup="compact")
OUTCOMES = Topic(name="news.outcomes.v1", key="article key", schema="outcome.v1", retention_ms=90 * DAY_MS)
STATE = Topic(
    name="news.article-state.v1", key="article key", schema="article-state.v1", cleanup="compact",
    max_message_bytes=MAX_STATE_BYTES,
)  # fmt: skip
SOURCE_STATE = Topic(name="news.source-state.v1", key="source name", schema="source-state.v1", cleanup="compact")
DEAD_LETTERS = Topic(
    name="news.dead-letters.v1", key="key of the input", schema="dead-letter.v1", retention_ms=365 * DAY_MS,
    max_message_bytes=MAX_DEAD_LETTER_BYTES,
)  # fmt: skip
ALERTS = Topic(name="news.alerts.v1", key="rule|event_id", schema="alert.v2", retention_ms=90 * DAY_MS)
ALERT_STATE = Topic(
    name="news.alert-state.v1", key="article key or story_id", schema="alert-state.v2", cleanup="compact"
)
SIGNATURES = Topic(name="news.signatures.v1", key="language", schema="signature.v1")
STORY_INDEX = Topic(name="news.story-index.v1", key="language|story_id", schema="story-index.v2", cleanup="compact")
STORY_ARTICLES = Topic(name="news.story-articles.v1", key="story_id", schema="story-article.v1")
# A story ends a week after its last article; what its state is for ends with it.
STORY_STATE = Topic(
    name="news.story-state.v1",
    key="story_id",
    schema="story-state.v1",
    cleanup="compact,delete",
    retention_ms=30 * DAY_MS,
)
STORIES = Topic(name="news.stories.v1", key="story_id", schema="story.v1", cleanup="compact")
FAMILIES = {
    family: Topic(name=f"news.events.{family}.v1", key="event_id", schema="cloudevent.v1", retention_ms=90 * DAY_MS)
    for family in ("diplomacy", "peace", "conflict", "unrest", "assistance")
}

TOPICS: tuple[Topic, ...] = (
    ARTICLES, BACKFILL, ENTITIES, EVENTS, CURRENT, FLAT, *FAMILIES.values(), OUTCOMES, STATE, SOURCE_STATE,
    DEAD_LETTERS, ALERTS, ALERT_STATE, SIGNATURES, STORY_INDEX, STORY_ARTICLES, STORY_STATE, STORIES,
)  # fmt: skip
