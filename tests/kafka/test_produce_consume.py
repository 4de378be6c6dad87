"""What is produced is read back whole, and what is not confirmed is an error."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from threading import Thread
from typing import Any

import pytest
from kafka import KafkaProducer

from pipeline.broker import produce
from pipeline.broker.admin import apply_topics
from pipeline.broker.client import options
from pipeline.broker.consume import Start, consume
from pipeline.broker.kraft import free_ports
from pipeline.broker.offsets import Lag, begin_offsets, end_offsets, group_lag, group_offsets
from pipeline.broker.produce import connect, producing
from pipeline.errors import BrokerError
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.topics import CURRENT, EVENTS, Topic
from tests.processes import PATIENCE_SECONDS

pytestmark = pytest.mark.kafka


@pytest.fixture
def topic(settings: Settings) -> str:
    """An empty topic of three partitions."""
    apply_topics(settings, [EVENTS])
    return settings.topic_prefix + EVENTS.name


def fill(settings: Settings, topic: str, count: int, compression: str | None = None) -> None:
    """Records 0 … count - 1, spread over the partitions by their keys."""
    with producing(settings, compression) as producer:
        for number in range(count):
            producer.produce(topic, b"key-%d" % number, b"value-%d" % number, [("n", b"%d" % number)])
    assert producer.confirmed == count


def numbers(messages: Iterator[Message]) -> list[int]:
    """Which records these are."""
    return sorted(int((message.value or b"").removeprefix(b"value-")) for message in messages)


@pytest.mark.parametrize("compression", [None, "gzip", "lz4", "zstd"])
def test_records_come_back_whole(settings: Settings, topic: str, compression: str | None) -> None:
    fill(settings, topic, 300, compression)
    messages = list(consume(settings, [topic]))
    assert numbers(iter(messages)) == list(range(300))
    for message in messages:
        number = (message.value or b"").removeprefix(b"value-")
        assert message == Message(
            topic=topic,
            partition=message.partition,
            offset=message.offset,
            timestamp_ms=message.timestamp_ms,
            key=b"key-" + number,
            value=b"value-" + number,
            headers=(("n", number),),
        )
        assert message.timestamp_ms > 0


def test_each_partition_is_read_in_order_and_dense(settings: Settings, topic: str) -> None:
    fill(settings, topic, 100)
    messages = list(consume(settings, [topic]))
    for partition in range(3):
        offsets = [message.offset for message in messages if message.partition == partition]
        assert offsets == list(range(len(offsets)))


def test_tombstones_and_missing_keys_survive(settings: Settings, topic: str) -> None:
    with producing(settings) as producer:
        producer.produce(topic, b"gone", None)
        producer.produce(topic, None, b"")
    found = {(message.key, message.value) for message in consume(settings, [topic])}
    assert found == {(b"gone", None), (None, b"")}


def test_an_empty_topic_has_no_messages(settings: Settings, topic: str) -> None:
    assert list(consume(settings, [topic])) == []


def starts(settings: Settings, topic: str) -> dict[str, tuple[Start, list[int]]]:
    """Ways to start in a topic of ten records, and what they find."""
    messages = sorted(consume(settings, [topic]), key=lambda message: message.offset)
    by_partition = [message for message in messages if message.partition == messages[0].partition]
    skipped = numbers(iter(by_partition[:1]))
    return {
        "beginning": ("beginning", list(range(10))),
        "end": ("end", []),
        "time before": (messages[0].timestamp_ms - 60_000, list(range(10))),
        "time after": (max(message.timestamp_ms for message in messages) + 1, []),
        "offsets": (
            {(topic, by_partition[0].partition): by_partition[0].offset + 1},
            [number for number in range(10) if number not in skipped],
        ),
    }


def test_reading_starts_where_it_is_told_to(settings: Settings, topic: str) -> None:
    fill(settings, topic, 10)
    for name, (start, expected) in starts(settings, topic).items():
        assert numbers(consume(settings, [topic], start)) == expected, name


def test_reading_ends_at_the_end_as_it_was_at_the_start(settings: Settings, topic: str) -> None:
    fill(settings, topic, 5)
    reading = consume(settings, [topic])
    first = next(reading)
    fill(settings, topic, 5)
    assert numbers(iter([first, *reading])) == list(range(5))


def test_two_topics_are_read_together(settings: Settings, topic: str) -> None:
    apply_topics(settings, [CURRENT])
    other = settings.topic_prefix + CURRENT.name
    fill(settings, topic, 3)
    fill(settings, other, 4)
    found = [message.topic for message in consume(settings, [topic, other, topic])]
    assert (found.count(topic), found.count(other)) == (3, 4)


def test_following_sees_what_comes_later(settings: Settings, topic: str) -> None:
    following = consume(settings, [topic], "beginning", follow=True)
    fill(settings, topic, 3)
    assert numbers(islice(following, 3)) == [0, 1, 2]
    later = Thread(target=fill, args=(settings, topic, 2))
    later.start()
    assert numbers(islice(following, 2)) == [0, 1]
    later.join()
    following.close()  # type: ignore[attr-defined]


def test_following_sees_added_partitions(settings: Settings, topic: str) -> None:
    """Sixty keys reach every one of six partitions: what is in the new ones is not missed."""
    following = consume(settings, [topic], follow=True)
    fill(settings, topic, 1)
    assert numbers(islice(following, 1)) == [0]
    wider = replace(settings, partitions=6)
    apply_topics(wider, [EVENTS])
    fill(wider, topic, 60)
    found = list(islice(following, 60))
    assert {message.partition for message in found} == {0, 1, 2, 3, 4, 5}
    assert numbers(iter(found)) == list(range(60))
    following.close()  # type: ignore[attr-defined]


def transactional(settings: Settings) -> Any:
    """A producer with transactions, which ours has not."""
    producer = KafkaProducer(**options(settings), transactional_id=settings.topic_prefix + "t")
    producer.init_transactions()
    return producer


def test_aborted_transactions_are_not_shown_and_their_markers_do_not_stall(settings: Settings, topic: str) -> None:
    producer = transactional(settings)
    for value, is_kept in ((b"value-1", True), (b"value-2", False), (b"value-3", True), (b"value-4", False)):
        producer.begin_transaction()
        producer.send(topic, key=b"key", value=value, partition=0)
        producer.flush()
        if is_kept:
            producer.commit_transaction()
        else:
            producer.abort_transaction()
    producer.close()
    assert numbers(consume(settings, [topic])) == [1, 3]


def test_what_is_too_large_fails_alone(settings: Settings, topic: str) -> None:
    producer = connect(settings)
    sizes = (10, EVENTS.max_message_bytes + 1, 20, 17_000_000, 30)
    for size in sizes:
        producer.produce(topic, b"%d" % size, b"x" * size)
    with pytest.raises(BrokerError, match="2 of 5 records were not confirmed, the first to .*4194304"):
        producer.close()
    assert [failure.key for failure in producer.failures] == [b"4194305", b"17000000"]
    assert producer.confirmed == 3
    assert sorted(len(message.value or b"") for message in consume(settings, [topic])) == [10, 20, 30]


def test_a_record_of_exactly_the_limit_goes_through(settings: Settings) -> None:
    small = Topic(name="small", key="k", schema="-", max_message_bytes=1000)
    apply_topics(settings, [small])
    topic = settings.topic_prefix + small.name
    producer = connect(settings)
    for size in range(880, 1001, 10):
        producer.produce(topic, b"k", b"x" * size)
    with pytest.raises(BrokerError):
        producer.close()
    assert {failure.reason.split(", ")[1] for failure in producer.failures} == {
        "and the topic takes 1000 (max.message.bytes)"
    }
    assert len(list(consume(settings, [topic]))) == producer.confirmed > 0


def test_outstanding_records_are_bounded(settings: Settings, topic: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(produce, "MAX_OUTSTANDING", 10)
    with producing(settings) as producer:
        for number in range(100):
            producer.produce(topic, b"%d" % number, b"")
            assert number + 1 - producer.confirmed <= 10
    assert producer.confirmed == 100


def test_a_block_that_raises_keeps_its_exception(settings: Settings, topic: str) -> None:
    with pytest.raises(ZeroDivisionError), producing(settings) as producer:
        producer.produce(topic, b"k", b"%d" % (1 // 0))


@pytest.mark.parametrize("missing", ["nobody.knows.this", "not allowed"])
def test_a_topic_that_is_not_there_is_an_error(settings: Settings, missing: str) -> None:
    with pytest.raises(BrokerError, match="tickertape topics apply"):
        next(consume(settings, [missing]))
    with pytest.raises(BrokerError, match="tickertape topics apply"), producing(settings) as producer:
        producer.produce(missing, b"k", b"v")


def test_no_broker_is_an_error_with_a_next_step() -> None:
    settings = Settings(brokers=free_ports().bootstrap)
    with pytest.raises(BrokerError, match="tickertape broker start"):
        connect(settings)
    with pytest.raises(BrokerError, match="tickertape broker start"):
        next(consume(settings, ["t"]))


@pytest.mark.parametrize("offset", [11, 1_000_000])
def test_offsets_beyond_the_log_are_an_error_not_a_jump(settings: Settings, topic: str, offset: int) -> None:
    fill(settings, topic, 10)
    with pytest.raises(BrokerError, match="reading"):
        next(consume(settings, [topic], {(topic, 0): offset}, follow=True))


# In a process of its own: kafka-python leaves a socket unclosed at every vain attempt to connect again.
DEATH_OF_THE_BROKER = """
from dataclasses import replace
from pipeline.broker import client, consume, produce
from pipeline.broker.admin import apply_topics
from pipeline.broker.embedded import EmbeddedBroker
from pipeline.errors import BrokerError
from pipeline.settings import Settings
from pipeline.topics import EVENTS

