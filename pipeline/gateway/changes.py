"""A message of news.events.v1 as streams send it: what it changes, for whom it matters, and its bytes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import codec, instants
from pipeline.gateway import filters, rows
from pipeline.gateway.filters import Filters
from pipeline.gateway.rows import Row
from pipeline.records import Message

EVENT_TYPES = {f"news.event.{change}.v1": change for change in filters.CHANGES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One revision of an event. `before` and `after` are its rows (None: not known); `cloud` its CloudEvent, decoded."""

    seq: int
    partition: int
    offset: int
    name: str
    before: Row | None
    after: Row | None
    cloud: Mapping[str, Any]

    def matters(self, asked: Filters) -> bool | None:
        """Whether it is in what is asked for; False: it was and is no more; None: it never was, so nobody need know.

        What takes back an event that we do not know goes to everyone: somebody may.
        """
        if self.after is None:
            return True
        if filters.holds(asked, self.after):
            return True
        return False if self.before is not None and filters.holds(asked, self.before) else None

    def encoded(self, *, matches: bool) -> bytes:
        """The CloudEvent on one line; its data also says what changed, when, and whether it is in what was asked for."""
        told = {"change": self.name, "changed_at": self.cloud["time"], "matches": matches}
        return codec.encode({**self.cloud, "data": {**self.cloud["data"], **told}})


def change_of(seq: int, message: Message, cloud: Mapping[str, Any], before: Row | None) -> Change:
    """The change that a message is; `before` is the event's row as it was."""
    name, data = EVENT_TYPES[cloud["type"]], cloud["data"]
    if name == "retracted":
        after = None if before is None else rows.retracted(before, data["revision"])
    else:
        after = rows.row(data, name, message.timestamp_ms)
    changed_at = cloud["time"] or instants.from_ms(message.timestamp_ms)
    return Change(
        seq=seq,
        partition=message.partition,
        offset=message.offset,
        name=name,
        before=before,
        after=after,
        cloud={**cloud, "time": changed_at},
    )
