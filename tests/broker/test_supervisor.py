"""The supervisor on small commands: order, exit codes, and an end in every case."""

import os
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path

import psutil
import pytest

from pipeline.broker import state
from tests.processes import PATIENCE_SECONDS, living, running

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)",
]


def supervise(owner: int, folder: str, *commands: list[str]) -> AbstractContextManager["subprocess.Popen[bytes]"]:
    """Run the supervisor on commands."""
    words = [word for command in commands for word in ["--", *command]]
    return running(
        [sys.executable, "-I", "-S", str(state.SUPERVISOR), str(owner), folder, *words], stdout=subprocess.PIPE
    )


def child_of(pid: int) -> psutil.Process:
    """The one child, once it is there."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if children := psutil.Process(pid).children():
            return children[0]
        time.sleep(0.02)
    raise AssertionError("no child")


def say(text: str) -> list[str]:
    """A command that prints."""
    return [sys.executable, "-c", f"print({text!r}, flush=True)"]


def test_commands_run_one_after_another(tmp_path: Path) -> None:
    with supervise(0, "", say("format"), say("serve")) as process:
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert (said, process.returncode) == (b"format\nserve\n", 0)


def test_the_first_failure_ends_it_with_its_code() -> None:
    with supervise(0, "", [sys.executable, "-c", "raise SystemExit(7)"], say("never")) as process:
        said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert (said, process.returncode) == (b"", 7)


def test_sigterm_stops_the_command_and_removes_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    with supervise(0, str(folder), SLEEP) as process:
        child = child_of(process.pid)
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
    assert not child.is_running()
    assert not folder.exists()


def test_without_a_folder_to_remove_nothing_is_removed(tmp_path: Path) -> None:
    with supervise(0, "", say("done")) as process:
        process.communicate(timeout=PATIENCE_SECONDS)
    assert tmp_path.exists()


def test_a_command_that_ignores_sigterm_is_killed() -> None:
    with supervise(0, "", STUBBORN) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        child = child_of(process.pid)
        process.terminate()
        assert process.wait(PATIENCE_SECONDS) == 0
    assert not child.is_running()


def test_sigkill_of_the_supervisor_kills_the_command() -> None:
    with supervise(0, "", SLEEP) as process:
        child = child_of(process.pid)
        process.kill()
        process.wait(PATIENCE_SECONDS)
    assert living([child]) == []


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGTERM])
def test_the_death_of_the_owner_ends_everything(tmp_path: Path, death: signal.Signals) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    program = (
        "import os, subprocess, sys, time\n"
        "process = subprocess.Popen([sys.executable, sys.argv[1], str(os.getpid()), *sys.argv[2:]])\n"
        "print(process.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    command = [sys.executable, "-c", program, str(state.SUPERVISOR), str(folder), *SLEEP]
    with running(command, stdout=subprocess.PIPE) as owner:
        assert owner.stdout is not None
        supervisor = psutil.Process(int(owner.stdout.readline()))
        child = child_of(supervisor.pid)
        owner.send_signal(death)
        owner.wait(PATIENCE_SECONDS)
    assert living([supervisor, child]) == []
    assert not folder.exists()


def test_an_owner_that_is_gone_already_is_noticed(tmp_path: Path) -> None:
    with running(SLEEP) as stranger:
        folder = tmp_path / "data"
        folder.mkdir()
        with supervise(stranger.pid, str(folder), say("never")) as process:
            said, _ = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode != 0
    assert said == b""
    assert not folder.exists()
    assert os.getpid() != stranger.pid
