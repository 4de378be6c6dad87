"""What the tombstone of a story says in headers, for it has no value: the story's last revision, and whose leaving ended it."""

from pipeline.records import Message
from pipeline.stages.events import Headers

REVISION = "revision"
ARTICLE = "article"


def farewell(revision: int, article_key: str) -> Headers:
    """The headers of a tombstone."""
    return ((REVISION, str(revision).encode()), (ARTICLE, article_key.encode()))


def farewell_of(message: Message) -> tuple[int, str]:
    """(revision, article key) of a tombstone; (0, "") of one without, which an older release wrote."""
    given = dict(message.headers)
    revision, key = given.get(REVISION, b""), given.get(ARTICLE, b"")
    return (int(revision), key.decode("utf-8", "replace")) if revision.isdigit() and key else (0, "")
