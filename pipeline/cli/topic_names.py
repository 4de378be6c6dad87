"""The names that topics have on the command line."""

from pipeline.errors import SettingsError
from pipeline.settings import Settings
from pipeline.topics import (
    ALERT_STATE,
    ALERTS,
    ARTICLES,
    BACKFILL,
    CURRENT,
    DEAD_LETTERS,
    ENTITIES,
    EVENTS,
    FAMILIES,
    FLAT,
    OUTCOMES,
    SIGNATURES,
    SOURCE_STATE,
    STATE,
    STORIES,
    STORY_ARTICLES,
    STORY_INDEX,
    STORY_STATE,
    Topic,
)

INPUTS: dict[str, Topic] = {"articles": ARTICLES, "backfill": BACKFILL}

SHORT: dict[str, Topic] = INPUTS | {
    "entities": ENTITIES,
    "events": EVENTS,
    "current": CURRENT,
    "flat": FLAT,
    **FAMILIES,
    "outcomes": OUTCOMES,
    "state": STATE,
    "sources": SOURCE_STATE,
    "dead-letters": DEAD_LETTERS,
    "alerts": ALERTS,
    "alert-state": ALERT_STATE,
    "stories": STORIES,
    "signatures": SIGNATURES,
    "story-articles": STORY_ARTICLES,
    "story-index": STORY_INDEX,
    "story-state": STORY_STATE,
}


def find(name: str, settings: Settings) -> Topic:
    """The topic of a short name, of its full name, or of its name in Kafka with the prefix. Raises SettingsError."""
    for short, topic in SHORT.items():
        if name in (short, topic.name, settings.topic_prefix + topic.name):
            return topic
    raise SettingsError(f"there is no topic {name!r}; it is one of {', '.join(SHORT)}")
