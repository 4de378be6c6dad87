"""Alerts for tests."""

from dataclasses import replace
from typing import Any

from pipeline import codec, ids
from pipeline.alerts.records import Alert, FirstAlert
from pipeline.stages.route import flat
from tests.builders import make_event_data, make_reference


def make_alert(number: int = 1, **changes: Any) -> Alert:
    """The first alert of event `number`."""
    event_id = ids.digest("event", str(number))
    made = Alert(
        alert_id=ids.digest("alert", str(number)), rule="one", event_id=event_id, revision=1, change="detected",
        kind="talks-postponed", family="diplomacy", fired_at="2024-06-16T08:00:00.000Z", channels=["desk"], urgency=None,
        first=None, title=f"talks-postponed {number}", text="“Turkey postponed talks.”", article=make_reference(),
        event=flat(codec.plain(make_event_data(event_id=event_id))),
    )  # fmt: skip
    return replace(made, **changes)


def make_correction(number: int = 1, change: Any = "retracted") -> Alert:
    """What follows `make_alert`."""
    first = make_alert(number)
    return replace(
        first, alert_id=ids.digest("alert", str(number), change), revision=2, change=change,
        first=FirstAlert(alert_id=first.alert_id, fired_at=first.fired_at), title=f"{change.upper()} {number}",
        event=None if change == "retracted" else first.event,
    )  # fmt: skip
