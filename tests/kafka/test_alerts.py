"""Watch rules on the real broker: once for the event or the story, once for its end, nothing for a backfill, nothing twice."""

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
from pipeline.topics import ALERTS, ARTICLES, BACKFILL, DEAD_LETTERS, EVENTS, OUTCOMES, STORIES, TOPICS
from tests.builders import AMBUSH, TALKS, make_article
from tests.kafka.worker_world import ROOT, World
from tests.processes import PATIENCE_SECONDS, end, eventually

pytestmark = pytest.mark.kafka

RULES = """
channels: {screen: {type: stdout, json: true}}
rules:
  - {name: libya, when: {kind: ceasefire-*, country: Libya}, notify: screen}
  - {name: called-off, when: {kind: talks-postponed, country: Turkey, min_sources: 2}, notify: screen}
"""
ARTICLE = make_article(text="The two sides in Libya agreed on a ceasefire on Sunday.")
STAGES = ("annotate", "alerts")
OF_STORIES = ("annotate", "gather", "stories", "alerts")


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    command = (sys.executable, "-m", "pipeline", "worker")
    (tmp_path / "rules.yaml").write_text(RULES)
    with World(settings, tmp_path, command, TOPICS, (ARTICLES, BACKFILL), OUTCOMES) as made:
        yield made


def start(world: World, *stages: str) -> None:
    world.start(*(stages or STAGES), rules=world.folder / "rules.yaml", pool_workers=1).ready()


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


def told(world: World) -> list[tuple[str, str, str]]:
    """(rule, change, headline) of the alerts, each once."""
    alerts = [codec.decode(message.value or b"") for message in world.read_in_time(ALERTS)]
    return list(dict.fromkeys((one["rule"], one["change"], one["article"]["headline"]) for one in alerts))


def stories(world: World) -> dict[str | None, tuple[int, list[str]]]:
    """Articles and sources of each story that stands, by its headline."""
    last = {message.key: message.value for message in world.read_in_time(STORIES)}
    found = [codec.decode(value) for value in last.values() if value is not None]
    return {one["headline"]: (one["articles"], one["sources"]) for one in found}


def test_two_agencies_tell_a_story_and_three_copies_of_one_do_not(world: World) -> None:
    """The worker is killed between the alert and the article that is taken back; the one after it tells the end only."""
    copies = [
        make_article(provider=outlet, text=f"ANKARA, June 16 (Reuters) - {TALKS}", headline="Copied")
        for outlet in ("reuters", "daily", "herald")
    ]
    text = "Turkey and Egypt postponed a trade summit that was planned for Monday in Cairo."
    agencies = [make_article(provider=one, text=text, headline="Summit off") for one in ("afp", "ap")]
    start(world, *OF_STORIES)
    world.feed((one.key.encode(), codec.encode(one)) for one in (*copies, *agencies))
    eventually(lambda: stories(world) == {"Copied": (3, ["reuters"]), "Summit off": (2, ["afp", "ap"])}, "both stories")
    eventually(lambda: told(world) == [("called-off", "detected", "Summit off")], "the alert")
    world.workers[0].kill()
    start(world, *OF_STORIES)
    gone = replace(agencies[1], version="2", version_created_at="2024-06-16T12:00:00Z", text="", status="canceled")
    world.feed([(gone.key.encode(), codec.encode(gone))])
    wanted = [("called-off", "detected", "Summit off"), ("called-off", "retracted", None)]
    eventually(lambda: told(world) == wanted, "the retraction")
    last = make_article(provider="xinhua", text=AMBUSH, headline="Convoy attacked")
    world.feed([(last.key.encode(), codec.encode(last))])
    eventually(lambda: "Convoy attacked" in stories(world), "the article behind it")
    assert told(world) == wanted
    assert would_have_told(world) == [("called-off", "detected"), ("called-off", "retracted")]
    assert world.read(DEAD_LETTERS) == []


def would_have_told(world: World) -> list[tuple[str, str]]:
    """What `tickertape rules test` finds in the topics."""
    values = {"brokers": world.settings.brokers, "topic_prefix": world.settings.topic_prefix}
    env = {f"TICKERTAPE_{name.upper()}": value for name, value in values.items()}
    words = ("rules", "test", str(world.folder / "rules.yaml"), "--since", "1d", "--json")
    out = subprocess.run(
        [sys.executable, "-m", "pipeline", *words], env={**os.environ, **env}, cwd=ROOT, capture_output=True, check=True
    ).stdout
    return [(one["rule"], one["change"]) for one in map(codec.decode, out.splitlines())]
