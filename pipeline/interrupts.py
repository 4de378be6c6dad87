"""Signals that end a program by an exception: once, and never between the start of a thing and its owner's knowing of it.

An exception out of a signal handler can appear after any step of Python. A child process whose start it cuts short lives on
unknown; a second signal cuts the ending short; and if the step was a `__del__` or the callback of a weak reference, Python
prints the exception and goes on. Measured on a busy machine: a `kill` in the moment in which the demo started its gateway
left a process or a folder behind, or the demo running, every third time.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
# The exception comes again until `ignore` says that it has arrived.
AGAIN_SECONDS = 5.0


def end_in_order() -> None:
    """From now on each of them raises KeyboardInterrupt or SystemExit. One that is ignored stays so: nohup, `&`."""
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end)


def ignore() -> None:
    """None of them counts any more: this is the end already, and each of its steps has a limit of its own."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)
    signal.setitimer(signal.ITIMER_REAL, 0)


@contextmanager
def undisturbed() -> Iterator[None]:
    """What comes in this block counts at its end: by then what was begun is known to whoever has to end it."""
    if threading.current_thread() is not threading.main_thread():
        yield  # no handler runs in it
        return
    came: list[int] = []
    # Only handlers in Python wait: Python has no say in SIG_DFL, and nothing is lost by SIG_IGN.
    handlers = {
        number: handler for number in (*ENDING, signal.SIGALRM) if callable(handler := signal.getsignal(number))
    }
    for number in handlers:
        signal.signal(number, lambda number, _: came.append(number))
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        if came:
            signal.raise_signal(came[0])


def _end(number: int, _frame: FrameType | None) -> None:
    ignore()
    signal.signal(signal.SIGALRM, lambda *_: _end(number, None))
    signal.setitimer(signal.ITIMER_REAL, AGAIN_SECONDS)
    if number == signal.SIGINT:
        raise KeyboardInterrupt
    raise SystemExit(128 + number)
