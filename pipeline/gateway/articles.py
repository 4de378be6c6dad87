"""The text of an article, out of the topic it came in by: where it stands, its outcome says."""

from collections.abc import Sequence
from typing import Any

from pipeline import codec
from pipeline.dead_letters import fetch
from pipeline.records import Coordinates
from pipeline.settings import Settings

# Outcomes of a version that was read; the text of any other was not looked at, or was taken back.
READ = ("events", "no-event")
# What an ArticleRef has of an article.
NAMED = ("provider", "guid", "version", "headline", "url", "published_at", "language")


def chosen(outcomes: Sequence[dict[str, Any]], version: str | None) -> dict[str, Any] | None:
    """The outcome of the version that is asked for, or else of the last one that was read."""
    read = [one for one in outcomes if one["outcome"] in READ and (version is None or one["version"] == version)]
    return read[-1] if read else None


def read(settings: Settings, outcome: dict[str, Any]) -> dict[str, Any] | None:
    """The article of an outcome; None if Kafka has it no more. Raises BrokerError when Kafka is not there."""
    message = fetch(settings, Coordinates(**outcome["input"]))
    if message is None or message.value is None:
        return None
    try:
        article = codec.decode(message.value)
    except codec.DecodeError:
        return None
    # Another Kafka may have something else at the same place.
    same = isinstance(article, dict) and f"{article.get('provider')}|{article.get('guid')}" == outcome["article_key"]
    return article if same else None


def reference(article: dict[str, Any]) -> dict[str, Any]:
    """The ArticleRef of an article."""
    return {"key": f"{article['provider']}|{article['guid']}", **{name: article.get(name) for name in NAMED}}
