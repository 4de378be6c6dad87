"""`tickertape tail` of a real topic."""

import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from pipeline import cli, codec, resources
from pipeline.broker.admin import apply_topics
from pipeline.broker.produce import producing
from pipeline.cli import main
from pipeline.settings import Settings
from pipeline.topics import CURRENT, EVENTS
from tests.processes import PATIENCE_SECONDS, running

pytestmark = pytest.mark.kafka

EXAMPLES = resources.folder("schemas") / "examples"
VALUES = [
    codec.encode(codec.decode((EXAMPLES / f"cloudevent.v1.{name}.json").read_bytes()))
    for name in ("detected", "updated", "retracted")
]


def environment(settings: Settings) -> dict[str, str]:
    return {"TICKERTAPE_BROKERS": settings.brokers, "TICKERTAPE_TOPIC_PREFIX": settings.topic_prefix}


def run(settings: Settings, *words: str) -> Result:
    return CliRunner().invoke(main, ["tail", *words], env=environment(settings))


def fill(settings: Settings, topic: str, *values: bytes | None) -> None:
    with producing(settings) as producer:
        for value in values:
            producer.produce(settings.topic_prefix + topic, b"one key, one partition", value)


def test_values_as_json_lines(settings: Settings) -> None:
    """To the byte; a condition picks, a limit ends."""
    apply_topics(settings)
    fill(settings, EVENTS.name, *VALUES)
    done = run(settings, "--until-end", "--json")
    assert (done.exit_code, done.stdout_bytes.splitlines()) == (0, VALUES)
    done = run(settings, "news.events.v1", "--until-end", "--json", "--where", "type~updated and country=ETH")
    assert done.stdout_bytes.splitlines() == VALUES[1:2]
    assert run(settings, "--json", "--limit", "2").stdout_bytes.splitlines() == VALUES[:2]
    assert run(settings, "--until-end", "--from", "end").stdout == ""
    assert run(settings, "--until-end", "--json", "--from", "1h").stdout_bytes.splitlines() == VALUES
    assert run(settings, "--until-end", "--from", "2999-01-01").stdout == ""


def test_lines_for_people(settings: Settings) -> None:
    """Tombstones, strangers' shapes and bytes that are no JSON end nothing."""
    apply_topics(settings)
    fill(settings, CURRENT.name, VALUES[0], b"{bad", None, b'{"some":"thing"}', VALUES[1])
    done = run(settings, "current", "--until-end")
    assert done.exit_code == 0
    said = done.stdout.splitlines()
    assert [line[18:33] for line in (said[0], said[3])] == ["talks-postponed", "talks-postponed"]
    assert said[1:3] == ["one key, one partition  (removed)", 'one key, one partition  {"some":"thing"}']
    assert "invalid-json" in done.stderr
    assert len(said) == 4


def test_it_follows_until_ctrl_c(settings: Settings) -> None:
    """What comes later is shown when it comes; Ctrl-C ends in silence."""
    apply_topics(settings)
    fill(settings, EVENTS.name, VALUES[0])
    command = [sys.executable, "-c", "from pipeline.cli import main; main()", "tail", "--json"]
    with running(command, env=environment(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().strip() == VALUES[0]
        fill(settings, EVENTS.name, VALUES[1])
        assert process.stdout.readline().strip() == VALUES[1]
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=PATIENCE_SECONDS) == (b"", b"")
    assert process.returncode == cli.INTERRUPTED


def test_a_topic_that_is_not_there(settings: Settings) -> None:
    done = run(settings, "flat", "--until-end")
    assert done.exit_code == 3
    assert "run `tickertape topics apply`" in done.stderr
