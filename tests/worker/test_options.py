"""What Faust is told."""

import pytest

from pipeline.settings import Settings
from pipeline.worker.apps import create_app
from tests.worker.stages import POOLED


def test_a_stage_is_a_consumer_group_that_acknowledges_nothing_by_itself() -> None:
    app = create_app(POOLED, Settings(brokers="one:9092, two:9093", topic_prefix="p."))
    conf = app.conf
    assert conf.id == "p.tickertape-pooled"
    assert [str(url) for url in conf.broker] == ["kafka://one:9092", "kafka://two:9093"]
    assert (conf.web_enabled, conf.topic_allow_declare, conf.stream_wait_empty) == (False, False, True)
    assert sorted(topic for agent in app.agents.values() for topic in agent.channel.topics) == [
        "p.test.backfill.v1",
        "p.test.live.v1",
    ]


@pytest.mark.parametrize("protocol", ["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"])
def test_the_protocol_that_is_asked_for_is_the_one_that_is_spoken(protocol: str) -> None:
    """Faust would take SASL_PLAINTEXT for SASL_SSL without a TLS context."""
    settings = Settings(brokers="b:1", security_protocol=protocol, sasl_username="user", sasl_password="secret")
    credentials = create_app(POOLED, settings).conf.broker_credentials
    assert ("PLAINTEXT" if credentials is None else credentials.protocol.value) == protocol
