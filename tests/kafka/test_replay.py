"""`tickertape replay` on a real Kafka: killed and repeated it sends the rest, and events come out as if nothing had been."""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline import codec, instants
from pipeline.broker.admin import apply_topics
from pipeline.broker.consume import consume
from pipeline.broker.offsets import end_offsets
from pipeline.broker.produce import producing
from pipeline.cli import main
from pipeline.records import Article, Message
from pipeline.replay.pace import CHUNK
from pipeline.settings import Settings
from pipeline.stages.annotate import ANNOTATE
from pipeline.stages.route import ROUTE
from pipeline.topics import ARTICLES, BACKFILL, CURRENT, OUTCOMES, TOPICS, Topic
from tests.builders import AMBUSH, QUIET, TALKS
from tests.driver import Driver
from tests.kafka.worker_world import World
from tests.processes import eventually, running

pytestmark = pytest.mark.kafka
TEXTS = (TALKS, QUIET, AMBUSH)
DAY = "2020-01-14T00:00:00Z"


def variables(settings: Settings, folder: Path) -> dict[str, str]:
    return {
        "TICKERTAPE_BROKERS": settings.brokers, "TICKERTAPE_TOPIC_PREFIX": settings.topic_prefix,
        "TICKERTAPE_STATE_HOME": str(folder / "state"),
    }  # fmt: skip


def run(settings: Settings, folder: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["replay", *words], env=variables(settings, folder))


def ran(settings: Settings, folder: Path, *words: str) -> dict[str, Any]:
    """What a run that went well says of itself."""
    done = run(settings, folder, *words, "--json")
    assert done.exit_code == 0, done.output
    said: dict[str, Any] = codec.decode(done.stdout.encode())
    return said


def archive(folder: Path, count: int, per_file: int = 1_000) -> Path:
    """JSON Lines files of `count` distinct articles."""
    root = folder / "archive"
    root.mkdir()
    for start in range(0, count, per_file):
        lines = [
            codec.encode({"id": str(number), "text": f"{TEXTS[number % 3]} Bulletin {number}.", "published_at": DAY})
            for number in range(start, min(start + per_file, count))
        ]
        (root / f"{start:06}.jsonl").write_bytes(b"\n".join(lines))
    return root


def records(settings: Settings, topic: Topic) -> list[Message]:
    return list(consume(settings, [settings.topic_prefix + topic.name]))


def sent(settings: Settings) -> int:
    """How many articles are in the backfill topic."""
    return sum(end_offsets(settings, [settings.topic_prefix + BACKFILL.name]).values())


def start(settings: Settings, folder: Path, *words: str) -> AbstractContextManager["subprocess.Popen[bytes]"]:
    command = [str(Path(sys.executable).parent / "tickertape"), "replay", *words]
    return running(command, env={**os.environ, **variables(settings, folder)}, stdout=subprocess.DEVNULL)


def killed_thrice(settings: Settings, folder: Path, *words: str) -> None:
    """The same command, each time killed when it has sent something more."""
    for _ in range(3):
        before = sent(settings)
        with start(settings, folder, *words) as process:
            while sent(settings) == before:
                assert process.poll() is None, "it ended before it could be killed"
                time.sleep(0.02)
            process.kill()


def test_killed_three_times_it_skips_nothing_and_repeats_little(settings: Settings, tmp_path: Path) -> None:
    apply_topics(settings)
    root = archive(tmp_path, 6_000)
    killed_thrice(settings, tmp_path, str(root), "--rate", "1000", "--max-lag", "0")
    said = ran(settings, tmp_path, str(root), "--max-lag", "0")
    assert said["read"] == 6_000 == said["sent"] + said["sent_before"]
    times = Counter(message.key for message in records(settings, BACKFILL))
    assert set(times) == {b"archive|%d" % number for number in range(6_000)}
    assert times.total() <= 6_000 + 3 * CHUNK
    page = codec.decode(Path(said["manifest"]).read_bytes())
    assert (page["finished"], page["sent"], page["last"]["sent"]) == (True, 6_000, said["sent"])


def test_the_same_command_again_sends_only_what_is_new(settings: Settings, tmp_path: Path) -> None:
    """By content: the archive was renamed, grew, and had one article corrected."""
    apply_topics(settings)
    root = archive(tmp_path, 30, per_file=10)
    assert ran(settings, tmp_path, str(root))["sent"] == 30
    (root / "000000.jsonl").rename(root / "zzz.jsonl")
    (root / "more.jsonl").write_bytes(b'{"id":"30","text":"x"}\n{"id":"3","text":"corrected"}')
    said = ran(settings, tmp_path, str(root))
    assert (said["sent"], said["sent_before"]) == (2, 30)
    assert ran(settings, tmp_path, str(root), "--again")["sent"] == 32


