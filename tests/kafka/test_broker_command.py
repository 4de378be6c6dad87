"""`tickertape broker` and `tickertape topics`, run as a user runs them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from pipeline import codec
from pipeline.broker import state
from pipeline.broker.embedded import EmbeddedBroker
from pipeline.settings import Settings
from pipeline.topics import TOPICS
from tests.processes import PATIENCE_SECONDS, living, running

pytestmark = pytest.mark.kafka

COMMAND = [sys.executable, "-c", "from pipeline.cli import main; main()"]


class Tickertape:
    """The command line with a state folder of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {key: value for key, value in os.environ.items() if not key.startswith("TICKERTAPE_")}
        self.environment |= {"TICKERTAPE_STATE_HOME": str(home), "TICKERTAPE_PARTITIONS": "2", "COLUMNS": "200"}

    def __call__(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run to the end."""
        return subprocess.run(
            [*COMMAND, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )

    def status(self) -> Any:
        """`broker status --json`, and its exit code."""
        done = self("broker", "status", "--json")
        return codec.decode(done.stdout.encode()) | {"code": done.returncode}


@pytest.fixture
def tickertape(tmp_path: Path) -> Iterator[Tickertape]:
    """The command line; the jars are those of the user, and no broker is left behind."""
    (tmp_path / "jars").symlink_to(Settings.from_env().state_path / "jars")
    command = Tickertape(tmp_path)
    yield command
    command("broker", "stop")


def test_start_status_stop(tickertape: Tickertape) -> None:
    assert tickertape.status() == {"running": False, "code": 1}
    started = tickertape("broker", "start")
    assert started.returncode == 0, started.stderr
    found = tickertape.status()
    assert found == {
        "running": True,
        "bootstrap": found["bootstrap"],
        "pid": found["pid"],
        "folder": str(tickertape.home / "broker"),
        "log": str(tickertape.home / "broker" / "broker.log"),
        "kafka_version": "4.4.0",
        "code": 0,
    }
    assert started.stdout == f"Kafka 4.4.0 at {found['bootstrap']} (log: {found['log']})\n"
    assert tickertape("broker", "start").stdout == started.stdout
    assert tickertape("broker", "stop").stdout == f"stopped Kafka at {found['bootstrap']}\n"
    assert tickertape("broker", "stop").stdout == "no embedded Kafka was running\n"
    assert tickertape.status() == {"running": False, "code": 1}


def test_two_starts_at_once_are_one_broker(tickertape: Tickertape) -> None:
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: tickertape("broker", "start"), range(2))
    assert (first.returncode, first.stdout) == (second.returncode, second.stdout)
    assert first.returncode == 0


def test_topics_find_the_running_broker_by_themselves(tickertape: Tickertape) -> None:
    lost = tickertape("topics", "plan")
    assert (lost.returncode, "tickertape broker start" in lost.stderr) == (3, True)
    tickertape("broker", "start")
    pending = tickertape("topics", "plan", "--json")
    changes = codec.decode(pending.stdout.encode())
    assert pending.returncode == 1
    assert changes == [
        {"topic": topic.name, "action": "create", "setting": "topic", "now": None, "wanted": "2 partitions"}
        for topic in TOPICS
    ]
    assert codec.decode(tickertape("topics", "apply", "--json").stdout.encode()) == changes
    done = tickertape("topics", "plan")
    assert (done.returncode, done.stdout) == (0, "the topics are as they should be\n")
    assert tickertape("topics", "apply").stdout == "nothing to do: the topics are as they should be\n"


def test_plan_shows_people_a_table(kafka: EmbeddedBroker, topic_prefix: str, tickertape: Tickertape) -> None:
    tickertape.environment |= {"TICKERTAPE_BROKERS": kafka.bootstrap, "TICKERTAPE_TOPIC_PREFIX": topic_prefix}
    shown = tickertape("topics", "plan")
    assert shown.returncode == 1
    assert all(topic_prefix + topic.name in shown.stdout for topic in TOPICS)
    assert "tickertape topics apply" in shown.stdout


def test_a_killed_broker_is_not_running_and_starts_again(tickertape: Tickertape) -> None:
    tickertape("broker", "start")
    first = tickertape.status()
    supervisor = psutil.Process(first["pid"])
    processes = [supervisor, *supervisor.children(recursive=True)]
    supervisor.kill()
    assert living(processes) == []
    assert tickertape.status() == {"running": False, "code": 1}
    assert tickertape("broker", "start").returncode == 0
    again = tickertape.status()
    assert again["running"]
    assert again["pid"] != first["pid"]


def test_a_tampered_state_file_kills_nobody(tickertape: Tickertape) -> None:
    """A pid of somebody else in the file: `stop` must not believe it."""
    with running([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        folder = tickertape.home / "broker"
        folder.mkdir()
        claimed = state.Running(
            bootstrap="127.0.0.1:1", pid=stranger.pid, folder=str(folder), log="", kafka_version="4.4.0"
        )
        state.save(tickertape.home, claimed)
        assert tickertape("broker", "stop").stdout == "no embedded Kafka was running\n"
        assert stranger.poll() is None
        stranger.kill()


def test_a_damaged_state_file_is_named(tickertape: Tickertape) -> None:
    path = tickertape.home / "broker" / state.FILE
    path.parent.mkdir()
    path.write_text("{")
    refused = tickertape("broker", "start")
    assert refused.returncode == 3
    assert f"{path} is damaged" in refused.stderr


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_foreground_stays_until_it_is_told_to_end(tickertape: Tickertape, ending: signal.Signals) -> None:
    command = [*COMMAND, "broker", "start", "--foreground"]
    with running(command, env=tickertape.environment, stdout=subprocess.PIPE, text=True) as foreground:
        assert foreground.stdout is not None
        said = foreground.stdout.readline()
        found = tickertape.status()
        assert said == f"Kafka at {found['bootstrap']}; Ctrl-C stops it\n"
        second = tickertape("broker", "start", "--foreground")
        assert (second.returncode, "tickertape broker stop" in second.stderr) == (3, True)
        foreground.send_signal(ending)
        assert foreground.wait(PATIENCE_SECONDS) == 0
    assert tickertape.status() == {"running": False, "code": 1}
    assert not psutil.pid_exists(found["pid"])


def test_foreground_ends_when_stopped_from_elsewhere(tickertape: Tickertape) -> None:
    command = [*COMMAND, "broker", "start", "--foreground"]
    with running(command, env=tickertape.environment, stdout=subprocess.PIPE, text=True) as foreground:
        assert foreground.stdout is not None
        foreground.stdout.readline()
        assert tickertape("broker", "stop").stdout.startswith("stopped Kafka at 127.0.0.1:")
        assert foreground.wait(PATIENCE_SECONDS) == 0


def test_foreground_says_when_kafka_dies(tickertape: Tickertape) -> None:
    command = [*COMMAND, "broker", "start", "--foreground"]
    with running(
        command, env=tickertape.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as foreground:
        assert foreground.stdout is not None
        foreground.stdout.readline()
        [jvm] = psutil.Process(tickertape.status()["pid"]).children()
        jvm.kill()
        _, complaint = foreground.communicate(timeout=PATIENCE_SECONDS)
    assert foreground.returncode == 3
    assert "ended by itself" in complaint
