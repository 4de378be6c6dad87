"""Where Kafka is, how to get in, and what its exceptions become."""

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from kafka.errors import (
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    SaslAuthenticationFailedError,
    UnknownError,
    UnknownTopicOrPartitionError,
)

from pipeline.broker import client
from pipeline.broker.kraft import free_ports
from pipeline.errors import BrokerError
from pipeline.settings import Settings


@pytest.fixture
def listener() -> Any:
    """The address of something that takes connections."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def test_settings_come_before_the_embedded_broker(tmp_path: Path) -> None:
    assert client.bootstrap(Settings(brokers="a:1,b:2", state_home=str(tmp_path))) == "a:1,b:2"


def test_no_kafka_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(BrokerError, match="set TICKERTAPE_BROKERS or run `tickertape broker start`"):
        client.bootstrap(Settings(state_home=str(tmp_path)))


@pytest.mark.parametrize("brokers", ["nonsense", "host:", ":9092", "host:port", "good:1,bad", "host:99999999"])
def test_servers_that_cannot_be_meant_are_refused(brokers: str) -> None:
    with pytest.raises(BrokerError, match=r"is not host:port|no Kafka at"):
        client.options(Settings(brokers=brokers))


def test_nobody_listening_is_said_with_the_address() -> None:
    address = free_ports().bootstrap
    with pytest.raises(BrokerError, match=rf"no Kafka at {address} .*tickertape broker start"):
        client.options(Settings(brokers=address))


def test_one_listening_server_is_enough(listener: str) -> None:
    dead = free_ports().bootstrap
    assert client.options(Settings(brokers=f"{dead}, {listener}"))["bootstrap_servers"] == [dead, listener]


def test_plaintext_needs_no_secrets(listener: str) -> None:
    found = client.options(Settings(brokers=listener))
    assert found == {
        "bootstrap_servers": [listener],
        "client_id": "tickertape",
        "security_protocol": "PLAINTEXT",
        "bootstrap_timeout_ms": 8000,
        "request_timeout_ms": 30000,
        "reconnect_backoff_max_ms": 2000,
    }


def test_tls_and_sasl_go_through(listener: str) -> None:
    secure = Settings(
        brokers=listener, security_protocol="SASL_SSL", ssl_cafile="ca.pem", sasl_mechanism="SCRAM-SHA-256",
        sasl_username="reader", sasl_password="secret",
    )  # fmt: skip
    found = client.options(secure)
    assert {key: value for key, value in found.items() if key.startswith(("s",)) and key != "security_protocol"} == {
        "ssl_cafile": "ca.pem",
        "ssl_certfile": None,
        "ssl_keyfile": None,
        "sasl_mechanism": "SCRAM-SHA-256",
        "sasl_plain_username": "reader",
        "sasl_plain_password": "secret",
    }
    assert "sasl_mechanism" not in client.options(replace(secure, security_protocol="SSL"))


@pytest.mark.parametrize(
    ("error", "step"),
    [
        (KafkaTimeoutError("late"), "broker start"),
        (SaslAuthenticationFailedError("no"), "TICKERTAPE_SASL_USERNAME"),
        (UnknownTopicOrPartitionError(), "topics apply"),
        (MessageSizeTooLargeError(), "max.message.bytes"),
        (FileNotFoundError("ca.pem"), "TICKERTAPE_SSL_CAFILE"),
    ],
)
def test_kafka_exceptions_become_ours_with_a_next_step(error: Exception, step: str) -> None:
    with pytest.raises(BrokerError, match=rf"^reading x: .*{step}") as caught, client.kafka_errors("reading x"):
        raise error
    assert caught.value.__cause__ is error


def test_an_unknown_kafka_exception_is_still_ours() -> None:
    with pytest.raises(BrokerError, match="reading x: .*odd"), client.kafka_errors("reading x"):
        raise UnknownError("odd")


def test_a_bug_of_ours_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError), client.kafka_errors("reading x"):
        raise ZeroDivisionError
