"""Topics → the events that stand, oldest first: a compacted topic still holds values that later ones replaced.

The newest value of each key waits in an SQLite database without a file, so memory stays flat however many there are.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing

from pipeline import codec, contracts, instants
from pipeline.records import Message
from pipeline.sinks.exports.base import RETRACTED, Event, moment

Wanted = Callable[[Event], bool]
Refused = Callable[[Message, str], None]
TABLE = """
CREATE TABLE events (
    event_id BLOB NOT NULL, retracted INTEGER NOT NULL, at_ms INTEGER, value BLOB, PRIMARY KEY (event_id, retracted)
) WITHOUT ROWID
"""
# A retraction counts where the event has not come back; a value that is not wanted is NULL, and hides it all the same.
STANDING = """
SELECT value FROM events AS one WHERE value IS NOT NULL AND NOT (
    retracted AND EXISTS (SELECT 1 FROM events AS other WHERE other.event_id = one.event_id AND NOT other.retracted)
) ORDER BY at_ms, event_id
"""


def standing(
    current: Iterable[Message], wanted: Wanted, retractions: Iterable[Message] = (), *, refused: Refused
) -> Iterator[Event]:
    """Events of news.events-current.v1 as they stand, and retractions of news.events.v1, by their moment.

    Retractions are read first, so none is missed that comes meanwhile. What is no event goes to `refused`, and changes
    nothing.
    """
    with closing(sqlite3.connect("")) as store:
        store.execute(TABLE)
        for message in retractions:
            if _type(message) == RETRACTED:
                _keep(store, message, wanted, refused)
        for message in current:
            if message.value is None:
                store.execute("DELETE FROM events WHERE event_id = ? AND NOT retracted", (message.key,))
            else:
                _keep(store, message, wanted, refused)
        for (value,) in store.execute(STANDING):
            yield codec.decode(value)


def _keep(store: sqlite3.Connection, message: Message, wanted: Wanted, refused: Refused) -> None:
    event = _event(message)
    if isinstance(event, str):
        refused(message, event)
        return
    value = message.value if wanted(event) else None
    row = (event["subject"].encode(), event["type"] == RETRACTED, instants.to_ms(moment(event)), value)
    store.execute("INSERT OR REPLACE INTO events VALUES (?, ?, ?, ?)", row)


def _event(message: Message) -> Event | str:
    """The event, or why there is none."""
    try:
        event: Event = codec.decode(message.value or b"")
    except codec.DecodeError as error:
        return f"{error.code}: {error}"
    wrong = contracts.problem("cloudevent.v1", event, side="consume")
    return event if wrong is None else f"invalid-record: {wrong}"


def _type(message: Message) -> str:
    """The CloudEvent's type, from the header."""
    return dict(message.headers).get("ce_type", b"").decode("utf-8", "replace")
