"""One real Kafka for all faults that do not break it."""

from collections.abc import Iterator

import pytest

from pipeline.broker.embedded import EmbeddedBroker
from pipeline.settings import Settings


@pytest.fixture(scope="session")
def kafka() -> Iterator[EmbeddedBroker]:
    """A running broker that nobody else has."""
    with EmbeddedBroker.temporary(Settings.from_env()) as broker:
        yield broker
