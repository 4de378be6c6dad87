"""What a stage remembers of each key: the last value in its compacted state topic, by partition.

Held in a temporary SQLite database on disk (SQLite's name for one: ""), so that memory stays flat however many keys
there are. The topic is the truth: what is assigned is read back from it before the first message is handled.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable

from pipeline.records import Message

Read = Callable[[frozenset[int]], Iterable[Message]]
COMMIT_EVERY = 10_000


class StateStore:
    """States by (partition, key). All methods belong to the event loop's thread; only the reading back happens in
    another, on a database that nobody else has yet."""

    def __init__(self, read: Read | None) -> None:
        """`read` yields the state topic's records of some partitions to their end; None: the stage has no state."""
        self._read = read
        self._database: sqlite3.Connection | None = None
        self._restores = 0

    async def restore(self, partitions: frozenset[int]) -> None:
        """Forget everything and read the partitions' states back. Raises BrokerError."""
        self.drop()
        if self._read is None or not partitions:
            return
        mine = self._restores
        database = await asyncio.to_thread(_load, self._read, partitions)
        if mine == self._restores:
            self._database = database
        else:  # meanwhile the partitions were revoked, or others assigned
            database.close()

    def drop(self) -> None:
        """Forget everything: somebody else may write these states from now on."""
        self._restores += 1
        if self._database is not None:
            self._database.close()
            self._database = None

    def get(self, partition: int, key: bytes | None) -> bytes | None:
        """The state of a key; None: it has none."""
        if self._database is None or key is None:
            return None
        row = self._database.execute(
            "SELECT value FROM state WHERE partition = ? AND key = ?", (partition, key)
        ).fetchone()
        return None if row is None else bytes(row[0])

    def put(self, partition: int, key: bytes, value: bytes) -> None:
        """Remember what was just confirmed to the state topic."""
        if self._database is not None:
            _write(self._database, partition, key, value)


def _load(read: Read, partitions: frozenset[int]) -> sqlite3.Connection:
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    database.execute("PRAGMA journal_mode = OFF")
    database.execute("PRAGMA synchronous = OFF")
    database.execute(
        "CREATE TABLE state (partition INTEGER, key BLOB, value BLOB, PRIMARY KEY (partition, key)) WITHOUT ROWID"
    )
    database.execute("BEGIN")
    for count, message in enumerate(read(partitions), start=1):
        if message.key is not None:
            _write(database, message.partition, message.key, message.value)
        if count % COMMIT_EVERY == 0:
            database.execute("COMMIT")
            database.execute("BEGIN")
    database.execute("COMMIT")
    return database


def _write(database: sqlite3.Connection, partition: int, key: bytes, value: bytes | None) -> None:
    """The last value wins; None (a tombstone) removes it."""
    if value is None:
        database.execute("DELETE FROM state WHERE partition = ? AND key = ?", (partition, key))
    else:
        database.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", (partition, key, value))
