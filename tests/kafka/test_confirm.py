"""Confirmed sends from an event loop, on a real Kafka."""

import asyncio

import pytest

from pipeline.broker.admin import apply_topics
from pipeline.broker.confirm import confirming
from pipeline.broker.consume import consume
from pipeline.broker.produce import Failure, Receipt
from pipeline.errors import BrokerError
from pipeline.records import Outgoing
from pipeline.settings import Settings
from pipeline.topics import SOURCE_STATE

pytestmark = pytest.mark.kafka
TOPIC = SOURCE_STATE


@pytest.fixture
def world(settings: Settings) -> Settings:
    apply_topics(settings, [TOPIC])
    return settings


def record(number: int, value: bytes = b"{}") -> Outgoing:
    return Outgoing(topic=TOPIC.name, key=b"key-%d" % number, value=value, headers=(("n", b"%d" % number),))


async def test_each_record_gets_the_receipt_of_where_it_stands(world: Settings) -> None:
    """Twenty senders at once; what a receipt names is the record that was sent."""
    async with confirming(world) as confirmer:
        found = await asyncio.gather(*(confirmer.send([record(2 * n), record(2 * n + 1)]) for n in range(20)))
    stands = {
        Receipt(topic=one.topic, partition=one.partition, offset=one.offset): one.key
        for one in consume(world, [world.topic_prefix + TOPIC.name])
    }
    receipts = [one for pair in found for one in pair]
    assert [stands[one] for one in receipts if isinstance(one, Receipt)] == [b"key-%d" % n for n in range(40)]


async def test_a_record_too_large_fails_alone(world: Settings) -> None:
    async with confirming(world) as confirmer:
        found = await confirmer.send([record(1), record(2, b"x" * (TOPIC.max_message_bytes + 1)), record(3)])
        after = await confirmer.send([record(4)])
    assert [type(one) for one in (*found, *after)] == [Receipt, Failure, Receipt, Receipt]
    assert isinstance(found[1], Failure)
    assert (found[1].key, "max.message.bytes" in found[1].reason) == (b"key-2", True)


async def test_a_topic_that_is_missing_is_said_with_the_next_command(settings: Settings) -> None:
    async with confirming(settings) as confirmer:
        with pytest.raises(BrokerError, match="tickertape topics apply"):
            await confirmer.send([record(1)])


async def test_a_sender_that_is_cancelled_harms_nobody(world: Settings) -> None:
    async with confirming(world) as confirmer:
        impatient = asyncio.create_task(confirmer.send([record(1)]))
        await asyncio.sleep(0)
        impatient.cancel()
        found = await confirmer.send([record(2)])
    assert [type(one) for one in found] == [Receipt]
