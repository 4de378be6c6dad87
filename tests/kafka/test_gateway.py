"""The gateway on a real Kafka: what is written there arrives once, whatever is killed in between."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest

from pipeline import codec
from pipeline.broker.admin import apply_topics
from pipeline.broker.produce import producing
from pipeline.gateway.server import Gateway
from pipeline.settings import Settings
from pipeline.topics import CURRENT, EVENTS
from tests.gateway.events import detected, name, retracted

pytestmark = pytest.mark.kafka


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    own = replace(settings, state_home=str(tmp_path))
    apply_topics(own)
    return own


def send(settings: Settings, *values: bytes, topic: str = EVENTS.name) -> None:
    """To the partitions of their articles, as the worker does."""
    with producing(settings) as producer:
        for value in values:
            producer.produce(settings.topic_prefix + topic, codec.decode(value)["partitionkey"].encode(), value)


@pytest.fixture
async def gateway(settings: Settings) -> AsyncIterator[Gateway]:
    made = Gateway(settings, "127.0.0.1:0")
    await made.start()
    yield made
    await made.close()


async def test_history_is_answered(settings: Settings, gateway: Gateway) -> None:
    """What stands in Kafka is listed, newest first."""
    send(settings, detected(1), detected(2), retracted(2, 2))
    async with aiohttp.ClientSession(gateway.url) as client:
        for path in (
            "/",
            "/v1/events",
            "/v1/facets",
            "/v1/health",
            "/v1/events.csv",
            "/v1/events.atom",
            "/metrics",
            f"/v1/events/{name(2)}",
            "/v1/articles/test%7C2",
        ):
            async with client.get(path) as answer:
                print(path, answer.status, (await answer.text())[:1500])
