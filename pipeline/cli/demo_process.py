"""The demo's child processes: commands of our own, ready when they say so, and stopped in order when the stack ends."""

import os
import select
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.errors import BrokerError
from pipeline.interrupts import undisturbed
from pipeline.settings import Settings, environment

# Measured on two busy cores: 6 s for the worker. The limit is for a machine twenty times as slow.
READY_SECONDS = 120.0
STOP_SECONDS = 35.0


@dataclass(frozen=True, slots=True)
class Running:
    """A command that runs, and the line with which it said that it is ready."""

    process: "subprocess.Popen[bytes]"
    said: str


def start(stack: ExitStack, settings: Settings, *words: str, **changed: str) -> Running:
    """`tickertape WORDS` with these settings, but for the `changed` ones. Raises BrokerError if it ends by itself."""
    with undisturbed():
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", *words], env=environment(settings, log_level="error", **changed),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        stack.callback(_stop, process)
    return Running(process, _ready(process, words[0]))


def folder(stack: ExitStack, prefix: str) -> Path:
    """An empty folder that goes with the stack."""
    with undisturbed():
        return Path(stack.enter_context(TemporaryDirectory(prefix=prefix)))


def _stop(process: "subprocess.Popen[bytes]") -> None:
    with process:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _ready(process: "subprocess.Popen[bytes]", name: str) -> str:
    """The line that says so. Raises BrokerError if it does not come in time."""
    if process.stdout is None:
        raise BrokerError(f"{name} has no output to wait for")
    said, deadline = b"", time.monotonic() + READY_SECONDS
    while select.select([process.stdout], [], [], max(0.0, deadline - time.monotonic()))[0]:
        piece = os.read(process.stdout.fileno(), 4096)
        if not piece:
            raise BrokerError(f"{name} ended with code {process.wait()}; run `tickertape doctor`")
        *lines, said = (said + piece).split(b"\n")
        for line in lines:
            if line.startswith(b"ready"):
                return line.decode()
    raise BrokerError(f"{name} was not ready within {READY_SECONDS:.0f} s; run `tickertape doctor`")
