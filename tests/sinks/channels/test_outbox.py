"""What stands in the outbox, and comes out of it, whatever happens in between."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.alerts.records import Alert
from pipeline.alerts.rules import Rule, Throttle, Where
from pipeline.records import Problem
from pipeline.sinks.channels.base import GONE
from pipeline.sinks.channels.outbox import LATE_MS, RETRY_SECONDS, Outbox, Waiting
from tests.sinks.channels.alerts import make_alert, make_correction

AT = 1_718_524_800_000
RULE = Rule(name="one", line=1, when=(Where(),), notify=("desk",))
DIGEST = replace(RULE, digest_seconds=60)
DOWN = Problem(code="refused", message="answered 503")


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "alerts.sqlite")
    yield made
    made.close()


def take(outbox: Outbox, *alerts: Alert, rule: Rule | None = RULE, at_ms: int = AT) -> None:
    for offset, alert in enumerate(alerts):
        outbox.take(alert, rule, (0, offset), at_ms)


def titles(due: list[Waiting]) -> list[tuple[str, list[str], int]]:
    return [(one.channel, [alert.title for alert in one.parcel.alerts], one.parcel.suppressed) for one in due]


def deliver(outbox: Outbox, at_ms: int, problem: Problem | None = None) -> list[tuple[str, list[str], int]]:
    due = outbox.due(at_ms)
    for one in due:
        outbox.settle(one, problem, at_ms, 0.5)
    return titles(due)


def test_an_alert_goes_once_to_each_of_its_channels(outbox: Outbox) -> None:
    take(outbox, make_alert(channels=["desk", "ops", "desk"]))
    due = outbox.due(AT)
    assert titles(due) == [("desk", ["talks-postponed 1"], 0), ("ops", ["talks-postponed 1"], 0)]
    assert {one.parcel.id for one in due} == {make_alert().alert_id}
    assert deliver(outbox, AT) == titles(due)
    assert deliver(outbox, AT + 10**9) == []


def test_the_same_alert_again_is_none(outbox: Outbox) -> None:
    take(outbox, make_alert(), make_alert())
    assert len(deliver(outbox, AT)) == 1
    take(outbox, make_alert())
    assert deliver(outbox, AT) == []


def test_what_was_taken_is_there_after_a_kill(tmp_path: Path) -> None:
    """The file is copied as it stands while it is open, as a kill would leave it."""
    path = tmp_path / "alerts.sqlite"
    outbox = Outbox(path)
    outbox.take(make_alert(), RULE, (2, 41), AT)
    first = outbox.due(AT)
    for suffix in ("", "-wal"):
        (tmp_path / f"copy.sqlite{suffix}").write_bytes(Path(f"{path}{suffix}").read_bytes())
    outbox.close()
    again = Outbox(tmp_path / "copy.sqlite")
    assert (again.progress(), again.due(AT)) == ({2: 42}, first)
    again.close()


def test_two_cannot_have_it(outbox: Outbox, tmp_path: Path) -> None:
    outbox.take(None, None, (0, 0), AT)
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        Outbox(tmp_path / "alerts.sqlite")


def test_retries_keep_their_id_and_their_schedule(outbox: Outbox) -> None:
    take(outbox, make_alert())
    at_ms = AT
    for wait_seconds in RETRY_SECONDS:
        (waiting,) = outbox.due(at_ms)
        assert waiting.parcel.id == make_alert().alert_id
        outbox.settle(waiting, DOWN, at_ms, 0.5)
        assert outbox.due(at_ms + wait_seconds * 1000 - 1) == []
        at_ms += wait_seconds * 1000
    assert len(deliver(outbox, at_ms, DOWN)) == 1
    assert outbox.due(at_ms + 10**10) == []
    assert outbox.counts() == [("desk", "failed", 1, "refused: answered 503")]


@pytest.mark.parametrize(("chance", "factor"), [(0.0, 0.9), (1.0, 1.1)])
def test_retries_are_spread(outbox: Outbox, chance: float, factor: float) -> None:
    take(outbox, make_alert())
    outbox.settle(outbox.due(AT)[0], DOWN, AT, chance)
    due_ms = AT + round(RETRY_SECONDS[0] * 1000 * factor)
    assert (len(outbox.due(due_ms - 1)), len(outbox.due(due_ms))) == (0, 1)


def test_gone_closes_the_channel_until_it_is_opened_again(outbox: Outbox) -> None:
    take(outbox, make_alert(1))
    deliver(outbox, AT, Problem(code=GONE, message="answered 410"))
    take(outbox, make_alert(2))
    assert deliver(outbox, AT) == []
    assert list(outbox.closed()) == ["desk"]
    assert (outbox.reopen("desk"), outbox.reopen("desk")) == (True, False)
    assert deliver(outbox, AT) == [("desk", ["talks-postponed 2"], 0)]


def test_a_retraction_follows_what_was_sent(outbox: Outbox) -> None:
    take(outbox, make_alert())
    deliver(outbox, AT)
    take(outbox, make_correction(), make_correction())
    assert deliver(outbox, AT) == [("desk", ["RETRACTED 1"], 0)]
    assert deliver(outbox, AT) == []


def test_what_was_not_yet_sent_is_taken_back_unsaid(outbox: Outbox) -> None:
    take(outbox, make_alert(1), make_alert(2), make_correction(1, "updated"), make_correction(1), rule=DIGEST)
    assert deliver(outbox, AT + 60_000) == [("desk", ["talks-postponed 2"], 0)]


def test_a_retraction_does_not_overtake_what_is_still_being_tried(outbox: Outbox) -> None:
    take(outbox, make_alert())
    deliver(outbox, AT, DOWN)
    take(outbox, make_correction())
    assert deliver(outbox, AT + 1) == []
    assert deliver(outbox, AT + 5000) == [("desk", ["talks-postponed 1"], 0)]
    assert deliver(outbox, AT + 5000) == [("desk", ["RETRACTED 1"], 0)]


def test_a_digest_is_one_parcel_and_stays_the_same_one(outbox: Outbox) -> None:
    take(outbox, make_alert(1), rule=DIGEST)
    take(outbox, make_alert(2), rule=DIGEST, at_ms=AT + 30_000)
    assert outbox.due(AT + 59_999) == []
    (first,) = outbox.due(AT + 60_000)
    assert titles([first]) == [("desk", ["talks-postponed 1", "talks-postponed 2"], 0)]
    outbox.settle(first, DOWN, AT + 60_000, 0.5)
    take(outbox, make_alert(3), rule=DIGEST, at_ms=AT + 61_000)
    (again,) = outbox.due(AT + 65_000)
    assert again.parcel == first.parcel
    outbox.settle(again, None, AT + 65_000, 0.5)
    assert deliver(outbox, AT + 121_000) == [("desk", ["talks-postponed 3"], 0)]


def test_beyond_the_throttle_alerts_are_counted(outbox: Outbox) -> None:
    rule = replace(RULE, throttle=Throttle(most=2, seconds=60))
    take(outbox, *(make_alert(number) for number in range(5)), rule=rule)
    assert deliver(outbox, AT) == [("desk", ["talks-postponed 0", "talks-postponed 1"], 0)]
    (rest,) = outbox.due(AT + 60_000)
    assert (rest.parcel.title, rest.parcel.alerts) == ("one: 3 more suppressed", ())
    outbox.settle(rest, None, AT + 60_000, 0.5)
    take(outbox, make_correction(4), make_alert(9), rule=rule, at_ms=AT + 61_000)
    assert deliver(outbox, AT + 61_000) == [("desk", ["talks-postponed 9"], 0)]


def test_what_is_late_is_history_and_so_is_its_retraction(outbox: Outbox) -> None:
    take(outbox, make_alert(), at_ms=AT + LATE_MS + 1)
    take(outbox, make_correction(), at_ms=AT + LATE_MS + 1)
    assert deliver(outbox, AT + LATE_MS + 1) == []


def test_a_correction_of_what_this_outbox_never_had_is_sent(outbox: Outbox) -> None:
    """The file was lost: better told for nothing than left with what is not so."""
    take(outbox, make_correction())
    assert deliver(outbox, AT) == [("desk", ["RETRACTED 1"], 0)]


def test_history_and_forgetting(outbox: Outbox) -> None:
    take(outbox, *(make_alert(number) for number in range(4)))
    deliver(outbox, AT)
    assert [one.title for one in outbox.history("desk", 2)] == ["talks-postponed 2", "talks-postponed 3"]
    outbox.forget(AT + 31 * 86_400_000)
    assert (outbox.history("desk", 2), outbox.counts()) == ([], [])


def test_a_message_without_an_alert_only_moves_on(outbox: Outbox) -> None:
    outbox.take(None, None, (1, 7), AT)
    assert (outbox.progress(), outbox.due(AT)) == ({1: 8}, [])
