"""Events in their CloudEvents envelope."""

import hashlib

import pytest

from pipeline import codec, contracts
from pipeline.envelope import CONTENT_TYPE, EVENT_SCHEMA, RETRACTION_SCHEMA, CloudEvent, envelope, headers, trace_id
from pipeline.records import ChangeKind, Retraction
from tests.builders import make_event_data, make_message, make_reference

TRACE = "0af7651916cd43dd8448eb211c80319c"
PARENT = f"00-{TRACE}-b7ad6b7169203331-01".encode()


def make_retraction() -> Retraction:
    data = make_event_data()
    return Retraction(
        event_id=data.event_id, revision=2, kind=data.kind, family=data.family, reason="canceled",
        article=make_reference(), model=data.model, detected_at=data.detected_at,
    )  # fmt: skip


def span_of(event: CloudEvent) -> str:
    return event.traceparent.split("-")[2]


def test_a_detected_event() -> None:
    data = make_event_data()
    event = envelope("detected", data, trace=TRACE)
    assert event == CloudEvent(
        id="4071qpwn026cqj6zzdghp8kzxy.1", type="news.event.detected.v1", subject="4071qpwn026cqj6zzdghp8kzxy",
        time="2024-06-16T08:00:00.000Z", partitionkey="test|1", traceparent=f"00-{TRACE}-{span_of(event)}-01", data=data,
        dataschema=EVENT_SCHEMA, specversion="1.0", source="/tickertape/annotate", datacontenttype="application/json",
    )  # fmt: skip
    assert contracts.problem("cloudevent.v1", codec.decode(codec.encode(event)), side="produce") is None


def test_a_retraction_has_a_schema_of_its_own() -> None:
    event = envelope("retracted", make_retraction(), trace=TRACE)
    assert (event.type, event.dataschema, event.id[-2:]) == ("news.event.retracted.v1", RETRACTION_SCHEMA, ".2")
    assert contracts.problem("cloudevent.v1", codec.decode(codec.encode(event)), side="produce") is None


@pytest.mark.parametrize("change", ["detected", "updated"])
def test_type_and_data_must_agree(change: ChangeKind) -> None:
    """A retraction that says it was detected breaks the contract."""
    event = envelope(change, make_retraction(), trace=TRACE)
    with pytest.raises(contracts.ContractError):
        contracts.encode("cloudevent.v1", event)


def test_each_event_of_a_trace_is_a_span_of_its_own() -> None:
    one, same = (envelope("detected", make_event_data(), trace=TRACE) for _ in range(2))
    other = envelope("updated", make_event_data(revision=2), trace=TRACE)
    assert span_of(one) == span_of(same) != span_of(other)


def test_headers_for_consumers_that_do_not_parse() -> None:
    event = envelope("detected", make_event_data(), trace=TRACE)
    assert headers(event) == (
        CONTENT_TYPE,
        ("ce_id", b"4071qpwn026cqj6zzdghp8kzxy.1"),
        ("ce_type", b"news.event.detected.v1"),
        ("ce_subject", b"4071qpwn026cqj6zzdghp8kzxy"),
        ("ce_kind", b"talks-postponed"),
        ("traceparent", event.traceparent.encode()),
    )


def test_the_trace_of_the_input_goes_on() -> None:
    assert trace_id(make_message(headers=(("other", b"x"), ("traceparent", PARENT)))) == TRACE


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\xff\xff",
        PARENT.upper(),
        PARENT + b"-more",
        b" " + PARENT,
        b"00-" + b"0" * 32 + b"-b7ad6b7169203331-01",
        b"00-" + TRACE.encode() + b"-" + b"0" * 16 + b"-01",
        b"ff" + PARENT[2:],
    ],
)  # fmt: skip
def test_a_trace_that_is_none_is_replaced(header: bytes) -> None:
    """By one that follows from where the message stood; all zeros are no trace by W3C's rules."""
    message = make_message(offset=7, headers=(("traceparent", header),))
    assert trace_id(message) == hashlib.sha256(b"news.articles.v1|0|7").hexdigest()[:32]
