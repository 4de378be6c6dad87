"""What ends the runner. With a real Kafka: tests/kafka/test_ingest_run.py."""

from pathlib import Path

import pytest

from pipeline.errors import BrokerError
from pipeline.records import Article
from pipeline.settings import Settings
from pipeline.sources.live import runner
from pipeline.sources.live.account import Account, fresh
from pipeline.sources.live.base import Memory, Polled
from pipeline.sources.live.declared import Declarations
from pipeline.sources.live.schedule import Schedule
from tests.sources.live.fakes import NOW_MS, FakeKafka, here


class Steady:
    """A source that has one article a poll."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def poll(self, memory: Memory, now_ms: int) -> Polled:
        article = Article(provider=self.name, guid=str(now_ms), text="Rain.")
        return Polled(items=(article,), memory={"n": memory.get("n", 0) + 1}, wait_seconds=0.0)

    async def close(self) -> None:
        """Nothing is open."""


async def test_a_kafka_that_goes_away_ends_all_sources() -> None:
    """The exception of the first is the runner's."""
    kafka = FakeKafka(dies=7)
    world = runner.world(Settings(state_home="state"), Declarations(sources=()), here, kafka)
    followed = [
        (Steady(name), Account(fresh(name, "feed", NOW_MS), kafka, runner.clock_ms)) for name in ("a", "b", "c")
    ]
    with pytest.raises(BrokerError, match="gone"):
        await runner._follow(Schedule(runner.clock_ms), followed, world, 5.0)
    assert kafka.sends >= 7


def test_an_article_always_fits_its_topic() -> None:
    """However large TICKERTAPE_ARTICLE_BYTES is set."""
    world = runner.world(Settings(article_bytes=50_000_000), Declarations(sources=()), here, None)
    assert world.article_bytes < 8 * 1024 * 1024
    assert world.state_path == Path(Settings().state_home)
