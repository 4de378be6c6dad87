"""CloudEvents 1.0 in structured mode (github.com/cloudevents/spec): the value of every event topic.

`id` = `<event_id>.<revision>`, so a repeated delivery is recognised by id alone. `traceparent` is W3C Trace Context:
the trace of the input message if it carries one, else one that follows from where the message stood, so that repeats are
byte-identical.
"""

import hashlib
import re
from dataclasses import dataclass

from pipeline.records import ChangeKind, EventData, Message, Retraction

SOURCE = "/tickertape/annotate"
EVENT_SCHEMA = "urn:tickertape:schema:event.v1"
RETRACTION_SCHEMA = "urn:tickertape:schema:retraction.v1"
CONTENT_TYPE = ("content-type", b"application/cloudevents+json; charset=UTF-8")
TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CloudEvent:
    """An event as it is published."""

    id: str
    type: str
    subject: str
    time: str | None
    partitionkey: str
    traceparent: str
    data: EventData | Retraction
    dataschema: str
    specversion: str = "1.0"
    source: str = SOURCE
    datacontenttype: str = "application/json"


def envelope(change: ChangeKind, data: EventData | Retraction, *, trace: str) -> CloudEvent:
    """The CloudEvent that says `change` of the event; `trace` is the trace id of `trace_id`."""
    identity = f"{data.event_id}.{data.revision}"
    span = hashlib.sha256(f"{trace}{identity}{change}".encode()).hexdigest()[:16]
    return CloudEvent(
        id=identity,
        type=f"news.event.{change}.v1",
        subject=data.event_id,
        time=data.detected_at,
        partitionkey=data.article.key,
        traceparent=f"00-{trace}-{span}-01",
        data=data,
        dataschema=RETRACTION_SCHEMA if isinstance(data, Retraction) else EVENT_SCHEMA,
    )


def trace_id(message: Message) -> str:
    """32 hex digits: the input's own trace, or one made of its coordinates."""
    for name, value in message.headers:
        if name == "traceparent" and TRACEPARENT.fullmatch(text := value.decode("ascii", "replace")):
            return text[3:35]
    return hashlib.sha256(f"{message.topic}|{message.partition}|{message.offset}".encode()).hexdigest()[:32]


def headers(event: CloudEvent) -> tuple[tuple[str, bytes], ...]:
    """Kafka headers: the content type, and the attributes a consumer filters by without parsing (Kafka binding 3.3.3)."""
    return (
        CONTENT_TYPE,
        ("ce_id", event.id.encode()),
        ("ce_type", event.type.encode()),
        ("ce_subject", event.subject.encode()),
        ("ce_kind", event.data.kind.encode()),
        ("traceparent", event.traceparent.encode()),
    )
