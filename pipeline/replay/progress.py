"""What a run has sent, kept by content: the same command again, after a kill or on a grown archive, sends only the rest.

An SQLite file a run. A fingerprint is written only when Kafka has confirmed its record, so a kill repeats at most the chunk
that was under way, and skips nothing.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from pipeline.errors import ReplayError

Sent = tuple[bytes, int, int]


class Progress:
    """Fingerprints of what was sent, with the partition and offset that Kafka gave each."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    def __contains__(self, fingerprint: bytes) -> bool:
        return self._database.execute("SELECT 1 FROM sent WHERE fingerprint = ?", (fingerprint,)).fetchone() is not None

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM sent").fetchone()[0])

    def add(self, sent: Iterable[Sent]) -> None:
        """Remember confirmed records: (fingerprint, partition, offset), all or none."""
        with self._database:
            self._database.executemany("INSERT OR REPLACE INTO sent VALUES (?, ?, ?)", sent)

    def offsets(self) -> Iterator[tuple[int, int]]:
        """(partition, offset) of every record sent."""
        yield from self._database.execute("SELECT place, at FROM sent")


@contextmanager
def progress(path: Path, *, again: bool = False) -> Iterator[Progress]:
    """The progress kept at `path`; `again`: forget it first. Raises ReplayError when another process has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=0)) as database:
        try:
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA journal_mode = WAL")
            with database:
                if again:
                    database.execute("DROP TABLE IF EXISTS sent")
                database.execute(
                    "CREATE TABLE IF NOT EXISTS sent (fingerprint BLOB PRIMARY KEY, place INTEGER, at INTEGER)"
                    " WITHOUT ROWID"
                )
        except sqlite3.OperationalError as error:
            raise ReplayError(f"this replay is running already ({path}: {error}); wait for it, or end it") from error
        except sqlite3.DatabaseError as error:
            raise ReplayError(f"{path} is damaged ({error}); `--again` starts from the beginning") from error
        yield Progress(database)
