"""What runs inside a parsing child: its confinement, and one call. Imports nothing heavy itself."""

import resource
import signal
from collections.abc import Callable
from multiprocessing.reduction import ForkingPickler
from typing import Any

from pipeline.orphans import end_with, ignore_signals
from pipeline.records import Problem
from pipeline.settings import forget_environment

# A machine with more to do than it can takes longer for the same work, so what counts is processor time. Who waits instead of
# working is ended by the clock, after this many times the limit; twice that holds when the parent is stopped or gone.
CLOCK_FACTOR = 5.0
ALARM_FACTOR = 2 * CLOCK_FACTOR
# The signal of a processor time that is used up; its exit code says so.
TIMED_OUT = signal.SIGPROF
ERROR_CHARS = 200


def start(parent_pid: int, memory_bytes: int) -> None:
    """Runs first in every child."""
    ignore_signals()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(TIMED_OUT, signal.SIG_DFL)
    end_with(parent_pid)
    forget_environment()  # passwords are none of a parser's business
    _limit(resource.RLIMIT_AS, memory_bytes)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, 0)  # no file grows by a parser's hand


def run(function: Callable[..., Any], arguments: tuple[Any, ...], seconds: float, most_bytes: int) -> Any | Problem:
    """One call of `seconds` of processor time at most: what the function returned, or the Problem `parser-failed`. The kernel
    ends it even if C code holds the interpreter and no parent is left.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.setitimer(signal.ITIMER_REAL, seconds * ALARM_FACTOR)
    try:
        result = function(*arguments)
        size = len(ForkingPickler.dumps(result))
    except Exception as error:  # noqa: BLE001 - any parser's error is a fact about its input
        return Problem(code="parser-failed", message=f"{type(error).__name__}: {ascii(str(error)[:ERROR_CHARS])}")
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
    if size > most_bytes:
        return Problem(code="parser-failed", message=f"its result has {size:,} bytes; {most_bytes:,} are allowed")
    return result


def _limit(kind: int, value: int) -> None:
    """Lower a limit for good; one that is lower already stays."""
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (value, value))
