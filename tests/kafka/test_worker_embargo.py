"""Articles under embargo on a real Kafka: held, whatever happens to the worker, and out in their time, once."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline import codec, instants
from pipeline.records import Article
from pipeline.settings import Settings
from pipeline.topics import ARTICLES, BACKFILL, CURRENT, EVENTS, OUTCOMES, TOPICS
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


def article(guid: str, place: str, **changes: Any) -> Article:
    text = f"Turkey and Russia postponed talks on {place} on Sunday."
    made = {"text": text, "published_at": "2024-06-16T08:00:00Z", "language": "en"}
    return Article(provider="test", guid=guid, **(made | changes))


def feed(world: World, *articles: Article) -> None:
    world.feed((one.key.encode(), codec.encode(one)) for one in articles)


def tickertape(world: World, *words: str) -> str:
    """What a command says; it must succeed."""
    env = {"TICKERTAPE_BROKERS": world.settings.brokers, "TICKERTAPE_TOPIC_PREFIX": world.settings.topic_prefix}
    done = subprocess.run([BIN / "tickertape", *words], env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def outcomes(world: World) -> Counter[tuple[str, str]]:
    """How many inputs have which outcome and code, however often it was said."""
    said = {codec.encode(one["input"]): one for one in world.outcomes()}
    return Counter((one["outcome"], (one["problem"] or {"code": ""})["code"]) for one in said.values())


def view(world: World) -> dict[str, Any]:
    """The events that stand, by the guid of their article."""
    found: dict[str, Any] = {}
    for message in world.read(CURRENT):
        key = (message.key or b"").decode()
        found.pop(key, None)
        if message.value is not None:
            found[key] = codec.decode(message.value)["data"]
    assert len({event["article"]["guid"] for event in found.values()}) == len(found)
    return {event["article"]["guid"]: event for event in found.values()}


def soon(seconds: float) -> tuple[int, str]:
    """An instant that is not far, in epoch milliseconds and as a newsroom in Istanbul writes it."""
    at_ms = time.time_ns() // 1_000_000 + round(seconds * 1000)
    return at_ms, instants.from_ms(at_ms + 3 * 3_600_000).replace("Z", "+03:00")


def test_held_killed_and_released_in_time_once(world: World) -> None:
    """SIGKILL while they wait and again while they come out: none is early, lost or doubled, and the books balance."""
    world.start(pool_workers=1).ready()
    until_ms, until = soon(15)
    waiting = [article(str(number), place, embargo_until=until) for number, place in enumerate(PLACES)]
    feed(
        world,
        *waiting,
        article("corrected", "Niger", embargo_until=until),
        article("killed", "Chad", embargo_until=until),
    )
    feed(world, article("never", "Oman", embargo_until="when the minister has spoken"))
    eventually(lambda: outcomes(world) == {("held", "embargo"): 12, ("held", "embargo-unreadable"): 1}, "all held")
    assert world.workers[0].kill() == []

    feed(world, article("corrected", "Kenya", version="2"), article("killed", "Chad", version="2", status="canceled"))
    second = world.start(pool_workers=1, batch_articles=1, window_articles=2)
    second.ready()
    eventually(lambda: outcomes(world)["events", ""] > 3, "the first releases")
    second.kill()
    third = world.start(pool_workers=1)
    third.ready()
    eventually(lambda: len(view(world)) == 11, "all released")
    world.drained("annotate")
    third.stop()

    world.accounted()
    assert codec.decode(tickertape(world, "doctor", "--audit", "--json").encode())["balanced"]
    stands = view(world)
    assert stands.keys() == {one.guid for one in waiting} | {"corrected"}
    assert {guid: event["revision"] for guid, event in stands.items()} == dict.fromkeys(stands, 1)
    released = [
        one for one in world.read(EVENTS) if codec.decode(one.value or b"")["data"]["article"]["guid"].isdecimal()
    ]
    assert min(one.timestamp_ms for one in released) >= until_ms
    values: dict[str, set[bytes | None]] = {}
    for one in released:
        values.setdefault(codec.decode(one.value or b"")["id"], set()).add(one.value)
    assert len(values) == 10
    counts = outcomes(world)
    kinds = {
        ("held", "embargo"): 12,
        ("held", "embargo-unreadable"): 1,
        ("events", ""): 11,
        ("retracted", "canceled"): 1,
    }
    assert {kind: counts[kind] for kind in kinds} == kinds
    # Sent again by the one that came after, or sent before what ended the waiting was read.
    assert counts.keys() - kinds.keys() <= {("unchanged", ""), ("stale", "older-version")}


def test_who_takes_over_releases(world: World) -> None:
    """Two workers; the one that dies had some of them."""
    first, second = world.start(pool_workers=1), world.start(pool_workers=1)
    first.ready()
    second.ready()
    _, until = soon(12)
    feed(world, *(article(str(number), place, embargo_until=until) for number, place in enumerate(PLACES)))
    eventually(lambda: outcomes(world)["held", "embargo"] == 10, "all held")
    first.kill()
    eventually(lambda: len(view(world)) == 10, "all released")
    world.drained("annotate")
    second.stop()
    world.accounted()


def test_an_editor_lists_what_waits_and_lets_it_out(world: World) -> None:
    """What has no readable end stands first; what is let out says so in its origin, and waits no more."""
    worker = world.start(pool_workers=1)
    worker.ready()
    feed(
        world,
        article("1", "Libya", embargo_until="2099-01-01T00:00:00Z", headline="Talks \x1b[31mput off"),
        article("2", "Syria", embargo_until="noon", version="7"),
        article("3", "Yemen", embargo_until="noon"),
        article("3", "Yemen", version="2"),
    )
    eventually(lambda: sum(outcomes(world).values()) == 4, "all done")
    assert tickertape(world, "held", "list").splitlines() == [
        "until you say so  test|2  v7  embargo-unreadable: noon  Turkey and Russia postponed talks on Syria on Sunday.",
        "2099-01-01 00:00  test|1  v1  embargo: until 2099-01-01T00:00:00Z  Talks \\x1b[31mput off",
    ]
    listed = [codec.decode(line.encode()) for line in tickertape(world, "held", "list", "--json").splitlines()]
    assert [(one["key"], one["until"], one["article"]["text"]) for one in listed] == [
        ("test|2", None, None), ("test|1", "2099-01-01T00:00:00.000Z", None),
    ]  # fmt: skip
    assert "would go" in tickertape(world, "held", "release", "test|2", "--dry-run")
    tickertape(world, "held", "release", "test|2", "test|1", "test|2")
    eventually(lambda: set(view(world)) == {"1", "2", "3"}, "both are out")
    assert tickertape(world, "held", "list") == ""
    sent = [codec.decode(one.value or b"") for one in world.read(ARTICLES) if one.headers]
    assert sorted((one["guid"], one["version"], one["embargo_until"], codec.encode(one["origin"])) for one in sent) == [
        ("1", "1", None, b'{"released_by_hand":{"embargo_until":"2099-01-01T00:00:00Z"}}'),
        ("2", "7", None, b'{"released_by_hand":{"embargo_until":"noon"}}'),
    ]
    env = {"TICKERTAPE_BROKERS": world.settings.brokers, "TICKERTAPE_TOPIC_PREFIX": world.settings.topic_prefix}
    again = subprocess.run([BIN / "tickertape", "held", "release", "test|2"], env=env, capture_output=True, text=True)
    assert (again.returncode, again.stderr) == (
        1, "tickertape: nothing waits under test|2; `tickertape held list` shows what does\n",
    )  # fmt: skip
    world.drained("annotate")
    worker.stop()
    world.accounted()
