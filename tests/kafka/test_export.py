"""`tickertape export` of what the worker itself made: every format, and nothing of what was taken back."""

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import icalendar
import pytest
from click.testing import CliRunner, Result

from pipeline import codec
from pipeline.broker.admin import apply_topics
from pipeline.cli import main
from pipeline.settings import Settings
from pipeline.sinks.exports.registry import EXPORTS
from pipeline.topics import ARTICLES, BACKFILL, CURRENT, FLAT, OUTCOMES, TOPICS
from tests.builders import AMBUSH, make_article
from tests.kafka.test_worker_annotate import record
from tests.kafka.worker_world import World
from tests.processes import eventually

pytestmark = pytest.mark.kafka

PLANNED = "Turkey and Russia will hold talks on Libya in Istanbul on Thursday, the foreign ministry said."
POSTPONED = "Turkey and Russia postponed talks on Libya to June 27, the foreign ministry said."


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    command = (str(Path(sys.executable).parent / "tickertape"), "worker")
    with World(settings, tmp_path, command, TOPICS, (ARTICLES, BACKFILL), OUTCOMES) as made:
        yield made


def export(settings: Settings, *words: str) -> Result:
    env = {"TICKERTAPE_BROKERS": settings.brokers, "TICKERTAPE_TOPIC_PREFIX": settings.topic_prefix}
    done = CliRunner().invoke(main, ["export", "--format", *words], env=env)
    assert done.exit_code == 0, done.output
    return done


def test_every_format_of_real_events(world: World, tmp_path: Path) -> None:
    """Talks are planned and postponed, an ambush is reported and taken back."""
    articles = [
        make_article(guid="plan", text=PLANNED),
        make_article(guid="move", text=POSTPONED, published_at="2024-06-17T07:30:00Z", version_created_at="2024-06-17T07:30:00Z"),
        make_article(guid="ambush", text=AMBUSH),
        make_article(guid="ambush", text="", version="2", version_created_at="2024-06-16T09:30:00Z", status="canceled"),
    ]  # fmt: skip
    world.feed(map(record, articles))
    worker = world.start()
    worker.ready()
    eventually(lambda: len(world.outcomes()) == 4, "four outcomes")
    eventually(lambda: any(message.value is None for message in world.read(FLAT)), "a tombstone")
    worker.stop()
    settings = world.settings
    newest = {message.key: message.value for message in world.read_in_time(CURRENT)}
    standing = [value for value in newest.values() if value is not None]
    (gone,) = [(key or b"").decode() for key, value in newest.items() if value is None]

    done = export(settings, "ndjson")
    assert sorted(done.stdout_bytes.splitlines()) == sorted(standing)
    assert done.stderr == f"{len(standing)} events\n"
    kinds = [json.loads(line)["data"]["kind"] for line in done.stdout_bytes.splitlines()]
    assert (kinds[0], kinds[-1]) == ("talks-planned", "talks-postponed")

    rows = list(csv.DictReader(io.StringIO(export(settings, "csv", "--where", "kind=talks-postponed").stdout)))
    assert [(row["kind"], row["actors"], row["start_on"]) for row in rows] == [
        ("talks-postponed", "Turkey; Russia", "2024-06-27")
    ]
    collection = json.loads(export(settings, "geojson", "--since", "2024-06-17").stdout)
    assert {one["properties"]["article_key"] for one in collection["features"]} == {"test|move"}
    assert json.loads(export(settings, "geojson", "--until", "2024-06-16").stdout)["features"] == []

    lines = [line.split("\t") for line in export(settings, "gdelt").stdout.splitlines()]
    assert {len(line) for line in lines} == {61}
    assert [line[6:8] + line[26:29] for line in lines if line[26] == "040"] == [["TURKEY", "TUR", "040", "040", "04"]]
    assert {len(line.split("\t")) for line in export(settings, "polecat").stdout.splitlines()} == {40}

    (entry,) = icalendar.Calendar.from_ical(export(settings, "ics").stdout_bytes).walk("VEVENT")
    (planned,) = [event for event in map(codec.decode, standing) if event["data"]["kind"] == "talks-planned"]
    assert (str(entry["UID"]), entry["SEQUENCE"], entry["DTSTART"].to_ical()) == (
        f"{planned['subject']}@tickertape", 1, b"20240627",
    )  # fmt: skip

    feed = export(settings, "atom", "--where", "country=TUR").stdout_bytes
    assert len(feedparser.parse(feed).entries) == len(standing)
    (deleted,) = ElementTree.fromstring(feed).iter("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert deleted.attrib["ref"] == f"urn:tickertape:event:{gone}"

    parquet = pytest.importorskip("pyarrow.parquet")
    path = tmp_path / "events.parquet"
    assert export(settings, "parquet", "--output", str(path)).stdout == ""
    assert parquet.read_table(path).num_rows == len(standing)
    assert [name for name in EXPORTS if gone.encode() in export(settings, name).stdout_bytes] == ["atom"]


def test_empty_topics_and_bad_records(settings: Settings, tmp_path: Path) -> None:
    """Nothing there is an empty file; what is no event is named by its place, and the rest is exported."""
    apply_topics(settings)
    assert export(settings, "csv").stdout.count("\n") == 1
    with World(settings, tmp_path, topics=TOPICS) as world:
        world.feed([(b"1", b"{bad"), (b"2", b"{}")], CURRENT)
    done = export(settings, "ndjson")
    assert done.stdout == ""
    assert done.stderr.splitlines()[-1] == "0 events"
    assert sorted(line.split(": ")[1] for line in done.stderr.splitlines()[:-1]) == ["invalid-json", "invalid-record"]
