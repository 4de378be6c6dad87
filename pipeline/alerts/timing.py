"""When an alert may be sent: at once, with a digest, after quiet hours; or only counted, where there were too many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from pipeline.alerts.records import Alert
from pipeline.alerts.rules import QuietHours, Rule


@dataclass(frozen=True, slots=True)
class Slot:
    """When it may be sent (epoch milliseconds), and whether it is only counted then."""

    due_ms: int
    suppressed: bool = False


def slot(rule: Rule | None, alert: Alert, now_ms: int, *, digest_ms: int | None, recent_ms: Sequence[int]) -> Slot:
    """The slot of an alert that came in now; `rule` None: it is gone, and asks for no delay.

    `digest_ms`: when the rule's digest that is open goes out. `recent_ms`: when the alerts of the last throttle period came
    in that were not only counted. Corrections are neither collected nor throttled: only quiet hours delay them.
    """
    if rule is None:
        return Slot(now_ms)
    due_ms, suppressed = now_ms, False
    if alert.change == "detected":
        if rule.digest_seconds is not None:
            due_ms = digest_ms if digest_ms is not None and digest_ms > now_ms else now_ms + rule.digest_seconds * 1000
        if rule.throttle is not None and len(recent_ms) >= rule.throttle.most:
            due_ms, suppressed = max(due_ms, min(recent_ms) + rule.throttle.seconds * 1000), True
    quiet = rule.quiet_hours
    return Slot(due_ms if quiet is None or _urgent(quiet, alert) else awake_ms(quiet, due_ms), suppressed)


def _urgent(quiet: QuietHours, alert: Alert) -> bool:
    return None not in (quiet.except_urgency, alert.urgency) and alert.urgency <= quiet.except_urgency  # type: ignore[operator]


def awake_ms(quiet: QuietHours, at_ms: int) -> int:
    """The same time, or the end of the quiet hours that it lies in; `start` is quiet, `end` is not."""
    zone = ZoneInfo(quiet.zone)
    local = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)).astimezone(zone)
    clock, overnight = local.time(), quiet.start > quiet.end
    inside = clock >= quiet.start or clock < quiet.end if overnight else quiet.start <= clock < quiet.end
    if not inside:
        return at_ms
    day = local.date() + timedelta(days=1 if overnight and clock >= quiet.start else 0)
    end = datetime.combine(day, quiet.end, tzinfo=zone)
    return round(end.timestamp() * 1000)
