"""The store: an SQLite file that Kafka's topics are read into. One thread writes; offsets and rows in one transaction.

It is a copy: lost, damaged, of another version of the tables or of another Kafka, it is filled anew from the topics.
"""

import logging
import secrets
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline import codec, contracts, instants
from pipeline.broker.consume import Batch
from pipeline.broker.offsets import Position
from pipeline.gateway import rows
from pipeline.gateway.changes import EVENT_TYPES, Change, change_of
from pipeline.gateway.rows import Row
from pipeline.gateway.tables import NAMES, TABLES, VERSION
from pipeline.records import Message
from pipeline.topics import EVENTS, OUTCOMES, STATE, STORIES

logger = logging.getLogger(__name__)
# A file of that size is checked in well under a second; a larger one is taken as it is, until SQLite says otherwise.
CHECKED_BYTES = 256 * 1024 * 1024
PRAGMAS = ("journal_mode = WAL", "synchronous = NORMAL", "busy_timeout = 5000", "journal_size_limit = 67108864")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a partition is to be read on, and where our knowledge of it begins."""

    next: int
    first: int


class Store:
    """The writer's side. All of it belongs to one thread; `prefix` is that of the topics."""

    def __init__(self, path: Path, prefix: str) -> None:
        """Open the file, or begin a new one where it cannot be used."""
        self._path, self._prefix = path, prefix
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._database = _opened(path)
        except sqlite3.DatabaseError as error:
            logger.warning(
                "the store cannot be used: it is filled anew", extra={"path": str(path), "problem": str(error)}
            )
            _remove(path)
            self._database = _opened(path)
        self._appliers = {EVENTS.name: self._event, OUTCOMES.name: self._outcome, STATE.name: self._state,
                          STORIES.name: self._story}  # fmt: skip

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def told(self, name: str) -> str | None:
        """What was noted under a name: `cluster`, `built`, `filled`, `epoch`."""
        found = self._database.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])

    def seq(self) -> int:
        """The number of the newest revision."""
        return int(self._database.execute("SELECT coalesce(max(seq), 0) FROM revisions").fetchone()[0])

    def note(self, **about: str) -> None:
        """Note it, in a transaction of its own."""
        with self._transaction():
            self._database.executemany("INSERT OR REPLACE INTO about VALUES (?, ?)", about.items())

    def places(self) -> dict[Position, Place]:
        """By (topic with its prefix, partition)."""
        found = self._database.execute("SELECT topic, partition, next, first FROM offsets")
        return {(self._prefix + topic, partition): Place(next=n, first=first) for topic, partition, n, first in found}

    def clear(self, cluster: str, origin: str) -> None:
        """Forget everything: what comes is of this cluster. Readers see it before or after, never between."""
        with self._transaction():
            for name in NAMES:
                self._database.execute(f"DROP TABLE IF EXISTS {name}")
            _create(self._database)
            self._database.executemany("INSERT INTO about VALUES (?, ?)", [("cluster", cluster), ("origin", origin)])

    def build(self, current: Iterable[Message], begins: Mapping[Position, int]) -> None:
        """The events as they stand, out of the compacted topic; then all else is to be read from `begins` on."""
        with self._transaction():
            for message in current:
                self._standing(message)
            for (topic, partition), first in begins.items():
                row = (topic.removeprefix(self._prefix), partition, first, first)
                self._database.execute("INSERT OR REPLACE INTO offsets VALUES (?, ?, ?, ?, NULL)", row)
            self._database.execute("INSERT OR REPLACE INTO about VALUES ('built', 'yes')")

    def apply(self, batch: Batch) -> list[Change]:
        """Everything that a poll brought, or nothing of it; what it changes for streams."""
        changes: list[Change] = []
        with self._transaction():
            for message in batch.messages:
                changes += self._applied(message)
            self._advance(batch)
        return changes

    def prune(self, begins: Mapping[Position, int], before_ms: int) -> None:
        """Forget what Kafka has forgotten: revisions before its begin, and older outcomes and retracted events."""
        with self._transaction():
            for (topic, partition), begin in begins.items():
                name = topic.removeprefix(self._prefix)
                where = (begin, name, partition)
                self._database.execute(
                    "UPDATE offsets SET first = max(first, ?) WHERE topic = ? AND partition = ?", where
                )
                if name == EVENTS.name:
                    self._database.execute(
                        "DELETE FROM revisions WHERE partition = ? AND offset < ?", (partition, begin)
                    )
            self._database.execute("DELETE FROM outcomes WHERE written_ms < ?", (before_ms,))
            gone = self._database.execute(
                "SELECT id FROM events WHERE written_ms < ? AND id IN "
                "(SELECT id FROM facets WHERE field = 'change' AND value = 'retracted')",
                (before_ms,),
            ).fetchall()
            for (number,) in gone:
                self._remove(number)

    def _transaction(self) -> sqlite3.Connection:
        """A block that is written whole or not at all."""
        self._database.execute("BEGIN IMMEDIATE")
        return self._database

    def _applied(self, message: Message) -> list[Change]:
        name = message.topic.removeprefix(self._prefix)
        try:
            return self._appliers.get(name, self._latest)(message)
        except codec.DecodeError as error:
            place = f"{message.topic} {message.partition}:{message.offset}"
            logger.warning("a message cannot be read and is left out", extra={"place": place, "problem": str(error)})
            return []

    def _advance(self, batch: Batch) -> None:
        times: dict[Position, int] = {(m.topic, m.partition): m.timestamp_ms for m in batch.messages}
        for (topic, partition), place in batch.positions.items():
            row = (topic.removeprefix(self._prefix), partition, place, times.get((topic, partition)))
            self._database.execute(
                "INSERT INTO offsets VALUES (?1, ?2, ?3, 0, ?4) ON CONFLICT DO UPDATE "
                "SET next = ?3, timestamp_ms = coalesce(?4, timestamp_ms) WHERE next <> ?3",
                row,
            )
        if batch.messages:
            self._database.execute(
                "INSERT INTO about VALUES ('version', '1') ON CONFLICT DO UPDATE SET value = CAST(value AS INTEGER) + 1"
            )

    def _event(self, message: Message) -> list[Change]:
        """A revision: new to us, or a repeated delivery, which changes nothing."""
        cloud = _cloud(message)
        data = cloud["data"]
        written = self._database.execute(
            "INSERT OR IGNORE INTO revisions VALUES (NULL, ?, ?, ?, ?, ?, ?)",
            (
                message.partition,
                message.offset,
                message.timestamp_ms,
                data["event_id"],
                data["revision"],
                message.value,
            ),
        )
        if not written.rowcount or written.lastrowid is None:
            return []
        number, standing = self._known(data["event_id"])
        before = before_of(self._database, data["event_id"], data["revision"])
        if before is None and standing is not None and standing[0].revision < data["revision"]:
            before = standing[0]
        change = change_of(written.lastrowid, message, cloud, before)
        if standing is None or standing[0].revision < data["revision"]:
            self._replace(number, standing, change, message.timestamp_ms)
        return [change]

    def _replace(
        self, number: int | None, standing: tuple[Row, dict[str, Any]] | None, change: Change, timestamp_ms: int
    ) -> None:
        """The event as it stands now. Of one that was taken back, what it said last is kept, if we ever knew."""
        told = {"change": change.name, "changed_at": change.cloud["time"]}
        if change.name != "retracted":
            data = {**change.cloud["data"], **told}
        elif standing is not None:
            taken = change.cloud["data"]
            data = {**standing[1], "revision": taken["revision"], "reason": taken["reason"], **told}
        else:
            return
        row = change.after if change.after is not None else rows.row(data, change.name, timestamp_ms)
        self._write(number, row, data, timestamp_ms)

    def _standing(self, message: Message) -> None:
        """An event as it stands, or the tombstone of one; before any revision is read."""
        if message.key is None:
            return
        number, _ = self._known(message.key.decode("utf-8", "replace"))
        if message.value is None:
            self._remove(number)
            return
        try:
            cloud = _cloud(message)
        except codec.DecodeError as error:
            logger.warning("an event cannot be read and is left out", extra={"problem": str(error)})
            return
        change = EVENT_TYPES[cloud["type"]]
        changed_at = cloud["time"] or instants.from_ms(message.timestamp_ms)
        data = {**cloud["data"], "change": change, "changed_at": changed_at}
        self._write(number, rows.row(data, change, message.timestamp_ms), data, message.timestamp_ms)

    def _known(self, event_id: str) -> tuple[int | None, tuple[Row, dict[str, Any]] | None]:
        found = self._database.execute("SELECT id, at_ms, value FROM events WHERE event_id = ?", (event_id,)).fetchone()
        if found is None:
            return None, None
        data = codec.decode(found[2])
        return found[0], (rows.row(data, data["change"], found[1]), data)

    def _write(self, number: int | None, row: Row, data: Mapping[str, Any], written_ms: int) -> None:
        self._remove(number)
        values = (number, row.event_id, row.revision, row.at_ms, row.confidence, row.lat, row.lon, data["article"]["key"],
                  written_ms, codec.encode(data))  # fmt: skip
        written = self._database.execute(f"INSERT INTO events VALUES ({', '.join('?' * len(values))})", values)
        number = written.lastrowid
        facets = [(field, value, number) for field, values_of in row.facets.items() for value in values_of]
        self._database.executemany("INSERT INTO facets VALUES (?, ?, ?)", facets)
        self._database.execute("INSERT INTO texts (rowid, words) VALUES (?, ?)", (number, " ".join(row.words)))
        if row.lat is not None and row.lon is not None:
            place = (number, row.lon, row.lon, row.lat, row.lat)
            self._database.execute("INSERT INTO places VALUES (?, ?, ?, ?, ?)", place)

    def _remove(self, number: int | None) -> None:
        if number is None:
            return
        for table, column in (("events", "id"), ("facets", "id"), ("texts", "rowid"), ("places", "id")):
            self._database.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))

    def _outcome(self, message: Message) -> list[Change]:
        outcome = _object(message)
        place, key = outcome["input"], outcome["article_key"]
        row = (place["topic"], place["partition"], place["offset"], key, message.timestamp_ms, message.value)
        self._database.execute("INSERT OR REPLACE INTO outcomes VALUES (?, ?, ?, ?, ?, ?)", row)
        return []

    def _state(self, message: Message) -> list[Change]:
        """Of the states of articles, only which of them wait: the rest is the worker's affair."""
        held = message.value is not None and _object(message).get("held") is not None
        self._keep(message, codec.encode(None) if held else None)
        return []

    def _story(self, message: Message) -> list[Change]:
        """A story as it stands, and which events it tells."""
        story_id = _key(message)
        told = [] if message.value is None else _object(message)["event_ids"]
        self._database.execute("DELETE FROM tellings WHERE story_id = ?", (story_id,))
        self._database.executemany("INSERT OR IGNORE INTO tellings VALUES (?, ?)", [(one, story_id) for one in told])
        self._keep(message, message.value)
        return []

    def _latest(self, message: Message) -> list[Change]:
        """The last value of a key; a tombstone removes it."""
        if message.value is not None:
            _object(message)
        self._keep(message, message.value)
        return []

    def _keep(self, message: Message, value: bytes | None) -> None:
        name, key = message.topic.removeprefix(self._prefix), _key(message)
        if value is None:
            self._database.execute("DELETE FROM latest WHERE topic = ? AND key = ?", (name, key))
        else:
            row = (name, key, message.timestamp_ms, value)
            self._database.execute("INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?)", row)


