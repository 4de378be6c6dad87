"""One real Kafka for all tests of this folder; each test has topics of its own by its prefix."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from pipeline.broker.embedded import EmbeddedBroker
from pipeline.settings import Settings


@pytest.fixture(scope="session")
def kafka() -> Iterator[EmbeddedBroker]:
    """A running broker that nobody else has."""
    with EmbeddedBroker.temporary(Settings.from_env()) as broker:
        yield broker


@pytest.fixture
def topic_prefix() -> str:
    """Put before topics and groups, so that tests do not see each other's."""
    return f"test-{uuid4().hex[:8]}."


@pytest.fixture
def settings(kafka: EmbeddedBroker, topic_prefix: str) -> Settings:
    """Settings that lead to that broker, three partitions a topic."""
    return replace(Settings.from_env(), brokers=kafka.bootstrap, topic_prefix=topic_prefix, partitions=3)
