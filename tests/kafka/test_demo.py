"""`tickertape demo`, as a stranger runs it: it ends by itself with 0, and Ctrl-C at any time leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import pytest
from playwright.sync_api import expect

from tests.gateway.browser import chromium, watched
from tests.gateway.crawl import follow, open_, press
from tests.processes import PATIENCE_SECONDS, eventually, living, running

pytestmark = pytest.mark.kafka

COMMAND = (str(Path(sys.executable).parent / "tickertape"), "demo")


@pytest.fixture
def temporary() -> Iterator[Path]:
    """Where the demo puts its folders, so that we see what is left. Its path is short, for it leads to sockets, too."""
    with TemporaryDirectory() as folder:
        yield Path(folder)


@pytest.fixture(autouse=True)
def _hangups_count() -> Iterator[None]:
    """Also where the tests run under nohup, which their children would inherit."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def start(folder: Path, *options: str) -> AbstractContextManager["subprocess.Popen[str]"]:
    return running(
        [*COMMAND, *options], env={**os.environ, "TMPDIR": str(folder), "COLUMNS": "120"}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


def offspring(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """All that the demo has started so far, in whatever session."""
    try:
        children: list[psutil.Process] = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return children


def until(process: "subprocess.Popen[str]", words: str) -> str:
    """What it says up to the line with these words."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return "".join(said)
    raise AssertionError(f"never said {words!r}: {''.join(said)}")


def assert_nothing_left(started: list[psutil.Process], folder: Path) -> None:
    """No process lives on, no folder stays."""
    assert living(started) == []
    assert list(folder.glob("tickertape-*")) == []


def test_once_shows_events_and_outcomes_and_ends(temporary: Path) -> None:
    """Exit code 0; the seed's events, the correction, the withdrawal, the duplicate and the dead letter are there."""
    with start(temporary, "--once") as process:
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 0, said
    wanted = ("talks-postponed", "assault-repelled", "taken back: the article was corrected",
              "taken back: the article was canceled", "unchanged", "dead-letter", "no-event")  # fmt: skip
    assert [words for words in wanted if words not in said] == []
    assert list(temporary.glob("tickertape-*")) == []


def test_every_link_and_button_of_its_page_works(temporary: Path) -> None:
    """Opened in a browser: the seed's events on map and timeline; all that can be followed or pressed does something."""
    with start(temporary) as process:
        address = re.findall(r"dashboard: (http://\S+)", until(process, "run on"))[0]
        with chromium() as browser, watched(browser, address) as page:
            open_(page, address)
            assert page.locator("#map circle").count() > 3
            assert page.locator("#timeline rect.lit").count() > 1
            events = page.locator(".row").evaluate_all("all => all.map(row => row.dataset.id)")
            seen: set[str] = set()
            for event in events[:5]:
                page.goto(f"{address}/?event={event}")
                expect(page.locator("#detail .elsewhere")).to_be_visible()
                follow(page, address, seen)
            assert len(seen) >= 5 + 5  # each event's own, the home page, and the four formats
            assert press(page, f"{address}/?event={events[0]}") > 20
        process.terminate()
        process.communicate(timeout=PATIENCE_SECONDS)


def test_ctrl_c_before_kafka_is_up(temporary: Path) -> None:
    """While the broker starts there is a process and a folder already."""
    with start(temporary) as process:
        eventually(lambda: offspring(process) != [], "the first process")
        started = offspring(process)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 130
    assert_nothing_left(started, temporary)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_supervisor_or_a_closed_terminal_leaves_nothing_behind(temporary: Path, number: int) -> None:
    """The worker would live on, for it has a session of its own."""
    with start(temporary) as process:
        until(process, "worker is up")
        started = offspring(process)
        process.send_signal(number)
        process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 128 + number
    assert_nothing_left(started, temporary)


@pytest.mark.parametrize("moment", ["Kafka is up", "worker is up", "run on"])
def test_ctrl_c_leaves_nothing_behind(temporary: Path, moment: str) -> None:
    """Processes and folders are gone a moment later; Ctrl-C while it stays is an orderly end."""
    with start(temporary) as process:
        until(process, moment)
        time.sleep(0.3)
        started = offspring(process)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == (0 if moment == "run on" else 130)
    assert_nothing_left(started, temporary)
