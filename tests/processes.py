"""Programs under test: what a test has started ends with the test, however that ends; and how long it is waited for."""

import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psutil

# A limit for what is broken, no expectation: a busy machine may take ten times as long as a quiet one.
PATIENCE_SECONDS = 300.0


@contextmanager
def running(command: Sequence[str], **options: Any) -> Iterator["subprocess.Popen[Any]"]:
    """The program, until the end of the block; `options` are Popen's."""
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        end(process)


def end(process: "subprocess.Popen[Any]") -> None:
    """Kill it and all that it has started, in whatever session, if they still run; close its pipes."""
    found: list[psutil.Process] = []
    with process, suppress(psutil.NoSuchProcess):
        if process.poll() is None:
            found = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for one in found:
            with suppress(psutil.NoSuchProcess):
                one.kill()
    living(found)


def living(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Those that do not end. A zombie has ended, though nobody has asked for its exit code."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (left := [one for one in processes if _lives(one)]) and time.monotonic() < deadline:
        time.sleep(0.05)
    return left


def eventually(true: Callable[[], bool], what: str) -> None:
    """Wait until it is true."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, f"{what}: not within {PATIENCE_SECONDS} s"
        time.sleep(0.1)


def _lives(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False
