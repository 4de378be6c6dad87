"""What an Idempotency-Key got: an SQLite file in the state folder, so that a restart gives the same receipts again.

Not a record of news.source-state.v1, which is written whole with every change: a push server changes with every request.
Kept for a day, and at most so many a key; what falls out is sent again when it comes again, and is then `unchanged`.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline import codec
from pipeline.errors import SettingsError

KEEP_MS = 24 * 3_600_000
MOST = 10_000
TABLES = """
CREATE TABLE IF NOT EXISTS receipts (
    owner TEXT NOT NULL, idempotency_key TEXT NOT NULL, fingerprint TEXT NOT NULL, places TEXT NOT NULL, at_ms INTEGER NOT NULL,
    PRIMARY KEY (owner, idempotency_key)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS receipts_by_age ON receipts (owner, at_ms);
"""

# (topic, partition, offset) of an article, None for one that is not confirmed, in the order of the body.
Standing = tuple[str, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What came with an Idempotency-Key, and where it went."""

    fingerprint: str
    places: list[Standing | None]


class Receipts:
    """The file; for one thread at a time, which need not be the one that opened it."""

    def __init__(self, path: Path, most: int = MOST, keep_ms: int = KEEP_MS) -> None:
        self._most, self._keep_ms = most, keep_ms
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._db.executescript(TABLES)
        except sqlite3.Error as error:
            raise SettingsError(f"{path}: {error}: move it away; receipts of the last day are then forgotten") from None

    def find(self, owner: str, idempotency_key: str, now_ms: int) -> Remembered | None:
        """What the key of this owner got, None if it is new or forgotten."""
        found = self._db.execute(
            "SELECT fingerprint, places FROM receipts WHERE owner = ? AND idempotency_key = ? AND at_ms >= ?",
            (owner, idempotency_key, now_ms - self._keep_ms),
        ).fetchone()
        if found is None:
            return None
        places = [None if one is None else tuple(one) for one in codec.decode(found[1].encode())]
        return Remembered(fingerprint=found[0], places=places)

    def save(self, owner: str, idempotency_key: str, remembered: Remembered, now_ms: int) -> None:
        """Remember; on disk when this returns. Forgets what is too old, or too much."""
        with self._db:
            self._db.execute("BEGIN IMMEDIATE")
            self._db.execute(
                "INSERT OR REPLACE INTO receipts VALUES (?, ?, ?, ?, ?)",
                (owner, idempotency_key, remembered.fingerprint, _text(remembered.places), now_ms),
            )
            self._db.execute("DELETE FROM receipts WHERE owner = ? AND at_ms < ?", (owner, now_ms - self._keep_ms))
            self._db.execute(
                "DELETE FROM receipts WHERE owner = ?1 AND at_ms <= "
                "(SELECT at_ms FROM receipts WHERE owner = ?1 ORDER BY at_ms DESC LIMIT 1 OFFSET ?2)",
                (owner, self._most),
            )

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _text(places: Sequence[Standing | None]) -> str:
    return codec.encode(places).decode()
