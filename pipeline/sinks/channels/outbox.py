"""The outbox: what is to be sent, in one SQLite file, so that a kill at any moment loses nothing.

An alert and the offset behind it are written in one transaction: it comes in exactly once. It goes out at least once, and under
the same id each time. Retries, quiet hours, digests and throttles are times in a row, not timers in a process.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipeline import codec, ids, instants
from pipeline.alerts.records import Alert
from pipeline.alerts.rules import Rule
from pipeline.alerts.timing import slot
from pipeline.records import Problem
from pipeline.sinks.channels.base import GONE, Parcel

# Standard Webhooks' schedule: the wait before each further attempt.
RETRY_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.1
# An alert that is older when it comes in is history: the first start on a full topic must wake nobody.
LATE_MS = 86_400_000
KEPT_MS = 30 * 86_400_000

TABLES = """
CREATE TABLE IF NOT EXISTS progress (partition INTEGER PRIMARY KEY, next_offset INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS items (
    number INTEGER PRIMARY KEY, alert_id TEXT, channel TEXT, rule TEXT, event_id TEXT, change TEXT, came_ms INTEGER,
    due_ms INTEGER, suppressed INTEGER, state TEXT, parcel TEXT, body BLOB, UNIQUE (alert_id, channel)
);
CREATE INDEX IF NOT EXISTS waiting ON items (due_ms) WHERE state = 'waiting';
CREATE INDEX IF NOT EXISTS events ON items (event_id);
CREATE TABLE IF NOT EXISTS parcels (
    id TEXT, channel TEXT, rule TEXT, attempts INTEGER, due_ms INTEGER, state TEXT, problem TEXT, PRIMARY KEY (id, channel)
);
CREATE TABLE IF NOT EXISTS closed (channel TEXT PRIMARY KEY, at TEXT, problem TEXT);
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A parcel whose time has come."""

    channel: str
    parcel: Parcel
    attempts: int


class Outbox:
    """One process at a time: the file is locked as long as it is open."""

    def __init__(self, path: Path) -> None:
        """Raises sqlite3.Error: the file is damaged, or another process has it."""
        self._database = sqlite3.connect(path, isolation_level=None, timeout=1.0)
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.executescript(TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def progress(self) -> dict[int, int]:
        """The next offset of each partition; empty on the first start."""
        return dict(self._database.execute("SELECT partition, next_offset FROM progress").fetchall())

    def take(self, alert: Alert | None, rule: Rule | None, place: tuple[int, int], now_ms: int) -> None:
        """An alert came in from (partition, offset); None: the message holds none that we can read."""
        with self._transaction():
            for channel in dict.fromkeys(alert.channels) if alert is not None else ():
                assert alert is not None
                self._put(alert, rule, channel, now_ms)
            partition, offset = place
            self._database.execute("INSERT OR REPLACE INTO progress VALUES (?, ?)", (partition, offset + 1))

    def _put(self, alert: Alert, rule: Rule | None, channel: str, now_ms: int) -> None:
        again = "SELECT 1 FROM items WHERE alert_id = ? AND channel = ?"
        if self._database.execute(again, (alert.alert_id, channel)).fetchone():
            return  # the alerts stage was killed and decided it again
        if alert.change != "detected" and not self._told(alert, channel):
            return
        due_ms, suppressed = now_ms, False
        late = alert.change == "detected" and now_ms - (instants.to_ms(alert.fired_at) or 0) > LATE_MS
        if not late:
            found = slot(
                rule,
                alert,
                now_ms,
                digest_ms=self._digest_ms(alert, channel),
                recent_ms=self._recent(rule, channel, now_ms),
            )
            due_ms, suppressed = found.due_ms, found.suppressed
        row = (alert.alert_id, channel, alert.rule, alert.event_id, alert.change, now_ms, due_ms, suppressed)
        state = "late" if late else "waiting"
        self._database.execute(
            "INSERT INTO items (alert_id, channel, rule, event_id, change, came_ms, due_ms, suppressed, state, body)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, state, codec.encode(alert)),
        )

    def _told(self, alert: Alert, channel: str) -> bool:
        """Whether a correction must be sent. What waits and was never tried is taken back by a retraction, unsaid."""
        mine = (channel, alert.rule, alert.event_id)
        where = "channel = ? AND rule = ? AND event_id = ?"
        rows = self._database.execute(f"SELECT state, parcel, suppressed FROM items WHERE {where}", mine).fetchall()
        if alert.change == "retracted":
            self._database.execute(
                f"UPDATE items SET state = 'withdrawn' WHERE {where} AND state = 'waiting' AND parcel IS NULL", mine
            )
        told = [state in ("sent", "failed") or parcel is not None for state, parcel, counted in rows if not counted]
        waits = [state == "waiting" for state, _, counted in rows if not counted]
        return not rows or any(told) or (alert.change == "updated" and any(waits))

    def _digest_ms(self, alert: Alert, channel: str) -> int | None:
        """When the rule's open digest goes out."""
        row = self._database.execute(
            "SELECT max(due_ms) FROM items WHERE channel = ? AND rule = ? AND state = 'waiting' AND parcel IS NULL"
            " AND change = 'detected' AND NOT suppressed",
            (channel, alert.rule),
        ).fetchone()
        return None if row is None else row[0]

    def _recent(self, rule: Rule | None, channel: str, now_ms: int) -> list[int]:
        """When the alerts came in that count for the throttle."""
        if rule is None or rule.throttle is None:
            return []
        rows = self._database.execute(
            "SELECT came_ms FROM items WHERE channel = ? AND rule = ? AND change = 'detected' AND NOT suppressed"
            " AND state IN ('waiting', 'sent', 'failed') AND came_ms > ?",
            (channel, rule.name, now_ms - rule.throttle.seconds * 1000),
        ).fetchall()
        return [came_ms for (came_ms,) in rows]

    def due(self, now_ms: int) -> list[Waiting]:
        """The parcels to be tried now; what is due of a rule and channel makes one, and stays together from then on."""
        with self._transaction():
            self._pack(now_ms)
        rows = self._database.execute(
            "SELECT id, channel, rule, attempts FROM parcels WHERE state = 'waiting' AND due_ms <= ?"
            " AND channel NOT IN (SELECT channel FROM closed) ORDER BY due_ms, rowid",
            (now_ms,),
        ).fetchall()
        return [Waiting(channel, self._parcel(id_, channel, rule), attempts) for id_, channel, rule, attempts in rows]

    def _pack(self, now_ms: int) -> None:
        """Nothing overtakes what is still being tried of the same event: a retraction comes after what it takes back."""
        rows = self._database.execute(
            "SELECT number, alert_id, channel, rule FROM items WHERE state = 'waiting' AND parcel IS NULL AND due_ms <= ?"
            " AND NOT EXISTS (SELECT 1 FROM items AS before WHERE before.event_id = items.event_id"
            " AND before.channel = items.channel AND before.rule = items.rule AND before.state = 'waiting'"
            " AND before.number < items.number AND (before.parcel IS NOT NULL OR before.due_ms > ?)) ORDER BY number",
            (now_ms, now_ms),
        ).fetchall()
        groups: dict[tuple[str, str], list[tuple[int, str]]] = {}
        for number, alert_id, channel, rule in rows:
            groups.setdefault((channel, rule), []).append((number, alert_id))
        for (channel, rule), found in groups.items():
            own = [alert_id for _, alert_id in found]
            parcel = own[0] if len(own) == 1 else ids.digest("parcel", rule, *own)
            numbers = [(parcel, number) for number, _ in found]
            self._database.executemany("UPDATE items SET parcel = ? WHERE number = ?", numbers)
            row = (parcel, channel, rule, 0, now_ms, "waiting", None)
            self._database.execute("INSERT INTO parcels VALUES (?, ?, ?, ?, ?, ?, ?)", row)

    def _parcel(self, id_: str, channel: str, rule: str) -> Parcel:
        rows = self._database.execute(
            "SELECT suppressed, body FROM items WHERE parcel = ? AND channel = ? ORDER BY number", (id_, channel)
        ).fetchall()
        alerts = tuple(codec.decode_record(Alert, body) for suppressed, body in rows if not suppressed)
        return Parcel(id=id_, rule=rule, alerts=alerts, suppressed=len(rows) - len(alerts))

    def settle(self, waiting: Waiting, problem: Problem | None, now_ms: int, chance: float) -> None:
        """What became of an attempt; `chance` from 0 to 1 spreads the retries."""
        attempts = waiting.attempts + 1
        state, due_ms = ("sent", now_ms) if problem is None else ("failed", now_ms)
        if problem is not None and problem.code != GONE and attempts <= len(RETRY_SECONDS):
            spread = 1 + JITTER * (2 * chance - 1)
            state, due_ms = "waiting", now_ms + round(RETRY_SECONDS[attempts - 1] * 1000 * spread)
        said = None if problem is None else f"{problem.code}: {problem.message}"
        place = (waiting.parcel.id, waiting.channel)
        with self._transaction():
            self._database.execute(
                "UPDATE parcels SET attempts = ?, due_ms = ?, state = ?, problem = ? WHERE id = ? AND channel = ?",
                (attempts, due_ms, state, said, *place),
            )
            if state != "waiting":
                self._database.execute("UPDATE items SET state = ? WHERE parcel = ? AND channel = ?", (state, *place))
            if problem is not None and problem.code == GONE:
                row = (waiting.channel, instants.from_ms(now_ms), said)
                self._database.execute("INSERT OR REPLACE INTO closed VALUES (?, ?, ?)", row)

    def history(self, channel: str, most: int) -> list[Alert]:
        """The alerts that were sent to a channel last, oldest first."""
        rows = self._database.execute(
            "SELECT body FROM items WHERE channel = ? AND state = 'sent' AND NOT suppressed ORDER BY number DESC LIMIT ?",
            (channel, most),
        ).fetchall()
        return [codec.decode_record(Alert, body) for (body,) in reversed(rows)]

    def forget(self, now_ms: int) -> None:
        """Drop what was settled longer ago than anybody corrects it."""
        with self._transaction():
            old = (now_ms - KEPT_MS,)
            self._database.execute("DELETE FROM items WHERE state <> 'waiting' AND came_ms < ?", old)
            self._database.execute("DELETE FROM parcels WHERE state <> 'waiting' AND due_ms < ?", old)

    def closed(self) -> dict[str, str]:
        """The channels that asked to be left alone, and how."""
        return dict(self._database.execute("SELECT channel, at || ' ' || problem FROM closed").fetchall())

    def reopen(self, channel: str) -> bool:
        """Whether the channel was closed; it is tried again from now on."""
        with self._transaction():
            return self._database.execute("DELETE FROM closed WHERE channel = ?", (channel,)).rowcount > 0

    def counts(self) -> list[tuple[str, str, int, str | None]]:
        """(channel, state, parcels, the last problem) for people."""
        return self._database.execute(
            "SELECT channel, state, count(*), max(problem) FROM parcels GROUP BY channel, state ORDER BY channel, state"
        ).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")
