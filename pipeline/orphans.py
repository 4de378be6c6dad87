"""What a child process owes its parent: to outlive no parent, and to leave signals to it. Imports nothing heavy."""

import os
import select
import signal
import threading
from contextlib import suppress


def ignore_signals() -> None:
    """Signals to the whole group (Ctrl-C, systemd) are the parent's business, who finishes first and then ends us."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)


def end_with(parent_pid: int) -> None:
    """From now on this process ends when the parent ends, however it ends.

    A thread watches; PR_SET_PDEATHSIG would watch the forkserver instead.
    """
    threading.Thread(target=_watch, args=(parent_pid,), daemon=True, name="orphan-watchdog").start()


def _watch(parent_pid: int) -> None:
    with suppress(ProcessLookupError):
        select.select([os.pidfd_open(parent_pid)], [], [])
    os._exit(1)
