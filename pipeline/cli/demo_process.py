"""The demo's child processes: commands of our own, ready when they say so, and stopped in order at the end."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.errors import BrokerError
from pipeline.settings import Settings, environment

# Measured on two busy cores: 6 s for the worker. Sixty is for a machine ten times as slow.
READY_SECONDS = 60.0
STOP_SECONDS = 35.0


@dataclass(frozen=True, slots=True)
class Running:
    """A command that runs, and the line with which it said that it is ready."""

    process: "subprocess.Popen[str]"
    said: str


@contextmanager
def running(settings: Settings, *words: str, **changed: str) -> Iterator[Running]:
    """`tickertape WORDS` with these settings, but for the `changed` ones. Raises BrokerError if it ends by itself."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pipeline", *words], env=environment(settings, log_level="error", **changed),
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        yield Running(process, _ready(process, words[0]))
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _ready(process: "subprocess.Popen[str]", name: str) -> str:
    """The line that says so; the process is killed if it does not come in time."""
    if process.stdout is None:
        raise BrokerError(f"{name} has no output to wait for")
    watch = threading.Timer(READY_SECONDS, process.kill)
    watch.start()
    try:
        for line in process.stdout:
            if line.startswith("ready"):
                return line
    finally:
        watch.cancel()
    raise BrokerError(f"{name} ended with code {process.wait()}; run `tickertape doctor`")
