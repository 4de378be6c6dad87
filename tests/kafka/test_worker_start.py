"""A worker that cannot work says why, what to do, and ends before it reads anything."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from pipeline.broker.admin import apply_topics
from pipeline.settings import Settings
from tests.kafka.worker_world import ROOT, World
from tests.processes import living
from tests.worker.stages import STATE, TOPICS

pytestmark = pytest.mark.kafka


@pytest.fixture
def world(settings: Settings, tmp_path: Path) -> Iterator[World]:
    with World(settings, tmp_path) as made:
        yield made


def test_no_kafka(world: World) -> None:
    """Exit code 3, in seconds."""
    worker = world.start("pooled", brokers="127.0.0.1:1")
    assert worker.wait() == 3
    assert "tickertape broker start" in worker.said


def test_no_topics(world: World) -> None:
    """Their names, and the command that makes them."""
    worker = world.start("pooled", topic_prefix=world.settings.topic_prefix + "other.")
    assert worker.wait() == 3
    assert "other.test.live.v1" in worker.said
    assert "tickertape topics apply" in worker.said


def test_partitions_that_do_not_match(world: World) -> None:
    """More partitions of the states than of the inputs: a key's state would be looked for in the wrong place."""
    apply_topics(replace(world.settings, partitions=5), [STATE])
    worker = world.start("pooled")
    assert worker.wait() == 3
    assert "must be equal in number" in worker.said
    apply_topics(replace(world.settings, partitions=5), TOPICS)
    again = world.start("pooled")
    again.ready()
    again.stop()


@pytest.mark.parametrize("seconds", [0.6, 1.0, 1.4])
def test_a_signal_during_the_start(world: World, seconds: float) -> None:
    """Whatever has started by then stops; nothing was read, so nothing is amiss."""
    world.feed([(b"key", b"value")])
    worker = world.start("pooled")
    time.sleep(seconds)
    children = psutil.Process(worker.process.pid).children(recursive=True)
    worker.signal(signal.SIGTERM)
    assert worker.wait() in (0, -signal.SIGTERM), worker.said
    assert living(children) == []
    assert "Error while stopping" not in worker.said


def test_importing_the_package_builds_no_app() -> None:
    """`faust -A pipeline.worker` builds it; an import does not even need settings."""
    program = "import sys, pipeline.worker; print('faust' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
