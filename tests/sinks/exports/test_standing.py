"""From the topics' messages to the events that stand."""

from collections.abc import Iterable
from dataclasses import replace

from pipeline import codec
from pipeline.records import EventData, Message, Retraction
from pipeline.sinks.exports.base import Event
from pipeline.sinks.exports.standing import standing
from tests.sinks.exports.events import BITING, DENIED, PLANNED, POSTPONED, RETRACTION, cloud


def message(data: EventData | Retraction, value: bytes | None = b"") -> Message:
    """As the topics hold it; `value` in place of the event, None for a tombstone."""
    event = cloud(data)
    return Message(
        topic="t", partition=0, offset=0, timestamp_ms=0, key=data.event_id.encode(),
        value=codec.encode(event) if value == b"" else value, headers=(("ce_type", event["type"].encode()),),
    )  # fmt: skip


def stand(current: Iterable[Message], retractions: Iterable[Message] = (), kind: str = "") -> list[tuple[str, int]]:
    """(id, revision) of what stands of that kind; nothing may be refused."""
    refused: list[str] = []

    def wanted(event: Event) -> bool:
        return kind in event["data"]["kind"]

    found = list(standing(current, wanted, retractions, refused=lambda _, why: refused.append(why)))
    assert refused == []
    return [(event["subject"], event["data"]["revision"]) for event in found]


PLANNED_AGAIN = replace(PLANNED, revision=2)
TAKEN_BACK = replace(RETRACTION, event_id=PLANNED.event_id, revision=3)


def test_the_newest_of_each_by_publication() -> None:
    """Oldest first, whatever the order in the topic; without any time, before all."""
    told = [message(data) for data in (DENIED, BITING, POSTPONED, PLANNED, PLANNED_AGAIN)]
    assert stand(told) == [(BITING.event_id, 1), (PLANNED.event_id, 2), (POSTPONED.event_id, 1), (DENIED.event_id, 1)]


def test_a_tombstone_ends_an_event() -> None:
    assert stand([message(PLANNED), message(PLANNED, None), message(DENIED)]) == [(DENIED.event_id, 1)]
    assert stand([message(PLANNED), message(PLANNED, None), message(PLANNED_AGAIN)]) == [(PLANNED.event_id, 2)]


def test_a_correction_may_make_an_event_unwanted() -> None:
    """The older version does not come back for it."""
    other = replace(PLANNED_AGAIN, kind="talks-held")
    assert stand([message(PLANNED), message(other)], kind="planned") == []
    assert stand([message(PLANNED), message(other)], kind="held") == [(PLANNED.event_id, 2)]


def test_retractions() -> None:
    """The last of each event that has not come back; other messages of that topic are not looked at."""
    told = [message(PLANNED, b"{"), message(TAKEN_BACK), message(replace(TAKEN_BACK, revision=5)), message(RETRACTION)]
    wanted = [(RETRACTION.event_id, 3), (PLANNED.event_id, 5)]
    assert sorted(stand([], told)) == sorted(wanted)
    assert sorted(stand([message(PLANNED), message(PLANNED, None)], told)) == sorted(wanted)
    assert stand([message(PLANNED_AGAIN)], told) == [(PLANNED.event_id, 2), (RETRACTION.event_id, 3)]
    assert stand([message(PLANNED_AGAIN)], told, kind="clash") == [(PLANNED.event_id, 5), (RETRACTION.event_id, 3)][1:]


def test_what_is_no_event_is_said_and_changes_nothing() -> None:
    refused: list[str] = []
    told = [message(PLANNED), message(PLANNED, b"{"), message(PLANNED, b"\xff"), message(PLANNED, b'{"a":1}')]
    found = list(standing(told, lambda _: True, refused=lambda _, why: refused.append(why)))
    assert [event["subject"] for event in found] == [PLANNED.event_id]
    assert [why.split(":")[0] for why in refused] == ["invalid-json", "invalid-utf8", "invalid-record"]


def test_thousands() -> None:
    """As many as come, in order."""
    ids = [f"{number:026}" for number in range(3000)]
    assert [one for one, _ in stand(message(replace(PLANNED, event_id=one)) for one in reversed(ids))] == ids
