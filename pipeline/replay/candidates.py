"""What a replay reads: articles of an archive, records of a topic, dead letters; each as it would be sent."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from pipeline import codec, contracts, dead_letters
from pipeline.broker.consume import consume
from pipeline.broker.offsets import Position, end_offsets
from pipeline.records import Article, Message, Problem
from pipeline.settings import Settings
from pipeline.sources.folder import LeftOut
from pipeline.sources.items import Item, Rejected

FINGERPRINT_BYTES = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record that could be sent. `article` is None where the bytes hold none: they are sent as they stand.

    `fingerprint` is the content: the same article found again, wherever, is the same candidate.
    """

    key: bytes
    value: bytes | None
    article: Article | None
    fingerprint: bytes


Found = Candidate | Rejected | LeftOut


def of_items(items: Iterable[Item | LeftOut]) -> Iterator[Found]:
    """Candidates of what `sources.files.read` yields."""
    for item in items:
        if isinstance(item, Article):
            fresh = replace(item, replay_id=None)
            yield _candidate(fresh.key.encode(), codec.encode(fresh), fresh)
        else:
            yield item


def of_topic(
    settings: Settings, topic: str, since_ms: int | None, until_ms: int | None, seen: Callable[[Message], None]
) -> Iterator[Found]:
    """Candidates of a topic's records that Kafka took in [since, until), up to its end as it is now.

    `seen` is called with every record read. Raises BrokerError.
    """
    for message in consume(settings, [topic], "beginning" if since_ms is None else since_ms):
        seen(message)
        if until_ms is None or message.timestamp_ms < until_ms:
            yield _of_message(message)


def of_dead_letters(settings: Settings, fetch: dead_letters.Fetch) -> Iterator[Found]:
    """Candidates of the original messages of all dead letters, as they were. Raises BrokerError."""
    unreadable: list[Rejected] = []

    def note(message: Message, error: codec.DecodeError) -> None:
        unreadable.append(_rejected(message, Problem(code=error.code, message=str(error))))

    for letter in dead_letters.letters(settings, note):
        yield from _drained(unreadable)
        original = dead_letters.original(letter.record, fetch)
        if isinstance(original, Problem):
            yield _rejected(letter.message, original)
        else:
            yield _as_it_stands(original.key or b"", original.value)
    yield from _drained(unreadable)


def records_between(settings: Settings, topic: str, starts: dict[Position, int]) -> int:
    """How many records there are from `starts` to the end. Raises BrokerError."""
    return sum(max(0, end - starts.get(place, 0)) for place, end in end_offsets(settings, [topic]).items())


def _of_message(message: Message) -> Found:
    if message.value is None:
        return _rejected(message, Problem(code="null-value", message="the record has no value"))
    return _as_it_stands(message.key or b"", message.value)


def _as_it_stands(key: bytes, value: bytes | None) -> Candidate:
    article = _article(value)
    if article is None:
        return _candidate(key, value, None)
    fresh = replace(article, replay_id=None)
    return _candidate(key, codec.encode(fresh), fresh)


def _article(value: bytes | None) -> Article | None:
    """The article that a value holds; None if it holds none that keeps the contract."""
    try:
        plain = codec.decode(value or b"")
    except codec.DecodeError:
        return None
    return None if contracts.problem("article.v1", plain, side="consume") else codec.build(Article, plain)


def _candidate(key: bytes, value: bytes | None, article: Article | None) -> Candidate:
    content = hashlib.sha256(b"%d:%b" % (len(key), key) + (value or b""))
    return Candidate(key=key, value=value, article=article, fingerprint=content.digest()[:FINGERPRINT_BYTES])


def _drained(waiting: list[Rejected]) -> Iterator[Rejected]:
    while waiting:
        yield waiting.pop(0)


def _rejected(message: Message, problem: Problem) -> Rejected:
    where = f"{message.topic} {message.partition}:{message.offset}"
    return Rejected(path=where, line=None, problem=problem, raw=message.value)
