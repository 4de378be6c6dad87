"""Articles first, then the state that says so; nothing is remembered that Kafka has not confirmed."""

from dataclasses import dataclass

import pytest

from pipeline import codec, instants
from pipeline.errors import BrokerError
from pipeline.records import Article, Outgoing, Problem, SourceState
from pipeline.sources.items import Place, reject
from pipeline.sources.live.account import HEALTH_MS, Account, fresh
from pipeline.sources.live.base import Polled
from pipeline.topics import ARTICLES, SOURCE_STATE
from tests.sources.live.fakes import NOW_MS, FakeKafka

PLACE = Place(path="https://wire.example/", provider="wire", guid="wire", article_bytes=1_000)
ONE = Article(provider="wire", guid="1", text="Rain.")
TWO = Article(provider="wire", guid="2", text="Sun.")
BROKEN = Problem(code="timed-out", message="x")


@dataclass
class Clock:
    now_ms: int = NOW_MS

    def __call__(self) -> int:
        return self.now_ms


def account(kafka: FakeKafka, clock: Clock | None = None) -> Account:
    return Account(fresh("wire", "feed", NOW_MS), kafka, clock or Clock())


def states(kafka: FakeKafka) -> list[SourceState]:
    return [codec.decode_record(SourceState, record.value or b"") for record in kafka.of(SOURCE_STATE.name)]


async def test_what_kafka_gets() -> None:
    """Golden: the articles in order, then the state, to the byte."""
    kafka = FakeKafka()
    memory = await account(kafka).settle(Polled(items=(ONE, TWO), memory={"etag": "x"}, wait_seconds=1), NOW_MS)
    assert memory == {"etag": "x"}
    now = instants.from_ms(NOW_MS)
    state = SourceState(
        source="wire",
        type="feed",
        memory={"etag": "x"},
        articles=2,
        last_attempt_at=now,
        last_success_at=now,
        problem=None,
    )
    assert kafka.sent == [
        Outgoing(topic=ARTICLES.name, key=b"wire|1", value=codec.encode(ONE)),
        Outgoing(topic=ARTICLES.name, key=b"wire|2", value=codec.encode(TWO)),
        Outgoing(topic=SOURCE_STATE.name, key=b"wire", value=codec.encode(state)),
    ]


async def test_killed_between_confirmation_and_state() -> None:
    """The articles are there, the state is not: what was remembered before is what the next start goes on with."""
    kafka = FakeKafka(dies=2)
    with pytest.raises(BrokerError):
        await account(kafka).settle(Polled(items=(ONE,), memory={"etag": "x"}, wait_seconds=1), NOW_MS)
    assert [record.topic for record in kafka.sent] == [ARTICLES.name]


async def test_unconfirmed_articles_keep_the_memory_as_it_was() -> None:
    """And the poll is no success, though the source answered."""
    kafka = FakeKafka(refuses=b"Sun.")
    mine = account(kafka)
    memory = await mine.settle(Polled(items=(ONE, TWO), memory={"etag": "x"}, wait_seconds=1), NOW_MS)
    assert memory == {}
    assert (mine.state.memory, mine.state.articles, mine.state.last_success_at) == ({}, 1, None)
    assert mine.state.problem == Problem(code="not-confirmed", message="Kafka did not confirm 1 of 2 articles: no room")


async def test_a_state_that_is_not_confirmed_ends_the_runner() -> None:
    with pytest.raises(BrokerError, match="the state of source wire"):
        await account(FakeKafka(refuses=b"memory")).settle(Polled(memory={"etag": "x"}, wait_seconds=1), NOW_MS)


async def test_state_is_written_when_something_changed_else_once_a_minute() -> None:
    kafka, clock = FakeKafka(), Clock()
    mine = account(kafka, clock)
    written = []
    for seconds, polled in [
        (0, Polled(wait_seconds=1)),
        (1, Polled(wait_seconds=1)),
        (2, Polled(memory={"etag": "x"}, wait_seconds=1)),
        (3, Polled(items=(ONE,), wait_seconds=1)),
        (4, Polled(wait_seconds=1, problem=BROKEN)),
        (3 + HEALTH_MS // 1000, Polled(wait_seconds=1)),
    ]:
        clock.now_ms = NOW_MS + seconds * 1_000
        await mine.settle(polled, clock.now_ms)
        written.append(len(states(kafka)))
    assert written == [1, 1, 2, 3, 3, 4]
    assert states(kafka)[-1].memory == {"etag": "x"}


async def test_health() -> None:
    """The last success stays while it fails; rejected items are a problem that is none of the source's."""
    kafka, clock = FakeKafka(), Clock()
    mine = account(kafka, clock)
    await mine.settle(Polled(wait_seconds=1), NOW_MS)
    await mine.settle(Polled(wait_seconds=1, problem=BROKEN), NOW_MS + 1_000)
    assert (mine.state.last_attempt_at, mine.state.last_success_at, mine.state.problem) == (
        instants.from_ms(NOW_MS + 1_000),
        instants.from_ms(NOW_MS),
        BROKEN,
    )
    rejected = reject(PLACE, None, "too-large", "2,000 bytes")
    await mine.settle(Polled(items=(ONE, rejected), memory={}, wait_seconds=1), NOW_MS + 2_000)
    assert (mine.state.articles, mine.state.last_success_at) == (1, instants.from_ms(NOW_MS + 2_000))
    assert mine.state.problem == Problem(
        code="rejected-items", message="1 of 2 items rejected, the first: too-large: 2,000 bytes"
    )
    await mine.settle(Polled(wait_seconds=1), NOW_MS + 3_000)
    assert mine.state.problem is None
