"""How librdkafka is told to reach Kafka, and what its errors mean to us; tests/kafka/test_producer.py: what it does."""

from typing import Any

import pytest
from confluent_kafka import KafkaError

from pipeline.errors import BrokerError
from pipeline.settings import Settings
from pipeline.worker import producer
from pipeline.worker.deliver import Send
from pipeline.worker.producer import Producer, options

BROKERS = Settings(brokers="one:9092, two:9093")
RECORD = Send(topic="t", key=b"k", value=b"v")


def told(settings: Settings, *names: str) -> dict[str, Any]:
    """What is said of these, of those that are said at all."""
    return {name: value for name, value in options(settings).items() if name.startswith(names)}


def test_it_is_idempotent_and_chooses_partitions_as_kafkas_own_clients() -> None:
    wanted = {"bootstrap.servers": "one:9092,two:9093", "enable.idempotence": True, "partitioner": "murmur2_random"}
    assert told(BROKERS, *wanted) == wanted


def test_without_security_nothing_is_said_of_it() -> None:
    assert told(BROKERS, "security", "ssl", "sasl") == {"security.protocol": "PLAINTEXT"}


def test_security_is_as_the_settings_say() -> None:
    settings = Settings(
        brokers="b:1", security_protocol="SASL_SSL", sasl_username="user", sasl_password="secret", ssl_cafile="ca.pem"
    )
    assert told(settings, "security", "ssl", "sasl") == {
        "security.protocol": "SASL_SSL",
        "ssl.ca.location": "ca.pem",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": "user",
        "sasl.password": "secret",
    }


def test_mutual_tls() -> None:
    settings = Settings(brokers="b:1", security_protocol="SSL", ssl_certfile="own.pem", ssl_keyfile="own.key")
    assert told(settings, "ssl", "sasl") == {"ssl.certificate.location": "own.pem", "ssl.key.location": "own.key"}


async def test_a_certificate_that_is_not_there_is_told_at_the_start() -> None:
    with pytest.raises(BrokerError, match="ssl.ca.location"):
        Producer(Settings(brokers="b:1", security_protocol="SSL", ssl_cafile="nowhere.pem"))


async def test_kafka_that_is_gone_is_a_bad_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing listens at the port: no record is refused, and none is waited for beyond the limit."""
    monkeypatch.setattr(producer, "DELIVERY_SECONDS", 0.2)
    made = Producer(Settings(brokers="127.0.0.1:1"))
    try:
        with pytest.raises(BrokerError, match="did not take a record for t"):
            await made.send_all([RECORD])
        with pytest.raises(BrokerError, match="did not take a record for t"):
            await made.send_alone(RECORD)
        assert await made.send_all([]) == []
    finally:
        await made.stop()


@pytest.mark.parametrize("code", sorted(producer.REFUSALS))
def test_what_kafka_says_about_a_record(code: int) -> None:
    assert producer._is_refused(RECORD, KafkaError(code))


@pytest.mark.parametrize("code", [KafkaError._MSG_TIMED_OUT, KafkaError._FATAL, KafkaError.TOPIC_AUTHORIZATION_FAILED])
def test_what_it_says_about_itself(code: int) -> None:
    with pytest.raises(BrokerError, match="for t: "):
        producer._is_refused(RECORD, KafkaError(code))


def test_no_error_is_no_refusal() -> None:
    assert not producer._is_refused(RECORD, None)
