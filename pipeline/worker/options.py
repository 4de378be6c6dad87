"""What Faust is told: its settings, where they differ from its defaults, and how to reach Kafka."""

import ssl
from typing import Any

import faust

from pipeline.broker.client import bootstrap
from pipeline.errors import SettingsError
from pipeline.settings import Settings

# A worker that dies is missed after this long; Faust's own 60 s would leave its partitions unread for a minute.
SESSION_SECONDS = 15.0
HEARTBEATS_PER_SESSION = 5
# Faust stops polling under back-pressure, and a member without partitions never polls: neither may be expelled for it.
MAX_POLL_SECONDS = 86_400.0
REBALANCE_GRACE_SECONDS = 35.0


def options(settings: Settings, session_seconds: float) -> dict[str, Any]:
    """Faust's settings. Raises SettingsError, BrokerError if no Kafka is known."""
    return {
        "broker": [f"kafka://{server.strip()}" for server in bootstrap(settings).split(",")],
        "broker_credentials": _credentials(settings),
        "broker_commit_interval": 1.0,
        "broker_session_timeout": session_seconds,
        "broker_heartbeat_interval": session_seconds / HEARTBEATS_PER_SESSION,
        # A rebalance waits for drains.
        "broker_rebalance_timeout": settings.drain_seconds + REBALANCE_GRACE_SECONDS,
        "broker_request_timeout": 40.0,
        "broker_max_poll_interval": MAX_POLL_SECONDS,
        # One loop hands over all topics: what does not fit a full buffer holds up the others. 95th percentile of live articles
        # beside a backfill ÷ without, by (poll, buffer): 219 (500, 64), 3.9 (12, 64), 1.1 (8, 256): tests/bench/backfill.py
        "broker_max_poll_records": 8,
        "consumer_auto_offset_reset": "earliest",
        # Added partitions are read within half a minute (Faust: five); the producer, which writes states there, knows them first.
        "consumer_metadata_max_age_ms": 30_000,
        "processing_guarantee": "at_least_once",
        # So many of each topic wait inside Faust, which stops to fetch at four fifths. A message may have 8 MiB; most have 2 KiB.
        "stream_buffer_maxsize": 256,
        "stream_publish_on_commit": False,
        "stream_wait_empty": True,
        "table_standby_replicas": 0,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "web_enabled": False,
        "autodiscover": False,
        "Worker": "pipeline.worker.process:Worker",
    }


def _credentials(settings: Settings) -> Any:
    """Faust's credentials, whose protocol is asserted: without a TLS context Faust silently takes SASL_PLAINTEXT."""
    protocol = settings.security_protocol
    if protocol == "PLAINTEXT":
        return None
    context = _tls(settings) if "SSL" in protocol else None
    credentials: Any
    if protocol == "SSL":
        credentials = faust.SSLCredentials(context=context)
    else:
        credentials = faust.SASLCredentials(
            username=settings.sasl_username,
            password=settings.sasl_password,
            mechanism=settings.sasl_mechanism,
            ssl_context=context,
        )
    if credentials.protocol.value != protocol:
        raise SettingsError(f"Faust would speak {credentials.protocol.value} instead of {protocol}")
    return credentials


def _tls(settings: Settings) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=settings.ssl_cafile or None)
        if settings.ssl_certfile:
            context.load_cert_chain(settings.ssl_certfile, settings.ssl_keyfile or None)
    except OSError as error:
        raise SettingsError(f"TLS files: {error}: check TICKERTAPE_SSL_CAFILE, _CERTFILE and _KEYFILE") from error
    return context
