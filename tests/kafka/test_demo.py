"""`tickertape demo`, as a stranger runs it: it ends by itself with 0, and Ctrl-C at any time leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import expect

from tests.gateway.browser import chromium, watched
from tests.gateway.crawl import follow, open_, press

pytestmark = pytest.mark.kafka

COMMAND = (str(Path(sys.executable).parent / "tickertape"), "demo")
GONE_SECONDS = 30.0


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """Where the demo's Kafka puts its folder, so that we see what is left."""
    folder = tmp_path / "tmp"
    folder.mkdir()
    return folder


def start(folder: Path, *options: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
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
    assert psutil.wait_procs(started, timeout=GONE_SECONDS)[1] == []
    assert list(folder.glob("tickertape-*")) == []


def test_once_shows_events_and_outcomes_and_ends(temporary: Path) -> None:
    """Exit code 0; the seed's events, the correction, the withdrawal, the duplicate and the dead letter are there."""
    process = start(temporary, "--once")
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 0, said
    wanted = ("talks-postponed", "assault-repelled", "taken back: the article was corrected",
              "taken back: the article was canceled", "unchanged", "dead-letter", "no-event")  # fmt: skip
    assert [words for words in wanted if words not in said] == []
    assert list(temporary.glob("tickertape-*")) == []


def test_every_link_and_button_of_its_page_works(temporary: Path) -> None:
    """Opened in a browser: the seed's events on map and timeline; all that can be followed or pressed does something."""
    process = start(temporary)
    try:
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
    finally:
        process.terminate()
        process.communicate(timeout=60)


def test_ctrl_c_before_kafka_is_up(temporary: Path) -> None:
    """While the broker starts there is a process and a folder already."""
    process = start(temporary)
    deadline = time.monotonic() + GONE_SECONDS
    while not (started := offspring(process)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert_nothing_left(started, temporary)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_supervisor_or_a_closed_terminal_leaves_nothing_behind(temporary: Path, number: int) -> None:
    """The worker would live on, for it has a session of its own."""
    process = start(temporary)
    until(process, "worker is up")
    started = offspring(process)
    process.send_signal(number)
    process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert_nothing_left(started, temporary)


@pytest.mark.parametrize("moment", ["Kafka is up", "worker is up", "run on"])
def test_ctrl_c_leaves_nothing_behind(temporary: Path, moment: str) -> None:
    """Processes and folders are gone a moment later; Ctrl-C while it stays is an orderly end."""
    process = start(temporary)
    until(process, moment)
    time.sleep(0.3)
    started = offspring(process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == (0 if moment == "run on" else 130)
    assert_nothing_left(started, temporary)
