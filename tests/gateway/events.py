"""Event messages as the worker writes them, for tests of the gateway."""

from typing import Any

from pipeline import codec
from pipeline.envelope import envelope
from pipeline.records import ChangeKind, Location, Message, Model, Participant, Retraction
from pipeline.topics import EVENTS
from tests.builders import START_MS, make_event_data, make_reference

TRACE = "0" * 31 + "1"


def name(number: int) -> str:
    """An event_id."""
    return f"{number:026d}"


def participant(called: str, country: str | None) -> Participant:
    return Participant(text=called, start=0, end=len(called), name=called, country=country)


def place(lat: float | None, lon: float | None, country: str | None = "LBY") -> Location:
    return Location(name="Sirte", country=country, lat=lat, lon=lon, precision="place", start=0, end=5)


def detected(number: int, *, revision: int = 1, change: ChangeKind = "detected", **changes: Any) -> bytes:
    """The value of a message that says so of event `number`, of an article of its own."""
    article = changes.pop("article", make_reference(key=f"test|{number}", guid=str(number)))
    data = make_event_data(event_id=name(number), revision=revision, article=article, **changes)
    return codec.encode(envelope(change, data, trace=TRACE))


def retracted(number: int, revision: int) -> bytes:
    """The value of a message that takes event `number` back."""
    data = Retraction(
        event_id=name(number), revision=revision, kind="talks-postponed", family="diplomacy", reason="canceled",
        article=make_reference(key=f"test|{number}", guid=str(number)), model=Model(name="tickertape", version="0"),
        detected_at="2024-06-16T09:00:00.000Z",
    )  # fmt: skip
    return codec.encode(envelope("retracted", data, trace=TRACE))


def message(
    value: bytes | None, offset: int, *, partition: int = 0, topic: str = EVENTS.name, key: bytes = b"k"
) -> Message:
    return Message(
        topic=topic, partition=partition, offset=offset, timestamp_ms=START_MS + offset, key=key, value=value
    )
