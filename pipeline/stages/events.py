"""Messages of news.events.v1 to plain CloudEvents, for the stages that read them; and where they came from."""

from typing import Any

from pipeline.records import Article, Message, Problem
from pipeline.stages.inputs import received
from pipeline.topics import BACKFILL

# Headers of an event. The first says that its article came as a backfill, so that nobody is woken for old news; the second
# has the article's urgency. Neither is part of the event: they say how it came in.
FROM_BACKFILL = "backfill"
URGENCY = "urgency"

Headers = tuple[tuple[str, bytes], ...]


def event_of(message: Message) -> dict[str, Any] | Problem:
    """The CloudEvent, or why there is none: `null-value`, `invalid-utf8`, `invalid-json`, `invalid-record`."""
    return received(message, "cloudevent.v1")


def provenance(message: Message, article: Article) -> Headers:
    """The headers of the events of an article that came in with this message."""
    backfill = message.topic.endswith(BACKFILL.name) or article.replay_id is not None
    headers = ((FROM_BACKFILL, b"1"),) if backfill else ()
    return headers if article.urgency is None else (*headers, (URGENCY, str(article.urgency).encode()))


def from_backfill(message: Message) -> bool:
    """Whether the event's article came as a backfill."""
    return any(name == FROM_BACKFILL for name, _ in message.headers)


def urgency(message: Message) -> int | None:
    """The urgency of the event's article, 1 most to 9 least; None where nobody said, or said something else."""
    given = next((value for name, value in message.headers if name == URGENCY), b"")
    return int(given) if given in {b"%d" % number for number in range(1, 10)} else None
