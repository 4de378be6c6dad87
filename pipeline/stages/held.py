"""Articles under embargo: when one may come in again, and as which message."""

from dataclasses import replace

from pipeline import codec, instants
from pipeline.records import ArticleState, Coordinates, HeldVersion, Outgoing
from pipeline.stages.articles import RELEASED
from pipeline.topics import ARTICLES

# Under this name an article's origin says that somebody released it, and from which embargo.
BY_HAND = "released_by_hand"


def waiting(state: bytes) -> HeldVersion | None:
    """The version that waits, if there is one. Raises DecodeError if these bytes are no state."""
    return codec.decode_record(ArticleState, state).held


def due_ms(state: bytes) -> int | None:
    """When the embargo of what waits ends, in epoch milliseconds; None: nothing waits, or nobody knows until when."""
    held = waiting(state)
    return None if held is None else instants.to_ms(held.until)


def release(state: bytes) -> Outgoing:
    """The message of what waits, as it was."""
    held = waiting(state)
    if held is None:
        raise AssertionError("released is only what waits")
    return _message(held)


def release_by_hand(held: HeldVersion) -> Outgoing:
    """The message of what waits without its embargo, which its origin then tells of."""
    told = held.article.origin | {BY_HAND: {"embargo_until": held.article.embargo_until}}
    return _message(replace(held, article=replace(held.article, embargo_until=None, origin=told)))


def _message(held: HeldVersion) -> Outgoing:
    return Outgoing(
        topic=ARTICLES.name,
        key=held.article.key.encode(),
        value=codec.encode(held.article),
        headers=((RELEASED, _place(held.input).encode()),),
    )


def _place(stood: Coordinates) -> str:
    return f"{stood.topic}/{stood.partition}/{stood.offset}"
