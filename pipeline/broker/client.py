"""How we reach Kafka: which servers, with what security, and what its client's exceptions mean to us."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kafka.errors import (
    KafkaConfigurationError,
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    SaslAuthenticationFailedError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from pipeline.broker import state
from pipeline.errors import BrokerError
from pipeline.settings import Settings

CLIENT_ID = "tickertape"
# A broker that is there answers in milliseconds; one that is not should be reported while the user still looks.
CONNECT_SECONDS = 5.0
BOOTSTRAP_SECONDS = 8.0
REQUEST_SECONDS = 30.0
# kafka-python's own 30 s kept a record waiting for 20 s after a killed broker was back; with 2 s it was half a second.
RECONNECT_SECONDS = 2.0

NEXT_STEPS: tuple[tuple[type[Exception], str], ...] = (
    (KafkaTimeoutError, "is it running? Set TICKERTAPE_BROKERS or run `tickertape broker start`"),
    (SaslAuthenticationFailedError, "check TICKERTAPE_SASL_USERNAME, its password and TICKERTAPE_SASL_MECHANISM"),
    (TopicAuthorizationFailedError, "grant this user access to the topic"),
    (UnknownTopicOrPartitionError, "run `tickertape topics apply`"),
    (MessageSizeTooLargeError, "run `tickertape topics apply`: the topic's max.message.bytes is too small"),
    (KafkaConfigurationError, "check the TICKERTAPE_ settings (deploy/env.example)"),
    (OSError, "check the TLS files of TICKERTAPE_SSL_CAFILE, _CERTFILE and _KEYFILE"),
)


def bootstrap(settings: Settings) -> str:
    """The bootstrap servers: those of the settings, else the embedded broker's.

    Raises BrokerError when there are neither, EmbeddedBrokerError when the state file is damaged.
    """
    if settings.brokers:
        return settings.brokers
    running = state.running(settings.state_path)
    if running is None:
        raise BrokerError("no Kafka: set TICKERTAPE_BROKERS or run `tickertape broker start`")
    return running.bootstrap


def options(settings: Settings) -> dict[str, Any]:
    """kafka-python's keyword arguments that every kind of client shares. Raises BrokerError when nobody listens."""
    values: dict[str, Any] = {
        "bootstrap_servers": _listening(bootstrap(settings)),
        "client_id": CLIENT_ID,
        "security_protocol": settings.security_protocol,
        "bootstrap_timeout_ms": int(BOOTSTRAP_SECONDS * 1000),
        "request_timeout_ms": int(REQUEST_SECONDS * 1000),
        "reconnect_backoff_max_ms": int(RECONNECT_SECONDS * 1000),
    }
    if "SSL" in settings.security_protocol:
        names = ("ssl_cafile", "ssl_certfile", "ssl_keyfile")
        values |= {name: getattr(settings, name) or None for name in names}
    if settings.security_protocol.startswith("SASL"):
        values |= {
            "sasl_mechanism": settings.sasl_mechanism,
            "sasl_plain_username": settings.sasl_username,
            "sasl_plain_password": settings.sasl_password,
        }
    return values


def _listening(servers: str) -> list[str]:
    """The servers, one of which at least takes a connection.

    kafka-python itself would try for BOOTSTRAP_SECONDS, and leave sockets open when it gives up.
    """
    refusals = []
    for server in servers.split(","):
        host, _, port = server.strip().rpartition(":")
        if not host or not port.isdigit():
            raise BrokerError(f"TICKERTAPE_BROKERS: {server!r} is not host:port")
        try:
            socket.create_connection((host.strip("[]"), int(port)), timeout=CONNECT_SECONDS).close()
        except (OSError, OverflowError) as error:
            refusals.append(f"{server} ({error})")
        else:
            return [each.strip() for each in servers.split(",")]
    raise BrokerError(
        f"no Kafka at {', '.join(refusals)}: is it running? Check TICKERTAPE_BROKERS or run `tickertape broker start`"
    )


@contextmanager
def kafka_errors(doing: str) -> Iterator[None]:
    """Turns kafka-python's exceptions into BrokerError; `doing` starts the message: "reading news.events.v1"."""
    try:
        yield
    except (KafkaError, OSError) as error:
        raise BrokerError(f"{doing}: {describe(error)}") from error


def describe(error: Exception) -> str:
    """What an exception says, and the next step where we know one."""
    said = str(error) or type(error).__name__
    for kind, step in NEXT_STEPS:
        if isinstance(error, kind):
            return f"{said}; {step}"
    return said
