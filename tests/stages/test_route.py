"""An event on its way to the topics that show it."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline import codec, contracts
from pipeline.envelope import CONTENT_TYPE, envelope, headers
from pipeline.records import Attribution, EventData, FlatEvent, Location, Message, Outgoing, Participant, Problem, When
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Work
from pipeline.stages.letters import dead_letter
from pipeline.stages.route import flat, give_up, handle
from pipeline.topics import CURRENT, EVENTS, FAMILIES, FLAT
from tests.builders import make_article, make_event_data, make_message
from tests.driver import Driver
from tests.test_envelope import make_retraction

KEY = b"4071qpwn026cqj6zzdghp8kzxy"
TRACE = "0af7651916cd43dd8448eb211c80319c"


def published(data: EventData) -> Message:
    event = envelope("detected", data, trace=TRACE)
    value = contracts.encode("cloudevent.v1", event)
    return make_message(value, topic=EVENTS.name, key=b"test|1", headers=headers(event))


def routed(message: Message) -> Handled:
    (handled,) = handle([Work(message=message)], Settings())
    return handled


def full_event() -> EventData:
    """With every column of the flat row."""

    def who(name: str, country: str) -> Participant:
        return Participant(text=name, start=0, end=len(name), name=name, country=country, sector="GOV")

    return make_event_data(
        actors=[who("Turkey", "TUR"), who("Russia", "RUS")], recipients=[who("Libya", "LBY")], about=[who("Syria", "SYR")],
        location=Location(name="Ankara", country="TUR", lat=39.9, lon=32.9, precision="place", start=0, end=6),
        time=When(text="Sunday", start_on="2024-06-16", end_on="2024-06-16", precision="day"),
        attribution=Attribution(source="the ministry", text="the ministry said", start=0, end=17),
    )  # fmt: skip


def test_an_event_goes_to_its_family_to_the_view_and_to_its_row_byte_for_byte() -> None:
    message = published(make_event_data())
    row = codec.encode(flat(codec.plain(make_event_data())))
    assert routed(message) == Handled(
        outgoing=(
            Outgoing(topic=FAMILIES["diplomacy"].name, key=KEY, value=message.value, headers=message.headers),
            Outgoing(topic=CURRENT.name, key=KEY, value=message.value, headers=(CONTENT_TYPE,)),
            Outgoing(topic=FLAT.name, key=KEY, value=row),
        )
    )


def test_a_retraction_is_told_to_the_family_and_takes_the_event_out_of_both_views() -> None:
    event = envelope("retracted", make_retraction(), trace=TRACE)
    message = make_message(contracts.encode("cloudevent.v1", event), topic=EVENTS.name, headers=headers(event))
    assert routed(message) == Handled(
        outgoing=(
            Outgoing(topic=FAMILIES["diplomacy"].name, key=KEY, value=message.value, headers=message.headers),
            Outgoing(topic=CURRENT.name, key=KEY, value=None),
            Outgoing(topic=FLAT.name, key=KEY, value=None),
        )
    )


def test_the_row_of_a_full_event() -> None:
    assert flat(codec.plain(full_event())) == FlatEvent(
        event_id="4071qpwn026cqj6zzdghp8kzxy", revision=1, kind="talks-postponed", family="diplomacy", type="CONSULT",
        mode=None, modality="asserted", confidence=0.75, rule="talks-postponed/postpone.v", quad="VERBAL COOPERATION",
        cameo="04", goldstein=2.5, trigger="postponed", sentence="Turkey and Russia postponed talks on Libya on Sunday.",
        actor="Turkey", actor_country="TUR", actor_sector="GOV", recipient="Libya", recipient_country="LBY",
        recipient_sector="GOV", actors="Turkey; Russia", recipients="Libya", about="Syria", location="Ankara",
        country="TUR", lat=39.9, lon=32.9, precision="place", start_on="2024-06-16", end_on="2024-06-16",
        attributed_to="the ministry", article_key="test|1", provider="test", headline="Talks postponed",
        url="https://news.example/1", published_at="2024-06-16T07:30:00Z", published_ms=1_718_523_000_000,
        detected_at="2024-06-16T08:00:00.000Z", detected_ms=1_718_524_800_000,
    )  # fmt: skip


def test_what_an_event_does_not_say_is_null_in_its_row() -> None:
    data = replace(
        make_event_data(actors=[], detected_at=None), article=replace(make_event_data().article, published_at=None)
    )
    row = flat(codec.plain(data))
    empty = {name for name in FlatEvent.__dataclass_fields__ if getattr(row, name) is None}
    assert empty == {
        "mode", "actor", "actor_country", "actor_sector", "recipient", "recipient_country", "recipient_sector", "location",
        "country", "lat", "lon", "precision", "start_on", "end_on", "attributed_to", "published_at", "published_ms",
        "detected_at", "detected_ms",
    }  # fmt: skip
    assert (row.actors, row.recipients, row.about) == ("", "", "")


@pytest.mark.parametrize("family", ["diplomacy", "peace", "conflict", "unrest", "assistance"])
def test_every_family_has_its_topic(family: Any) -> None:
    topics = [one.topic for one in routed(published(make_event_data(family=family))).outgoing]
    assert topics == [f"news.events.{family}.v1", CURRENT.name, FLAT.name]


def test_a_newer_producers_fields_travel_on() -> None:
    """What we do not know we pass on as it is."""
    event = codec.decode(published(make_event_data()).value or b"")
    event["data"]["severity"] = 3
    message = make_message(codec.encode(event), topic=EVENTS.name)
    assert [one.value for one in routed(message).outgoing[:2]] == [message.value, message.value]


UNUSABLE = [
    (b"", "invalid-json"),
    (b"\xff", "invalid-utf8"),
    (b"[]", "invalid-record"),
    (codec.encode({"type": "news.event.detected.v1", "subject": "x", "data": {}}), "invalid-record"),
]


@pytest.mark.parametrize(("value", "code"), UNUSABLE)
def test_what_is_no_event_is_a_dead_letter(value: bytes, code: str) -> None:
    message = make_message(value, topic=EVENTS.name)
    (letter,) = routed(message).outgoing
    problem = codec.build(Problem, codec.decode(letter.value or b"")["problem"])
    assert problem.code == code
    assert letter == dead_letter(message, stage="route", problem=problem)


def test_a_tombstone_is_a_dead_letter() -> None:
    message = replace(make_message(topic=EVENTS.name), value=None)
    problem = Problem(code="null-value", message="the message has no value")
    assert routed(message) == Handled(outgoing=(dead_letter(message, stage="route", problem=problem),))


def test_a_type_that_does_not_fit_its_data_is_a_dead_letter() -> None:
    """And not a crash in the middle of the row."""
    event = codec.decode(codec.encode(envelope("retracted", make_retraction(), trace=TRACE)))
    event["type"] = "news.event.detected.v1"
    (letter,) = routed(make_message(codec.encode(event), topic=EVENTS.name)).outgoing
    assert codec.decode(letter.value or b"")["problem"]["code"] == "invalid-record"


def test_given_up() -> None:
    message, problem = published(make_event_data()), Problem(code="timed-out", message="20 s")
    assert give_up(Work(message=message), problem) == Handled(
        outgoing=(dead_letter(message, stage="route", problem=problem),)
    )


def test_the_view_is_what_stands_however_often_it_is_routed(driver: Driver) -> None:
    """A route stage that reads everything again leaves the views as they were."""
    driver.pipe(make_article(), make_article(version="2", text="Rebels attacked an army convoy in Mali."))
    current, rows = driver.view(CURRENT), driver.view(FLAT)
    (route,) = (stage for stage in driver.stages if stage.name == "route")
    driver.rewind(route, 0, EVENTS)
    driver.run()
    assert (driver.view(CURRENT), driver.view(FLAT)) == (current, rows)
    assert current.keys() == rows.keys()
    assert len(current) == 1
