"""Watch rules on the real broker: once for the event, once for its end, nothing for a backfill, nothing twice."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline import codec
from pipeline.settings import Settings
from pipeline.topics import ALERTS, ARTICLES, BACKFILL, EVENTS, OUTCOMES, TOPICS
from tests.builders import make_article
from tests.kafka.worker_world import ROOT, World
from tests.processes import PATIENCE_SECONDS, end, eventually

pytestmark = pytest.mark.kafka

RULES = """
channels: {screen: {type: stdout, json: true}}
rules: [{name: libya, when: {kind: ceasefire-*, country: Libya}, notify: screen}]
"""
ARTICLE = make_article(text="The two sides in Libya agreed on a ceasefire on Sunday.")
STAGES = ("annotate", "alerts")


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    command = (sys.executable, "-m", "pipeline", "worker")
    (tmp_path / "rules.yaml").write_text(RULES)
    with World(settings, tmp_path, command, TOPICS, (ARTICLES, BACKFILL), OUTCOMES) as made:
        yield made


def start(world: World) -> None:
    world.start(*STAGES, rules=world.folder / "rules.yaml", pool_workers=1).ready()


class Courier:
    """`tickertape alerts run` as a process."""

    def __init__(self, world: World) -> None:
        values = {"brokers": world.settings.brokers, "topic_prefix": world.settings.topic_prefix}
        env = {f"TICKERTAPE_{name.upper()}": value for name, value in values.items()}
        self.out = world.folder / "told.jsonl"
        with self.out.open("a") as file, (world.folder / "courier.log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "pipeline", "alerts", "run", str(world.folder / "rules.yaml")],
                env={**os.environ, **env, "TICKERTAPE_STATE_HOME": str(world.folder)}, cwd=ROOT, stdout=file, stderr=log,
            )  # fmt: skip

    def told(self) -> list[tuple[str, str]]:
        lines = [line for line in self.out.read_text().splitlines() if line.startswith("{")]
        return [(one["rule"], one["change"]) for one in map(codec.decode, map(str.encode, lines))]

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


def test_a_ceasefire_in_libya(world: World) -> None:
    """The worker is killed after the alert, and the courier after each; both go on where they were."""
    first, last = ("libya", "detected"), ("libya", "retracted")
    key, value = ARTICLE.key.encode(), codec.encode(ARTICLE)
    old = replace(ARTICLE, guid="old")
    start(world)
    courier = Courier(world)
    try:
        world.feed([(old.key.encode(), codec.encode(old))], BACKFILL)
        world.drained("annotate")
        world.feed([(key, value), (key, value)])
        eventually(lambda: courier.told() == [first], "the alert")
        world.workers[0].kill()
        courier.end(signal.SIGKILL)
        start(world)
        courier = Courier(world)
        gone = replace(ARTICLE, version="2", text="", status="canceled")
        world.feed([(key, codec.encode(gone))])
        eventually(lambda: courier.told()[-1:] == [last], "the retraction")
        assert courier.end(signal.SIGTERM) == 0
    finally:
        end(courier.process)
    assert courier.told() == [first, last]
    changes = [codec.decode(message.value or b"")["change"] for message in world.read_in_time(ALERTS)]
    assert list(dict.fromkeys(changes)) == ["detected", "retracted"]
    assert len({message.value for message in world.read(ALERTS)}) == 2
    assert sum(b"detected" in (message.value or b"") for message in world.read(EVENTS)) >= 2
