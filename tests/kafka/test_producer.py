"""The worker's producer beside a real Kafka: what it takes stands where other clients would have put it."""

from collections.abc import AsyncIterator
from random import Random

import pytest

from pipeline.broker.admin import apply_topics
from pipeline.broker.consume import consume
from pipeline.broker.produce import producing
from pipeline.errors import BrokerError
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.topics import EVENTS, OUTCOMES, Topic
from pipeline.worker.deliver import RefusedError, Send
from pipeline.worker.producer import Producer

pytestmark = pytest.mark.kafka

SMALL = Topic(name="test.small.v1", key="any", schema="none", max_message_bytes=1_000)
KEYS = [b"", b"reuters|1", "dpa|Größe".encode(), *(b"key %d" % number for number in range(60))]


@pytest.fixture
async def producer(settings: Settings) -> AsyncIterator[Producer]:
    apply_topics(settings, [EVENTS, OUTCOMES, SMALL])
    made = Producer(settings)
    yield made
    await made.stop()


def read(settings: Settings, topic: Topic) -> list[Message]:
    return list(consume(settings, [settings.topic_prefix + topic.name]))


async def test_a_key_is_where_other_clients_put_it(producer: Producer, settings: Settings) -> None:
    """A key's articles come from kafka-python and its outcomes from librdkafka: both hash with murmur2."""
    topic = settings.topic_prefix + EVENTS.name
    with producing(settings) as other:
        for key in KEYS:
            other.produce(topic, key, b"theirs")
    assert await producer.send_all([Send(topic=topic, key=key, value=b"ours") for key in KEYS]) == []
    placed = {value: set[tuple[bytes | None, int]]() for value in (b"theirs", b"ours")}
    for message in read(settings, EVENTS):
        placed[message.value or b""].add((message.key, message.partition))
    assert placed[b"ours"] == placed[b"theirs"]
    assert {key for key, _ in placed[b"ours"]} == set(KEYS)


async def test_records_come_back_whole(producer: Producer, settings: Settings) -> None:
    """Tombstones, empty values, headers, a partition that is said, the order in it."""
    topic = settings.topic_prefix + EVENTS.name
    headers = (("ce_id", b"1"), ("odd", b"\x00\xff"), ("ce_id", b""))
    sent = [
        Send(topic=topic, key=b"a", value=None, partition=2),
        Send(topic=topic, key=b"b", value=b"", partition=2, headers=headers),
        Send(topic=topic, key=None, value=b"x" * 100_000, partition=2),
    ]
    assert await producer.send_all(sent) == []
    found = read(settings, EVENTS)
    assert [(one.partition, one.key, one.value, one.headers) for one in found] == [
        (one.partition, one.key, one.value, one.headers) for one in sent
    ]


async def test_a_refused_record_and_those_of_other_partitions(producer: Producer, settings: Settings) -> None:
    """What is too large for its topic fails with its batch; the others of it go through alone, it never does."""
    topic, other = (settings.topic_prefix + one.name for one in (SMALL, OUTCOMES))
    large = Send(topic=topic, key=b"large", value=Random(3).randbytes(2_000), partition=0)
    small = [Send(topic=topic, key=b"small", value=b"%d" % number, partition=0) for number in range(3)]
    fine = [Send(topic=other, key=b"fine", value=b"%d" % number) for number in range(3)]
    failed = await producer.send_all([*small, large, *fine])
    assert large in failed
    assert not set(failed) & set(fine)
    for one in failed:
        if one != large:
            await producer.send_alone(one)
    with pytest.raises(RefusedError, match=r"test\.small\.v1"):
        await producer.send_alone(large)
    assert await producer.send_all(small) == []
    assert sorted(one.value or b"" for one in read(settings, SMALL)) == sorted([b"0", b"1", b"2"] * 2)
    assert [one.value for one in read(settings, OUTCOMES)] == [b"0", b"1", b"2"]


async def test_a_partition_that_is_not_there(producer: Producer, settings: Settings) -> None:
    record = Send(topic=settings.topic_prefix + EVENTS.name, key=b"k", value=b"v", partition=99)
    with pytest.raises(BrokerError, match="did not take a record"):
        await producer.send_all([record])