client.REQUEST_SECONDS = consume.REQUEST_SECONDS = 2.0
produce.DELIVERY_SECONDS = 3.0
with EmbeddedBroker.temporary(Settings.from_env()) as broker:
    settings = replace(Settings.from_env(), brokers=broker.bootstrap, partitions=1)
    apply_topics(settings, [EVENTS])
    producer = produce.connect(settings)
    producer.produce(EVENTS.name, b"kept", b"before")
    producer.flush()
    following = consume.consume(settings, [EVENTS.name], follow=True)
    print(next(following).value)
    broker.process.kill()
    broker.process.wait()
    producer.produce(EVENTS.name, b"lost", b"after")
    try:
        producer.close()
    except BrokerError as error:
        print("producer:", error)
    print([failure.key for failure in producer.failures])
    try:
        next(following)
    except BrokerError as error:
        print("consumer:", error)
"""


def test_a_broker_that_dies_fails_what_is_outstanding_and_those_who_follow() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", DEATH_OF_THE_BROKER],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=True,
    )
    first, producer, keys, consumer = ended.stdout.splitlines()
    assert (first, keys) == ("b'before'", "[b'lost']")
    assert producer.startswith("producer: 1 of 2 records were not confirmed, the first to news.events.v1: ")
    assert consumer.startswith("consumer: reading news.events.v1: ")


def test_offsets_of_a_topic(settings: Settings, topic: str) -> None:
    fill(settings, topic, 30)
    begins, ends = begin_offsets(settings, [topic]), end_offsets(settings, [topic, "nobody.knows.this"])
    assert begins == {(topic, partition): 0 for partition in range(3)}
    assert sum(ends.values()) == 30
    assert end_offsets(settings, []) == {}


def test_a_group_that_has_committed_nothing_lags_by_all(settings: Settings, topic: str) -> None:
    fill(settings, topic, 30)
    group = settings.topic_prefix + "group"
    assert group_offsets(settings, group) == {}
    lags = group_lag(settings, group, [topic])
    assert [(lag.partition, lag.committed) for lag in lags] == [(0, None), (1, None), (2, None)]
    assert sum(lag.lag for lag in lags) == 30


@pytest.mark.parametrize(
    ("committed", "begin", "end", "lag"), [(None, 0, 5, 5), (None, 3, 5, 2), (4, 0, 5, 1), (1, 3, 5, 2), (6, 0, 5, 0)]
)
def test_lag_counts_what_can_still_be_read(committed: int | None, begin: int, end: int, lag: int) -> None:
    assert Lag(topic="t", partition=0, committed=committed, begin=begin, end=end).lag == lag
