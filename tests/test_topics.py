"""The topic table."""

import pytest

from pipeline import contracts
from pipeline.topics import ARTICLES, MAX_DEAD_LETTER_BYTES, MAX_INPUT_BYTES, TOPICS, Topic

TABLE = {
    "news.articles.v1": ("article.v1", "delete", 30),
    "news.articles-backfill.v1": ("article.v1", "delete", 7),
    "news.entities.v1": ("entities.v1", "delete", 7),
    "news.events.v1": ("cloudevent.v1", "delete", 90),
    "news.events-current.v1": ("cloudevent.v1", "compact", None),
    "news.events-flat.v1": ("flat-event.v1", "compact", None),
    "news.events.diplomacy.v1": ("cloudevent.v1", "delete", 90),
    "news.events.peace.v1": ("cloudevent.v1", "delete", 90),
    "news.events.conflict.v1": ("cloudevent.v1", "delete", 90),
    "news.events.unrest.v1": ("cloudevent.v1", "delete", 90),
    "news.events.assistance.v1": ("cloudevent.v1", "delete", 90),
    "news.outcomes.v1": ("outcome.v1", "delete", 90),
    "news.article-state.v1": ("article-state.v1", "compact", None),
    "news.source-state.v1": ("source-state.v1", "compact", None),
    "news.signatures.v1": ("signature.v1", "delete", 7),
    "news.story-index.v1": ("story-index.v2", "compact", None),
    "news.story-articles.v1": ("story-article.v1", "delete", 7),
    "news.story-state.v1": ("story-state.v1", "compact,delete", 30),
    "news.stories.v1": ("story.v1", "compact", None),
    "news.dead-letters.v1": ("dead-letter.v1", "delete", 365),
    "news.alerts.v1": ("alert.v2", "delete", 90),
    "news.alert-state.v1": ("alert-state.v2", "compact", None),
}


def days(topic: Topic) -> int | None:
    """How long the topic keeps a record; None: until a newer one of its key."""
    kept = topic.configs.get("retention.ms")
    return None if kept is None else int(kept) // 86_400_000


def test_what_there_is_and_how_long_it_is_kept() -> None:
    assert {topic.name: (topic.schema, topic.cleanup, days(topic)) for topic in TOPICS} == TABLE
    assert len(TOPICS) == len(TABLE)


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
def test_values_have_a_schema_and_names_a_version(topic: Topic) -> None:
    """No name has an underscore: `.` and `_` collide in Kafka's metrics."""
    assert topic.schema in contracts.names()
    assert topic.name.endswith(".v1")
    assert "_" not in topic.name


def test_kafka_is_told() -> None:
    """The broker's own clock counts: an article's date may be long past."""
    assert ARTICLES.configs == {
        "cleanup.policy": "delete",
        "max.message.bytes": "8388608",
        "message.timestamp.type": "LogAppendTime",
        "retention.ms": "2592000000",
    }


def test_the_dead_letter_of_the_largest_input_fits() -> None:
    """With 64 KiB to spare for what stands around its base64."""
    assert MAX_INPUT_BYTES * 4 // 3 + 65_536 < MAX_DEAD_LETTER_BYTES
