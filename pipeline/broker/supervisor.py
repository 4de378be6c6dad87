"""The parent of the embedded Kafka's JVM: stops it when told to, and when whoever started it is gone, however it died.

A program of its own, run by path with nothing but the standard library, in its own session, so that Ctrl-C at the
terminal reaches the owner only. It runs commands one after another (format, then the server); SIGTERM, or the
owner's death, ends the running one: SIGTERM first, SIGKILL after GRACE_SECONDS. At its end it removes the folder
it was told to. The kernel kills the JVM should the supervisor itself be killed.

    supervisor.py OWNER_PID|0 REMOVE_FOLDER|"" COMMAND... [-- COMMAND...]...
"""

import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from types import FrameType

GRACE_SECONDS = 10
PR_SET_PDEATHSIG = 1
SEPARATOR = "--"


def main(arguments: list[str]) -> int:
    """Run the commands; the exit code is that of the one that failed, or 0."""
    signal.signal(signal.SIGTERM, _leave)
    owner, folder = int(arguments[0]), arguments[1]
    commands = [list(words) for is_end, words in groupby(arguments[2:], lambda word: word == SEPARATOR) if not is_end]
    try:
        owner_fd = _owner_fd(owner)
        for command in commands:
            code = _run(command, owner_fd)
            if code:
                return code
        return 0
    finally:
        if folder:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
            shutil.rmtree(folder, ignore_errors=True)


def _owner_fd(owner: int) -> int | None:
    """A descriptor that polls readable once the owner is gone; None when nobody owns us."""
    if not owner:
        return None
    descriptor = os.pidfd_open(owner)
    if os.getppid() != owner:
        raise SystemExit("the owner is gone already")
    return descriptor


def _run(command: list[str], owner_fd: int | None) -> int:
    """Run one command to its end, or stop it when the owner goes first. Its exit code."""
    child = None
    try:
        with (
            _undisturbed()
        ):  # a SIGTERM that waited comes at the end of this, inside the try: the child is known by then
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_prepare_child)
        watch = select.poll()
        for descriptor in (os.pidfd_open(child.pid), owner_fd):
            if descriptor is not None:
                watch.register(descriptor, select.POLLIN)
        watch.poll()
        if child.poll() is None:
            raise SystemExit("the owner is gone")
        return child.returncode
    finally:
        if child is not None:
            with _undisturbed():
                _stop(child)


def _stop(child: "subprocess.Popen[bytes]") -> None:
    child.terminate()
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _prepare_child() -> None:
    # The flag belongs to the parent *thread*; this program has only one.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


@contextmanager
def _undisturbed() -> Iterator[None]:
    """SIGTERM waits until this is done."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