def test_what_it_sends(settings: Settings, tmp_path: Path) -> None:
    """The article as the archive has it, and the run's name in it."""
    apply_topics(settings)
    root = archive(tmp_path, 1)
    said = ran(settings, tmp_path, str(root))
    (message,) = records(settings, BACKFILL)
    article = Article(
        provider="archive", guid="0", text=f"{TALKS} Bulletin 0.", published_at=DAY,
        replay_id=said["run"],
    )  # fmt: skip
    assert codec.decode_record(Article, message.value or b"") == article
    assert (message.key, message.headers) == (b"archive|0", ())


def test_rejects_are_kept_and_said(settings: Settings, tmp_path: Path) -> None:
    apply_topics(settings)
    root = archive(tmp_path, 2)
    (root / "bad.jsonl").write_bytes(b'{"id":"9","text":7}\n{')
    done = run(settings, tmp_path, str(root))
    assert done.exit_code == 1
    (folder,) = (tmp_path / "state" / "replay").iterdir()
    lines = [codec.decode(line) for line in (folder / "rejects.jsonl").read_bytes().splitlines()]
    assert [(Path(line["where"]).name, line["code"]) for line in lines] == [
        ("bad.jsonl:1", "invalid-record"), ("bad.jsonl:2", "invalid-json"),
    ]  # fmt: skip


def test_a_topic_from_a_time_on(settings: Settings, tmp_path: Path) -> None:
    """What Kafka took in before is not replayed; what is sent says `reprocess` when it should."""
    apply_topics(settings)
    articles = [Article(provider="p", guid=str(number), text="x") for number in range(6)]
    for part in (articles[:3], articles[3:]):
        with producing(settings) as producer:
            for article in part:
                producer.produce(settings.topic_prefix + ARTICLES.name, article.key.encode(), codec.encode(article))
        time.sleep(0.05)
    begun_ms = max(
        message.timestamp_ms for message in records(settings, ARTICLES) if message.key in (b"p|0", b"p|1", b"p|2")
    )
    after = instants.from_ms(begun_ms + 1)
    said = ran(settings, tmp_path, "--topic", "articles", "--from", after, "--reprocess")
    found = records(settings, BACKFILL)
    assert {message.key for message in found} == {b"p|3", b"p|4", b"p|5"}
    assert {message.headers for message in found} == {(("reprocess", said["run"].encode()),)}


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    command = (str(Path(sys.executable).parent / "tickertape"), "worker")
    with World(settings, tmp_path, command, TOPICS, (BACKFILL,), OUTCOMES) as made:
        yield made


def told(value: bytes | None) -> dict[str, Any]:
    """What an event says, without the time at which it was found."""
    data: dict[str, Any] = codec.decode(value or b"")["data"] | {"detected_at": None}
    return data


def view(settings: Settings) -> dict[str, dict[str, Any]]:
    """Events as they stand."""
    return {(message.key or b"").decode(): told(message.value) for message in records(settings, CURRENT)}


def test_outcomes_add_up_and_events_are_those_of_an_undisturbed_run(world: World, tmp_path: Path) -> None:
    """600 articles, the replay killed three times; the same articles in memory, where nothing happens to them."""
    root = archive(tmp_path, 600)
    worker = world.start()
    worker.ready()
    killed_thrice(world.settings, tmp_path, str(root), "--rate", "100")
    said = ran(world.settings, tmp_path, str(root), "--wait")
    assert sum(said["outcomes"].values()) == 600
    assert set(said["outcomes"]) <= {"events", "no-event", "unchanged"}
    world.drained("annotate")
    sent = {one.key: codec.decode_record(Article, one.value or b"") for one in records(world.settings, BACKFILL)}
    undisturbed = Driver(batch=16, stages=(ANNOTATE, ROUTE))
    undisturbed.pipe(*sent.values(), topic=BACKFILL)
    expected = {key: told(value) for key, value in undisturbed.view(CURRENT).items()}
    eventually(lambda: view(world.settings) == expected, "the events of an undisturbed run")
    worker.stop()
    world.accounted()
    assert len(expected) >= 400


def test_reprocessing_supersedes_and_does_not_double(world: World, tmp_path: Path) -> None:
    """Nothing changed in the model: every article is read again, and no event gets another revision."""
    root = archive(tmp_path, 9)
    worker = world.start()
    worker.ready()
    ran(world.settings, tmp_path, str(root), "--wait")
    before = view(world.settings)
    said = ran(world.settings, tmp_path, "--topic", "backfill", "--reprocess", "--wait")
    world.drained("annotate")
    worker.stop()
    assert said["outcomes"] == {"events": 6, "no-event": 3}
    assert {key: data["revision"] for key, data in view(world.settings).items()} == dict.fromkeys(before, 1)
