"""From event messages to alerts, whole, with the pipeline before it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline import codec, contracts
from pipeline.alerts.records import Alert, AlertState, FirstAlert, StandingAlert
from pipeline.envelope import envelope, headers
from pipeline.errors import SettingsError
from pipeline.records import Message, Outgoing, Problem
from pipeline.settings import Settings
from pipeline.stages.alerts import ALERTS_STAGE, give_up, handle, prepare
from pipeline.stages.base import Handled, Work
from pipeline.stages.letters import dead_letter
from pipeline.stages.route import flat
from pipeline.topics import ALERT_STATE, ALERTS, ARTICLES, BACKFILL, EVENTS
from tests.builders import START_MS, make_article, make_event_data, make_message, make_reference
from tests.driver import Driver, flaws
from tests.test_envelope import make_retraction

RULES = """
channels: {desk: {type: stdout}, ops: {type: stdout}}
rules:
  - {name: libya, when: {kind: [talks-*, ceasefire-*], country: Libya}, notify: [desk, ops]}
  - {name: talks, when: {kind: talks-*}, unless: {provider: opinion-*}, notify: desk}
"""
TRACE = "0af7651916cd43dd8448eb211c80319c"
CEASEFIRE = "The two sides in Libya agreed on a ceasefire on Sunday."


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """With rules."""
    path = tmp_path / "rules.yaml"
    path.write_text(RULES)
    return Settings(rules=str(path))


def published(data: Any, change: Any = "detected", **changes: Any) -> Message:
    event = envelope(change, data, trace=TRACE)
    message = make_message(contracts.encode("cloudevent.v1", event), topic=EVENTS.name, headers=headers(event))
    return replace(message, **changes)


def handled(message: Message, settings: Settings, state: bytes | None = None) -> Handled:
    (one,) = handle([Work(message=message, state=state)], settings)
    return one


def test_an_alert_and_what_is_remembered_of_it(settings: Settings) -> None:
    data = make_event_data()
    urgent = published(data, headers=(("urgency", b"1"),))
    found = handled(urgent, settings)
    (outgoing,) = found.outgoing
    alert_id = codec.decode(outgoing.value or b"")["alert_id"]
    fired_at = "2024-06-16T08:00:00.000Z"
    assert outgoing == Outgoing(
        topic=ALERTS.name,
        key=b"talks|4071qpwn026cqj6zzdghp8kzxy",
        value=codec.encode(
            Alert(
                alert_id=alert_id,
                rule="talks",
                event_id=data.event_id,
                revision=1,
                change="detected",
                kind="talks-postponed",
                family="diplomacy",
                fired_at=fired_at,
                channels=["desk"],
                urgency=1,
                first=None,
                title="talks-postponed: Turkey",
                text="“Turkey and Russia postponed talks on Libya on Sunday.”\nconfidence 0.75\ntest: Talks postponed\n"
                "https://news.example/1",
                article=make_reference(),
                event=flat(codec.plain(data)),
            )  # fmt: skip
        ),
    )
    assert codec.decode_record(AlertState, found.state or b"") == AlertState(
        told=[
            StandingAlert(
                rule="talks",
                event_id=data.event_id,
                alert_id=alert_id,
                fired_at=fired_at,
                revision=1,
                kind="talks-postponed",
                modality="asserted",
                channels=["desk"],
                retracted=False,
            )  # fmt: skip
        ]
    )


def test_its_retraction(settings: Settings) -> None:
    first = handled(published(make_event_data()), settings)
    retraction = replace(make_retraction(), event_id=make_event_data().event_id, revision=2)
    later = handled(published(retraction, "retracted", timestamp_ms=START_MS + 1000), settings, first.state)
    told = codec.decode_record(AlertState, first.state or b"").told[0]
    (outgoing,) = later.outgoing
    alert = codec.decode_record(Alert, outgoing.value or b"")
    assert (alert.change, alert.channels, alert.event) == ("retracted", ["desk"], None)
    assert alert.first == FirstAlert(alert_id=told.alert_id, fired_at=told.fired_at)
    assert alert.alert_id != told.alert_id
    assert outgoing.key == first.outgoing[0].key
    assert codec.decode_record(AlertState, later.state or b"").told == [
        replace(told, revision=2, kind=retraction.kind, modality=None, retracted=True)
    ]


def test_nothing_to_tell_changes_nothing(settings: Settings) -> None:
    opinion = make_event_data(article=make_reference(provider="opinion-page"))
    assert handled(published(opinion), settings) == Handled()
    assert handled(published(make_event_data(), headers=(("backfill", b"1"),)), settings) == Handled()
    assert handled(published(make_event_data()), Settings()) == Handled()


@pytest.mark.parametrize(
    ("value", "code"), [(b"", "invalid-json"), (b"[]", "invalid-record"), (b"\xff", "invalid-utf8")]
)
def test_what_is_no_event_is_a_dead_letter(settings: Settings, value: bytes, code: str) -> None:
    message = make_message(value, topic=EVENTS.name)
    (letter,) = handled(message, settings).outgoing
    problem = codec.build(Problem, codec.decode(letter.value or b"")["problem"])
    assert problem.code == code
    assert letter == dead_letter(message, stage="alerts", problem=problem)


def test_without_rules_no_message_is_read(settings: Settings) -> None:
    message = replace(published(make_event_data()), value=b"{}")
    assert handled(message, replace(settings, rules="")) == Handled()


def test_given_up() -> None:
    message, problem = published(make_event_data()), Problem(code="timed-out", message="20 s")
    assert give_up(Work(message=message), problem) == Handled(
        outgoing=(dead_letter(message, stage="alerts", problem=problem),)
    )


def test_rules_that_cannot_be_meant_keep_the_worker_from_starting(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("rules:\n- {name: a, when: {kinds: x}}\n")
    with pytest.raises(SettingsError, match=r"rules\.yaml:2: unknown key 'kinds'"):
        prepare(Settings(rules=str(path)))
    prepare(Settings())


def told(driver: Driver) -> list[tuple[str, str, str]]:
    return [(one["rule"], one["change"], one["kind"]) for one in driver.values(ALERTS)]


def test_a_ceasefire_in_libya_is_told_once_and_its_retraction_once(settings: Settings) -> None:
    """Through annotate: the article, the same again, a cancel; and everything read again as after a crash."""
    driver = Driver(settings=settings)
    article = make_article(text=CEASEFIRE)
    driver.pipe(article, article, replace(article, version="2", text=CEASEFIRE + " Markets were calm."))
    assert told(driver) == [("libya", "detected", "ceasefire-agreed")]
    driver.pipe(replace(article, version="3", text="", status="canceled"))
    wanted = [("libya", "detected", "ceasefire-agreed"), ("libya", "retracted", "ceasefire-agreed")]
    assert told(driver) == wanted
    driver.rewind(ALERTS_STAGE, 0, EVENTS)
    driver.run()
    assert told(driver) == wanted
    assert flaws(driver) == []


def test_a_crash_before_the_state_was_written_repeats_the_alert_to_the_byte(settings: Settings) -> None:
    message = published(make_event_data())
    assert handled(message, settings) == handled(message, settings)


def test_a_backfill_tells_nobody(settings: Settings) -> None:
    driver = Driver(settings=settings)
    driver.pipe(make_article(text=CEASEFIRE), topic=BACKFILL)
    driver.pipe(make_article(guid="2", text=CEASEFIRE, replay_id="r1"), topic=ARTICLES)
    assert len(driver.values(EVENTS)) == 2
    assert (driver.values(ALERTS), driver.values(ALERT_STATE)) == ([], [])
