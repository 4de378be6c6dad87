"""What a stage remembers of each key: the last value in its compacted state topic, by partition.

Held in a temporary SQLite database on disk (SQLite's name for one: ""), so that memory stays flat however many keys
there are. The topic is the truth: what is assigned is read back from it before the first message is handled.
Beside each state stands when it is due, if it waits for something, so that nobody has to look through all of them.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pipeline.records import Message

# Between a key and the name of a part of its state; the byte after it, for the end of a range.
PART, PAST = b"|", b"}"
Read = Callable[[frozenset[int]], Iterable[Message]]
DueMs = Callable[[bytes], int | None]
COMMIT_EVERY = 10_000
TABLE = (
    "CREATE TABLE state (partition INTEGER, key BLOB, value BLOB, due_ms INTEGER, PRIMARY KEY (partition, key)) "
    "WITHOUT ROWID"
)
INDEX = "CREATE INDEX due ON state (due_ms) WHERE due_ms IS NOT NULL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A state whose time has come."""

    partition: int
    key: bytes
    value: bytes


def part_key(key: bytes, name: bytes) -> bytes:
    """Under which a part of a key's state stands."""
    return key + PART + name


def never(_: bytes) -> int | None:
    """No state waits for anything."""
    return None


class StateStore:
    """States by (partition, key). All methods belong to the event loop's thread; only the reading back happens in
    another, on a database that nobody else has yet."""

    def __init__(self, read: Read | None, due_ms: DueMs = never) -> None:
        """`read` yields the state topic's records of some partitions to their end; None: the stage has no state.

        `due_ms` says of a state when it is due, in epoch milliseconds.
        """
        self._read, self._due_ms = read, due_ms
        self._database: sqlite3.Connection | None = None
        self._restores = 0

    async def restore(self, partitions: frozenset[int]) -> None:
        """Forget everything and read the partitions' states back. Raises BrokerError."""
        self.drop()
        if self._read is None or not partitions:
            return
        mine = self._restores
        database = await asyncio.to_thread(_load, self._read, partitions, self._due_ms)
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

    def parts(self, partition: int, key: bytes) -> list[bytes]:
        """The values of the parts of a key's state, in the order of their names."""
        if self._database is None:
            return []
        rows = self._database.execute(
            "SELECT value FROM state WHERE partition = ? AND key > ? AND key < ? ORDER BY key",
            (partition, key + PART, key + PAST),
        )
        return [bytes(row[0]) for row in rows]

    def put(self, partition: int, key: bytes, value: bytes | None) -> None:
        """Remember what was just confirmed to the state topic."""
        if self._database is not None:
            _write(self._database, partition, key, value, self._due_ms)

    def take_due(self, now_ms: int, *, most: int) -> list[Due]:
        """The states that are due, the longest due first; each is due once, and again when it is put or read back."""
        if self._database is None:
            return []
        rows = self._database.execute(
            "SELECT partition, key, value FROM state WHERE due_ms <= ? ORDER BY due_ms LIMIT ?", (now_ms, most)
        ).fetchall()
        places = [(partition, key) for partition, key, _ in rows]
        self._database.executemany("UPDATE state SET due_ms = NULL WHERE partition = ? AND key = ?", places)
        return [Due(partition=partition, key=bytes(key), value=bytes(value)) for partition, key, value in rows]


def _load(read: Read, partitions: frozenset[int], due_ms: DueMs) -> sqlite3.Connection:
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    for statement in ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", TABLE, INDEX, "BEGIN"):
        database.execute(statement)
    for count, message in enumerate(read(partitions), start=1):
        if message.key is not None:
            _write(database, message.partition, message.key, message.value, due_ms)
        if count % COMMIT_EVERY == 0:
            database.execute("COMMIT")
            database.execute("BEGIN")
    database.execute("COMMIT")
    return database


def _write(database: sqlite3.Connection, partition: int, key: bytes, value: bytes | None, due_ms: DueMs) -> None:
    """The last value wins; None (a tombstone) removes it."""
    if value is None:
        database.execute("DELETE FROM state WHERE partition = ? AND key = ?", (partition, key))
    else:
        row = (partition, key, value, due_ms(value))
        database.execute("INSERT OR REPLACE INTO state VALUES (?, ?, ?, ?)", row)
