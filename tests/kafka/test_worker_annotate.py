"""The real stages in real workers: every input accounted for, whatever happens to the worker or stands in the message."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import codec
from pipeline.records import Article
from pipeline.settings import Settings
from pipeline.stages.annotate import annotate
from pipeline.topics import ARTICLES, BACKFILL, CURRENT, DEAD_LETTERS, EVENTS, OUTCOMES, TOPICS
from tests.kafka.worker_world import ROOT, World
from tests.processes import eventually

pytestmark = pytest.mark.kafka

BIN = Path(sys.executable).parent
PLACES = ("Libya", "Syria", "Yemen", "Sudan", "Ukraine", "Mali", "Iraq", "Somalia", "Cyprus", "Georgia")


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    command = (str(BIN / "tickertape"), "worker")
    with World(settings, tmp_path, command, TOPICS, (ARTICLES, BACKFILL), OUTCOMES) as made:
        yield made


def article(number: int) -> Article:
    place, other = PLACES[number % 10], PLACES[number // 10 % 10]
    text = (
        f"Turkey and Russia postponed talks on {place} on Sunday. "
        f"Rebels attacked an army convoy in {other}, killing {number + 2} soldiers."
    )
    return Article(provider="test", guid=str(number), text=text, published_at="2024-06-16T08:00:00Z", language="en")


def record(one: Article) -> tuple[bytes, bytes]:
    return one.key.encode(), codec.encode(one)


def events(world: World) -> dict[str, set[bytes | None]]:
    """The values of each published event, by its CloudEvents id."""
    found: dict[str, set[bytes | None]] = {}
    for message in world.read(EVENTS):
        found.setdefault(codec.decode(message.value or b"")["id"], set()).add(message.value)
    return found


def expected_ids(articles: list[Article], settings: Settings) -> set[str]:
    """What an undisturbed run publishes: the first revision of everything that is in the articles."""
    return {f"{event.event_id}.1" for found in annotate(articles, settings) for event in found.events}


def balanced(world: World) -> bool:
    """What `tickertape doctor --audit` says."""
    env = {"TICKERTAPE_BROKERS": world.settings.brokers, "TICKERTAPE_TOPIC_PREFIX": world.settings.topic_prefix}
    done = subprocess.run([BIN / "tickertape", "doctor", "--audit", "--json"], env=env, cwd=ROOT, capture_output=True)
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = codec.decode(done.stdout)
    return bool(answer["balanced"])


def test_killed_with_500_articles_on_their_way_and_started_again(world: World) -> None:
    """0 lost; the event ids are those of an undisturbed run; what is repeated is repeated to the byte."""
    articles = [article(number) for number in range(500)]
    worker = world.start(window_articles=1000)
    worker.ready()
    world.feed(map(record, articles))
    eventually(lambda: len(world.outcomes()) > 20, "the first outcomes")
    assert worker.kill() == []
    assert len(set(world.places())) == 500
    assert world.lag("annotate") > 0
    again = world.start()
    again.ready()
    world.drained("annotate")
    again.stop()
    assert max(world.accounted().values()) <= 2
    assert {outcome["outcome"] for outcome in world.outcomes()} == {"events"}
    published = events(world)
    assert set(published) == expected_ids(articles, world.settings)
    assert all(len(values) == 1 for values in published.values())
    assert balanced(world)


ODD: list[tuple[bytes | None, bytes | None, str, str | None]] = [
    (b"test|json", b'{"provider": "test",', "dead-letter", "invalid-json"),
    (b"test|types", b'{"provider": 1, "guid": [], "text": null}', "dead-letter", "invalid-record"),
    (b"test|list", b"[]", "dead-letter", "invalid-record"),
    (b"test|utf8", b'{"provider": "test", "guid": "utf8", "text": "\xff\xfe"}', "dead-letter", "invalid-utf8"),
    (b"test|null", None, "dead-letter", "null-value"),
    (b"test|nothing", b"", "dead-letter", "invalid-json"),
    (b"test|deep", b"[" * 100_000, "dead-letter", "invalid-json"),
    (b"test|other", record(article(0))[1], "dead-letter", "key-mismatch"),
    (None, record(article(1))[1], "dead-letter", "key-mismatch"),
    (*record(Article(provider="test", guid="empty", text="")), "skipped", "empty-text"),
    (*record(Article(provider="test", guid="large", text="All was quiet. " * 350_000)), "no-event", None),
    (*record(Article(provider="test", guid="runs", text="(" * 100_000 + "!" * 100_000)), "no-event", None),
]


def test_odd_messages_have_an_outcome_and_their_neighbours_do_not_notice(world: World) -> None:
    """Malformed, mistyped, not UTF-8, empty, 5 MB, a tombstone, runs that spaCy's tokenizer takes seconds for."""
    good = [article(number) for number in range(100, 110)]
    world.feed([*map(record, good[:5]), *((key, value) for key, value, _, _ in ODD), *map(record, good[5:])])
    worker = world.start(article_chars=20_000)
    worker.ready()
    world.drained("annotate")
    worker.stop()
    assert set(world.accounted().values()) == {1}
    found = sorted((one["outcome"], (one["problem"] or {}).get("code") or "") for one in world.outcomes())
    wanted = [(outcome, code or "") for _, _, outcome, code in ODD] + [("events", "")] * 10
    assert found == sorted(wanted)
    assert len(world.read(DEAD_LETTERS)) == sum(outcome == "dead-letter" for _, _, outcome, _ in ODD)
    assert set(events(world)) == expected_ids(good, world.settings)
    assert balanced(world)


def test_fausts_own_command_line_runs_the_annotate_stage(world: World) -> None:
    """`faust -A pipeline.worker worker`, for those who know Faust; it opens no port."""
    world.command = (str(BIN / "faust"), "-A", "pipeline.worker", "worker", "-l", "info")
    articles = [article(number) for number in range(5)]
    world.feed(map(record, articles))
    worker = world.start()
    eventually(lambda: len(world.outcomes()) == 5, "the outcomes")
    worker.stop()
    assert set(events(world)) == expected_ids(articles, world.settings)


def test_only_the_named_stage_runs(world: World) -> None:
    """First the one, then the other, each with its own offsets."""
    world.feed([record(article(1))])
    worker = world.start("annotate")
    worker.ready()
    world.drained("annotate")
    worker.stop()
    assert world.read(CURRENT) == []
    worker = world.start("route")
    worker.ready()
    world.feed([record(article(2))])
    eventually(lambda: len(world.read(CURRENT)) == len(world.read(EVENTS)), "the routed events")
    worker.stop()
    assert world.lag("annotate") == 1
