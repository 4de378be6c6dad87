"""What runs inside a parsing child: its confinement, and one call. Imports nothing heavy itself."""

import os
import resource
import select
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.reduction import ForkingPickler
from typing import Any

from pipeline.records import Problem
from pipeline.settings import forget_environment

# Beyond the parent's own time limit; this one holds when the parent is stopped or gone.
ALARM_FACTOR = 2.0
ERROR_CHARS = 200


def start(parent_pid: int, memory_bytes: int) -> None:
    """Runs first in every child."""
    ignore_signals()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent_pid,), daemon=True, name="orphan-watchdog").start()
    forget_environment()  # passwords are none of a parser's business
    _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)  # no file grows by a parser's hand


def ignore_signals() -> None:
    """Signals to the whole group (Ctrl-C, systemd) are the parent's business, who ends us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def run(function: Callable[..., Any], arguments: tuple[Any, ...], seconds: float, most_bytes: int) -> Any | Problem:
    """One call: what the function returned, or the Problem `parser-failed`. The alarm ends it even if C code holds the
    interpreter and no parent is left.
    """
    signal.setitimer(signal.ITIMER_REAL, seconds * ALARM_FACTOR)
    try:
        result = function(*arguments)
        size = len(ForkingPickler.dumps(result))
    except Exception as error:  # noqa: BLE001 - any parser's error is a fact about its input
        return Problem(code="parser-failed", message=f"{type(error).__name__}: {ascii(str(error)[:ERROR_CHARS])}")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    if size > most_bytes:
        return Problem(code="parser-failed", message=f"its result has {size:,} bytes; {most_bytes:,} are allowed")
    return result


def _limit(kind: int, value: int) -> None:
    """Lower a limit for good; one that is lower already stays."""
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))


def _end_with(parent_pid: int) -> None:
    """End this process when the parent ends, however it ends; PR_SET_PDEATHSIG would watch the forkserver instead."""
    with suppress(ProcessLookupError):
        select.select([os.pidfd_open(parent_pid)], [], [])
    os._exit(1)
