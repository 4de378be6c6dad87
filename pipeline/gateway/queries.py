"""What is read from the store: each a function of a connection, inside one transaction; JSON as bytes that were stored."""

import base64
import binascii
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline import codec, instants
from pipeline.gateway import filters
from pipeline.gateway.changes import Change, change_of
from pipeline.gateway.filters import FilterError, Filters
from pipeline.gateway.marks import Mark
from pipeline.gateway.rows import FACETS
from pipeline.gateway.store import before_of
from pipeline.records import Message
from pipeline.topics import EVENTS, STORIES

# A histogram has at most so many buckets, of the smallest of these widths that allows it.
MOST_BUCKETS = 120
WIDTHS = (60, 300, 900, 1800, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 86_400, 2 * 86_400, 4 * 86_400,
          7 * 86_400, 14 * 86_400, 30 * 86_400, 90 * 86_400, 365 * 86_400)  # fmt: skip
MOST_VALUES = 100
RETRACTED = "SELECT id FROM facets WHERE field = 'change' AND value = 'retracted'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a look at the store is made of: an answer with the same one is the same answer."""

    epoch: str
    version: int
    filled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Events as stored JSON, newest first, the cursor of the next page, and the mark to stream on from."""

    events: list[bytes]
    next: str | None
    mark: Mark


def standing(database: sqlite3.Connection) -> Standing:
    """How the store stands."""
    about = dict(database.execute("SELECT name, value FROM about").fetchall())
    return Standing(epoch=about["epoch"], version=int(about.get("version", 0)), filled="filled" in about)


def mark(database: sqlite3.Connection) -> Mark:
    """The last offset of every partition of news.events.v1 that was read."""
    found = database.execute("SELECT partition, next - 1 FROM offsets WHERE topic = ?", (EVENTS.name,)).fetchall()
    origin = database.execute("SELECT value FROM about WHERE name = 'origin'").fetchone()
    return Mark(dict(found), "" if origin is None else origin[0])


def page(database: sqlite3.Connection, asked: Filters, limit: int, cursor: str | None) -> Page:
    """Events of the filters after the cursor. Raises FilterError when that is no cursor."""
    where, values = filters.sql(asked)
    if cursor is not None:
        where += " AND (e.at_ms, e.event_id) < (?, ?)"
        values = [*values, *_place(cursor)]
    # The page is chosen by narrow columns: sorting 20,000 matches with their data took 461 ms, so it takes 48.
    chosen = f"SELECT e.id FROM events AS e WHERE {where} ORDER BY e.at_ms DESC, e.event_id DESC LIMIT ?"
    found = database.execute(
        f"SELECT at_ms, event_id, value FROM events WHERE id IN ({chosen}) ORDER BY at_ms DESC, event_id DESC",
        [*values, limit + 1],
    ).fetchall()
    more = _cursor(*found[limit - 1][:2]) if len(found) > limit else None
    return Page(events=[value for *_, value in found[:limit]], next=more, mark=mark(database))


def event(database: sqlite3.Connection, event_id: str) -> tuple[bytes | None, list[bytes]]:
    """The event as it stands or stood last, and the CloudEvents of its revisions, oldest first."""
    found = database.execute("SELECT value FROM events WHERE event_id = ?", (event_id,)).fetchone()
    revisions = database.execute("SELECT value FROM revisions WHERE event_id = ? ORDER BY revision", (event_id,))
    return (None if found is None else found[0]), [value for (value,) in revisions]


def article(database: sqlite3.Connection, key: str) -> tuple[list[bytes], list[bytes]]:
    """The events of an article in text order, and its outcomes, oldest first."""
    events = database.execute("SELECT value FROM events WHERE article_key = ?", (key,)).fetchall()
    ordered = sorted((codec.decode(value)["sentence"]["start"], value) for (value,) in events)
    outcomes = database.execute(
        "SELECT value FROM outcomes WHERE article_key = ? ORDER BY written_ms, partition, offset", (key,)
    ).fetchall()
    return [value for _, value in ordered], [value for (value,) in outcomes]


def latest(
    database: sqlite3.Connection, topic: str, limit: int, cursor: str | None, more: filters.Sql = ("", [])
) -> tuple[list[bytes], str | None]:
    """Values of a compacted topic, last written first, and the cursor of the next page; `more`: a condition on top.

    Raises FilterError when that is no cursor.
    """
    where, values = more
    if cursor is not None:
        where, values = f"{where} AND (at_ms, key) < (?, ?)", [*values, *_place(cursor)]
    found = database.execute(
        f"SELECT at_ms, key, value FROM latest WHERE topic = ? {where} ORDER BY at_ms DESC, key DESC LIMIT ?",
        [topic, *values, limit + 1],
    ).fetchall()
    following = _cursor(*found[limit - 1][:2]) if len(found) > limit else None
    return [value for *_, value in found[:limit]], following


def stories(
    database: sqlite3.Connection, asked: Filters, limit: int, cursor: str | None
) -> tuple[list[bytes], str | None]:
    """Stories, last changed first; where something is asked for, those that tell an event which is all of that."""
    if not asked.chosen:
        return latest(database, STORIES.name, limit, cursor)
    where, values = filters.sql(asked)
    told = f"SELECT story_id FROM events AS e JOIN tellings USING (event_id) WHERE {where}"
    return latest(database, STORIES.name, limit, cursor, (f"AND key IN ({told})", values))


def facets(database: sqlite3.Connection, asked: Filters) -> dict[str, Any]:
    """How many events there are, by value of each facet and over time.

    A facet is counted without its own parameter: its other values are what one might choose instead. `total` counts
    those too that were taken back, and `retracted` them alone.
    """
    where, values = filters.sql(asked)
    total, first, last, gone = database.execute(
        f"SELECT count(*), min(e.at_ms), max(e.at_ms), total(e.id IN ({RETRACTED})) FROM events AS e WHERE {where}",
        values,
    ).fetchone()
    told: dict[str, Any] = {"total": total, "retracted": int(gone)}
    for field in FACETS:
        told[field] = _facet(database, field, asked.without(field))
    told["histogram"] = _histogram(database, (where, values), first, last)
    return told


def _facet(database: sqlite3.Connection, field: str, asked: Filters) -> list[dict[str, Any]]:
    where, values = filters.sql(asked)
    join = "" if where == "1" else f"AND id IN (SELECT e.id FROM events AS e WHERE {where})"
    found = database.execute(
        f"SELECT value, count(*) AS n FROM facets WHERE field = ? {join} GROUP BY value ORDER BY n DESC, value LIMIT ?",
        [field, *(values if join else []), MOST_VALUES],
    )
    return [{"value": value, "count": count} for value, count in found]


def _histogram(
    database: sqlite3.Connection, condition: filters.Sql, first: int | None, last: int | None
) -> dict[str, Any]:
    """Counts by bucket, those that are empty left out; buckets begin at multiples of their width since 1970."""
    if first is None or last is None:
        return {"bucket_seconds": WIDTHS[0], "buckets": []}
    width = next((w for w in WIDTHS if (last - first) // (w * 1000) < MOST_BUCKETS - 1), WIDTHS[-1])
    where, values = condition
    # SQLite divides towards zero: what is before 1970 is moved by a bucket.
    bucket = "(e.at_ms - (e.at_ms < 0) * (? - 1)) / ?"
    found = database.execute(
        f"SELECT {bucket} AS bucket, count(*) FROM events AS e WHERE {where} GROUP BY bucket ORDER BY bucket",
        [width * 1000, width * 1000, *values],
    )
    buckets = [{"at": instants.from_ms(number * width * 1000), "count": count} for number, count in found]
    return {"bucket_seconds": width, "buckets": buckets}


def changes_after(
    database: sqlite3.Connection, after: Mapping[int, int], upto_seq: int, limit: int
) -> tuple[list[Change], bool]:
    """Up to `limit` changes beyond the offsets, oldest first, none later than `upto_seq`; whether these were all."""
    begin = first_after(database, after, upto_seq)
    if begin is None:
        return [], True
    found: list[Change] = []
    for seq, *place, value in database.execute(
        "SELECT seq, partition, offset, timestamp_ms, value FROM revisions WHERE seq BETWEEN ? AND ? ORDER BY seq",
        (begin, upto_seq),
    ):
        partition, offset, timestamp_ms = place
        if offset <= after.get(partition, -1):
            continue
        if len(found) == limit:
            return found, False
        found.append(_change(database, seq, Message(
            topic=EVENTS.name, partition=partition, offset=offset, timestamp_ms=timestamp_ms, key=None, value=value,
        )))  # fmt: skip
    return found, True


def first_after(database: sqlite3.Connection, after: Mapping[int, int], upto_seq: int) -> int | None:
    """The `seq` of the first revision beyond the offsets; None: there is none."""
    partitions = [one for (one,) in database.execute("SELECT partition FROM offsets WHERE topic = ?", (EVENTS.name,))]
    firsts = [
        database.execute(
            "SELECT min(seq) FROM (SELECT seq FROM revisions WHERE partition = ? AND offset > ? ORDER BY offset LIMIT 1)",
            (partition, after.get(partition, -1)),
        ).fetchone()[0]
        for partition in partitions
    ]
    return min((seq for seq in firsts if seq is not None and seq <= upto_seq), default=None)


def firsts(database: sqlite3.Connection) -> dict[int, int]:
    """Where our knowledge of each partition of news.events.v1 begins."""
    found = database.execute("SELECT partition, first FROM offsets WHERE topic = ?", (EVENTS.name,))
    return dict(found.fetchall())


def counts(database: sqlite3.Connection) -> dict[str, int]:
    """Events that stand, events taken back, revisions, articles that wait."""
    ask = {
        "events": "SELECT count(*) FROM facets WHERE field = 'change' AND value <> 'retracted'",
        "retracted": "SELECT count(*) FROM facets WHERE field = 'change' AND value = 'retracted'",
        "held": "SELECT count(*) FROM latest WHERE topic = 'news.article-state.v1'",
    }
    return {name: database.execute(question).fetchone()[0] for name, question in ask.items()}


def last_ms(database: sqlite3.Connection, topics: Sequence[str]) -> int | None:
    """When the last message of the topics was written."""
    marks = ", ".join("?" * len(topics))
    found = database.execute(f"SELECT max(timestamp_ms) FROM offsets WHERE topic IN ({marks})", list(topics)).fetchone()
    return None if found[0] is None else int(found[0])


def _change(database: sqlite3.Connection, seq: int, message: Message) -> Change:
    cloud = codec.decode(message.value or b"")
    data = cloud["data"]
    return change_of(seq, message, cloud, before_of(database, data["event_id"], data["revision"]))


def _cursor(at_ms: int, key: str) -> str:
    return base64.urlsafe_b64encode(f"{at_ms} {key}".encode()).decode().rstrip("=")


def _place(cursor: str) -> tuple[int, str]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at_ms, _, key = text.partition(" ")
        return int(at_ms), key
    except (ValueError, binascii.Error):
        raise FilterError("cursor: not one of ours") from None
