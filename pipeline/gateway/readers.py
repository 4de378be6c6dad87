"""Reading the store in threads, each with a connection of its own: so many at a time, none longer than a limit."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from pipeline.gateway.problems import Refused

P = ParamSpec("P")
T = TypeVar("T")
THREADS = 4
MOST_WAITING = 256
SECONDS = 5.0
# SQLite's steps between two looks at the clock: about a millisecond's work.
STEPS = 20_000


class Readers:
    """Runs functions of a read-only connection, each in one transaction."""

    def __init__(self, path: Path, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._path, self._seconds, self._clock = path, seconds, clock
        self._threads = ThreadPoolExecutor(THREADS, "tickertape-reader")
        self._own = threading.local()
        self._opened: set[sqlite3.Connection] = set()
        self._file = 0
        self._waiting = 0

    async def run(self, read: Callable[..., T], *arguments: Any) -> T:
        """What `read(connection, *arguments)` says. Raises Refused when that takes too long, or too many wait."""
        if self._waiting >= MOST_WAITING:
            raise Refused("busy", retry_after_seconds=1)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, read, arguments)
        finally:
            self._waiting -= 1

    def renew(self) -> None:
        """The file is another one: connections are opened anew."""
        self._file += 1

    def close(self) -> None:
        """Wait for what is being read, and close all."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        for connection in self._opened:
            connection.close()
        self._opened.clear()

    def _read(self, read: Callable[..., T], arguments: tuple[Any, ...]) -> T:
        try:
            connection = self._connection()
            deadline = self._clock() + self._seconds
            connection.set_progress_handler(lambda: self._clock() > deadline, STEPS)
            connection.execute("BEGIN")
            try:
                return read(connection, *arguments)
            finally:
                connection.set_progress_handler(None, 0)
                connection.execute("ROLLBACK")
        except sqlite3.OperationalError as error:
            if "interrupted" in str(error):
                raise Refused("too-long", retry_after_seconds=30) from None
            raise Refused("unavailable", "the store cannot be read", retry_after_seconds=2) from error
        except sqlite3.DatabaseError as error:
            raise Refused("unavailable", "the store cannot be read", retry_after_seconds=2) from error

    def _connection(self) -> sqlite3.Connection:
        """This thread's, to the file as it is now."""
        own = getattr(self._own, "connection", None)
        if own is not None and self._own.file == self._file:
            return own  # type: ignore[no-any-return]  # a thread-local has no types
        if own is not None:
            self._opened.discard(own)
            own.close()
            self._own.connection = None
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False
        )
        self._own.connection, self._own.file = connection, self._file
        self._opened.add(connection)
        return connection
