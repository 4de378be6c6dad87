"""Input messages to articles: what can be used, and in which words the rest is refused."""

from dataclasses import replace

from pipeline import codec
from pipeline.records import Article, Message, Problem
from pipeline.stages.inputs import received
from pipeline.wire.fate import Arrival

LONGEST_MESSAGE = 300
# Headers of an input. Whatever its value, the first asks that the article be read again even if nothing in it is new (after a
# change of the model, say); the second says where the held input stood whose time has come.
REPROCESS = "reprocess"
RELEASED = "released"


def admit(message: Message) -> Article | Problem:
    """The article of a message, or why there is none: `null-value`, `invalid-utf8`, `invalid-json`, `invalid-record`,
    `key-mismatch`.

    The key must be the article's own: versions of an item keep their order only within one partition.
    """
    value = received(message, "article.v1")
    if isinstance(value, Problem):
        return replace(value, message=value.message[:LONGEST_MESSAGE])
    article = codec.build(Article, value)
    if message.key != article.key.encode():
        return Problem(code="key-mismatch", message=f"the key must be {article.key!r}"[:LONGEST_MESSAGE])
    return article


def arrival(message: Message) -> Arrival:
    """How the message came in, by its timestamp and headers."""
    names = {name for name, _ in message.headers}
    return Arrival(at_ms=message.timestamp_ms, released=RELEASED in names, reprocess=REPROCESS in names)
