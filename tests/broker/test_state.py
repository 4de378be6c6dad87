"""The state file is believed only if it is whole and its process is that very broker."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.broker import state
from pipeline.broker.kraft import Layout
from pipeline.broker.state import Running
from pipeline.errors import EmbeddedBrokerError
from tests.processes import running as started


def running(folder: Path, pid: int) -> Running:
    """A state of that process."""
    return Running(bootstrap="127.0.0.1:1", pid=pid, folder=str(folder), log="broker.log", kafka_version="4.4.0")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A state folder with room for a broker."""
    state.folder(tmp_path).mkdir()
    return tmp_path


def test_no_file_is_no_broker(tmp_path: Path) -> None:
    assert state.running(tmp_path) is None


def test_a_living_supervisor_of_this_folder_is_believed(home: Path) -> None:
    program = "print('up', flush=True); input()"
    words = [
        sys.executable,
        "-c",
        program,
        str(state.SUPERVISOR),
        "0",
        "",
        "java",
        str(Layout(state.folder(home)).properties),
    ]
    with started(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"up\n"
        saved = running(state.folder(home), process.pid)
        state.save(home, saved)
        assert state.running(home) == saved
        process.kill()
        process.wait()
        assert state.running(home) is None


def test_a_stale_pid_is_no_broker(home: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        pass
    state.save(home, running(state.folder(home), process.pid))
    assert state.running(home) is None


def test_a_pid_of_another_program_is_no_broker(home: Path) -> None:
    state.save(home, running(state.folder(home), os.getpid()))
    assert state.running(home) is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"pid": 1}', b'{"bootstrap": 1, "pid": "x"}', b"\xff\xfe"], ids=repr
)
def test_a_tampered_file_is_named(home: Path, content: bytes) -> None:
    path = state.folder(home) / state.FILE
    path.write_bytes(content)
    with pytest.raises(EmbeddedBrokerError, match=rf"{path} is damaged .*: remove it"):
        state.running(home)


def test_forgetting_twice_is_harmless(home: Path) -> None:
    state.save(home, running(home, 1))
    state.forget(home)
    state.forget(home)
    assert state.running(home) is None