def before_of(database: sqlite3.Connection, event_id: str, revision: int) -> Row | None:
    """The row of an event as it was before a revision, as far as revisions tell."""
    retracted_at: int | None = None
    for number, timestamp_ms, value in database.execute(
        "SELECT revision, timestamp_ms, value FROM revisions WHERE event_id = ? AND revision < ? ORDER BY revision DESC",
        (event_id, revision),
    ):
        cloud = codec.decode(value)
        name = EVENT_TYPES[cloud["type"]]
        if name != "retracted":
            row = rows.row(cloud["data"], name, timestamp_ms)
            return row if retracted_at is None else rows.retracted(row, retracted_at)
        retracted_at = retracted_at or number
    return None


def _cloud(message: Message) -> dict[str, Any]:
    """The CloudEvent of a message. Raises DecodeError when it is none of ours."""
    cloud = _object(message)
    wrong = contracts.problem("cloudevent.v1", cloud, side="consume")
    if wrong is None and cloud["type"] in EVENT_TYPES:
        return cloud
    raise codec.DecodeError("invalid-record", wrong or f"type {cloud['type']}")


def _key(message: Message) -> str:
    return (message.key or b"").decode("utf-8", "replace")


def _object(message: Message) -> dict[str, Any]:
    value = codec.decode(message.value or b"")
    if not isinstance(value, dict):
        raise codec.DecodeError("invalid-record", "no object")
    return value


def _opened(path: Path) -> sqlite3.Connection:
    """The database, its tables of our version. Raises sqlite3.DatabaseError when it is damaged."""
    database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    try:
        for pragma in PRAGMAS:
            database.execute(f"PRAGMA {pragma}").fetchall()
        if database.execute("PRAGMA user_version").fetchone() == (0,):
            with database:
                database.execute("BEGIN IMMEDIATE")
                _create(database)
        if database.execute("PRAGMA user_version").fetchone() != (VERSION,):
            raise sqlite3.DatabaseError("tables of another version")
        if path.stat().st_size <= CHECKED_BYTES and database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError("damaged")
    except BaseException:
        database.close()
        raise
    return database


def _create(database: sqlite3.Connection) -> None:
    for table in TABLES:
        database.execute(table)
    database.execute("INSERT INTO about VALUES ('epoch', ?)", (secrets.token_hex(4),))
    database.execute(f"PRAGMA user_version = {VERSION}")


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
