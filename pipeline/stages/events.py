"""Messages of news.events.v1 to plain CloudEvents, for the stages that read them; and where they came from."""

from typing import Any

from pipeline.records import Article, Message, Problem
from pipeline.stages.inputs import received
from pipeline.topics import BACKFILL

# Headers of an event, and of the signatures and stories that its article causes. The first says that the article came as a
# backfill, so that nobody is woken for old news; the second has its urgency. Neither is part of the record: they say how it
# came in.
FROM_BACKFILL = "backfill"
URGENCY = "urgency"

Headers = tuple[tuple[str, bytes], ...]


def event_of(message: Message) -> dict[str, Any] | Problem:
    """The CloudEvent, or why there is none: `null-value`, `invalid-utf8`, `invalid-json`, `invalid-record`."""
    return received(message, "cloudevent.v1")


def provenance(message: Message, article: Article) -> Headers:
    """The headers of what is published of an article that came in with this message."""
    backfill = message.topic.endswith(BACKFILL.name) or article.replay_id is not None
    headers = ((FROM_BACKFILL, b"1"),) if backfill else ()
    return headers if article.urgency is None else (*headers, (URGENCY, str(article.urgency).encode()))


def carried(message: Message) -> Headers:
    """Those of a message that say how its article came in, for what it causes in turn."""
    return tuple((name, value) for name, value in message.headers if name in (FROM_BACKFILL, URGENCY))


def from_backfill(message: Message) -> bool:
    """Whether the article that a message is of, or that caused it, came as a backfill."""
    return any(name == FROM_BACKFILL for name, _ in message.headers)


def urgency(message: Message) -> int | None:
    """The urgency of the event's article, 1 most to 9 least; None where nobody said, or said something else."""
    given = next((value for name, value in message.headers if name == URGENCY), b"")
    return int(given) if given in {b"%d" % number for number in range(1, 10)} else None
