"""Input messages to articles: what can be used, and in which words the rest is refused."""

from pipeline import codec, contracts
from pipeline.records import Article, Message, Problem
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
    if message.value is None:
        return Problem(code="null-value", message="the message has no value")
    try:
        value = codec.decode(message.value)
    except codec.DecodeError as error:
        return Problem(code=error.code, message=str(error)[:LONGEST_MESSAGE])
    wrong = contracts.problem("article.v1", value, side="consume")
    if wrong is not None:
        return Problem(code="invalid-record", message=wrong[:LONGEST_MESSAGE])
    article = codec.build(Article, value)
    if message.key != article.key.encode():
        return Problem(code="key-mismatch", message=f"the key must be {article.key!r}"[:LONGEST_MESSAGE])
    return article


def arrival(message: Message) -> Arrival:
    """How the message came in, by its timestamp and headers."""
    names = {name for name, _ in message.headers}
    return Arrival(at_ms=message.timestamp_ms, released=RELEASED in names, reprocess=REPROCESS in names)
