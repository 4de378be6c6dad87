"""When an alert may be sent."""

from dataclasses import replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pipeline.alerts.rules import QuietHours, Rule, Throttle, Where
from pipeline.alerts.timing import Slot, awake_ms, slot
from tests.sinks.channels.alerts import make_alert

NIGHT = QuietHours(zone="Africa/Tripoli", start=time(23), end=time(6), except_urgency=2)
NOON = QuietHours(zone="UTC", start=time(12), end=time(13, 30))
BERLIN = QuietHours(zone="Europe/Berlin", start=time(22), end=time(7))
RULE = Rule(name="one", line=1, when=(Where(),), notify=("desk",))
AT = 1_718_524_800_000


def ms(local: str, zone: str) -> int:
    return round(datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


@pytest.mark.parametrize(
    ("quiet", "at", "awake"),
    [
        (NIGHT, "2024-06-16T22:59:59", "2024-06-16T22:59:59"),
        (NIGHT, "2024-06-16T23:00:00", "2024-06-17T06:00:00"),
        (NIGHT, "2024-06-17T00:30:00", "2024-06-17T06:00:00"),
        (NIGHT, "2024-06-17T06:00:00", "2024-06-17T06:00:00"),
        (NOON, "2024-06-16T12:00:00", "2024-06-16T13:30:00"),
        (NOON, "2024-06-16T13:30:00", "2024-06-16T13:30:00"),
        (NOON, "2024-06-16T11:59:59", "2024-06-16T11:59:59"),
        (BERLIN, "2024-03-30T23:30:00", "2024-03-31T07:00:00"),  # the night that has an hour less
        (BERLIN, "2024-10-26T23:30:00", "2024-10-27T07:00:00"),
    ],
)
def test_quiet_hours_end_by_the_clock_of_their_zone(quiet: QuietHours, at: str, awake: str) -> None:
    assert awake_ms(quiet, ms(at, quiet.zone)) == ms(awake, quiet.zone)


@pytest.mark.parametrize(
    ("keys", "alert", "digest_ms", "recent_ms", "wanted"),
    [
        ({}, {}, None, [], Slot(AT)),
        ({"digest_seconds": 900}, {}, None, [], Slot(AT + 900_000)),
        ({"digest_seconds": 900}, {}, AT + 5, [], Slot(AT + 5)),
        ({"digest_seconds": 900}, {}, AT - 5, [], Slot(AT + 900_000)),
        ({"digest_seconds": 900}, {"change": "retracted"}, AT + 5, [], Slot(AT)),
        ({"throttle": Throttle(most=2, seconds=60)}, {}, None, [AT - 1000], Slot(AT)),
        ({"throttle": Throttle(most=2, seconds=60)}, {}, None, [AT - 1000, AT], Slot(AT + 59_000, suppressed=True)),
        ({"throttle": Throttle(most=1, seconds=60)}, {"change": "updated"}, None, [AT], Slot(AT)),
        ({"quiet_hours": replace(NIGHT, start=time(9), end=time(11))}, {}, None, [], Slot(AT + 3_600_000)),
        ({"quiet_hours": replace(NIGHT, start=time(9), end=time(11))}, {"urgency": 3}, None, [], Slot(AT + 3_600_000)),
        ({"quiet_hours": replace(NIGHT, start=time(9), end=time(11))}, {"urgency": 2}, None, [], Slot(AT)),
        ({"quiet_hours": replace(NIGHT, start=time(9), end=time(11))}, {"change": "retracted"}, None, [], Slot(AT + 3_600_000)),
    ],
)  # fmt: skip
def test_slots(keys: Any, alert: Any, digest_ms: int | None, recent_ms: list[int], wanted: Slot) -> None:
    """AT is ten o'clock in Tripoli."""
    assert slot(replace(RULE, **keys), make_alert(**alert), AT, digest_ms=digest_ms, recent_ms=recent_ms) == wanted


def test_a_rule_that_is_gone_delays_nothing() -> None:
    assert slot(None, make_alert(), AT, digest_ms=None, recent_ms=[]) == Slot(AT)
