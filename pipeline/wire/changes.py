"""What a new version of an article changes among its events."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline import codec
from pipeline.records import ArticleRef, ChangeKind, Event, Model, StandingEvent


@dataclass(frozen=True, slots=True)
class Change:
    """One event that is new, changed or gone; `event` is None where it is gone."""

    change: ChangeKind
    event_id: str
    standing: StandingEvent
    event: Event | None


def changes(
    before: Mapping[str, StandingEvent], events: Sequence[Event], article: ArticleRef, model: Model
) -> Iterator[Change]:
    """Changes in text order, the vanished ones last; an event whose record would be what it was yields nothing.

    An event that comes back after its retraction goes on counting: a revision never means two things.
    """
    now = {event.event_id: event for event in events}
    for event_id, event in now.items():
        old = before.get(event_id)
        found = digest(event, article, model)
        if old is None or old.retracted or old.digest != found:
            fresh = old is None or old.retracted
            revision = 1 if old is None else old.revision + 1
            standing = StandingEvent(revision=revision, digest=found, kind=event.kind, family=event.family)
            yield Change("detected" if fresh else "updated", event_id, standing, event)
    for event_id, old in before.items():
        if event_id not in now and not old.retracted:
            gone = replace(old, revision=old.revision + 1, retracted=True)
            yield Change("retracted", event_id, gone, None)


def digest(event: Event, article: ArticleRef, model: Model) -> str:
    """16 hex digits that change whenever the event's record does: what it says, in which article, by which model.

    All but the revision and the time of detection, which tell how we came to know. So whatever came in on the way, a record
    ends as the newest version makes it.
    """
    return hashlib.sha256(codec.encode([event, article, model])).hexdigest()[:16]
