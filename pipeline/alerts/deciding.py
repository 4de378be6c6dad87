"""What is to be told of an event that came, changed or went, given what was told of it before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline import ids, instants
from pipeline.alerts import wording
from pipeline.alerts.matching import Seen, matches
from pipeline.alerts.records import FirstAlert, StandingAlert
from pipeline.alerts.rules import Rule
from pipeline.records import ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A message of news.events.v1: what changed about an event, when, and whether it comes from a backfill."""

    change: ChangeKind
    data: Mapping[str, Any]
    at_ms: int
    backfill: bool = False

    @property
    def said(self) -> tuple[str, str | None]:
        """What makes an update worth telling: kind and modality."""
        return self.data["kind"], self.data.get("modality")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to tell, and what is then remembered."""

    alert_id: str
    change: ChangeKind
    channels: tuple[str, ...]
    first: FirstAlert | None
    title: str
    text: str
    told: StandingAlert


def decide(rules: Sequence[Rule], told: Sequence[StandingAlert], came: Occurrence) -> list[Notice]:
    """At most one notice for each rule, those of rules that are gone last. `told` may be about other events too."""
    before = {one.rule: one for one in told if one.event_id == came.data["event_id"]}
    by_name: dict[str, Rule | None] = {rule.name: rule for rule in rules}
    by_name |= {name: None for name in before if name not in by_name}
    return [notice for name, rule in by_name.items() for notice in _decided(name, rule, before.get(name), came)]


def remember(told: Sequence[StandingAlert], notices: Sequence[Notice]) -> list[StandingAlert]:
    """What was told, after the notices."""
    fresh = {(one.told.rule, one.told.event_id): one.told for one in notices}
    kept = [fresh.pop((one.rule, one.event_id), one) for one in told]
    return [*kept, *fresh.values()]


def _decided(name: str, rule: Rule | None, before: StandingAlert | None, came: Occurrence) -> Iterator[Notice]:
    if before is not None and came.data["revision"] <= before.revision:
        return  # delivered again after a crash
    if before is None or before.retracted:
        # A backfill starts no alert. What was told before is corrected, whichever way the correction came.
        starts = came.change != "retracted" and not came.backfill
        if starts and rule is not None and not rule.of_stories and matches(rule, came.data, Seen(at_ms=came.at_ms)):
            yield _first(rule, came)
    elif came.change == "retracted":
        yield _correction(before, came, "retracted")
    elif came.said != (before.kind, before.modality):
        yield _correction(before, came, "updated")


def _first(rule: Rule, came: Occurrence) -> Notice:
    data = came.data
    alert_id, fired_at = _identity(rule.name, came), instants.from_ms(came.at_ms)
    kind, modality = came.said
    told = StandingAlert(
        rule=rule.name, event_id=data["event_id"], alert_id=alert_id, fired_at=fired_at, revision=data["revision"],
        kind=kind, modality=modality, channels=list(rule.notify), retracted=False,
    )  # fmt: skip
    return Notice(
        alert_id=alert_id, change="detected", channels=rule.notify, first=None, title=wording.title(data),
        text=wording.text(data), told=told,
    )  # fmt: skip


def _correction(before: StandingAlert, came: Occurrence, change: ChangeKind) -> Notice:
    """To everyone who was told, even if the rule tells others by now, or is gone, or would no longer hold."""
    first = FirstAlert(alert_id=before.alert_id, fired_at=before.fired_at)
    kind, modality = came.said
    gone = change == "retracted"
    title, text = (
        wording.retracted(came.data, first)
        if gone
        else wording.updated(came.data, (before.kind, before.modality), first)
    )
    told = replace(before, revision=came.data["revision"], kind=kind, modality=modality, retracted=gone)
    return Notice(
        alert_id=_identity(before.rule, came), change=change, channels=tuple(before.channels), first=first, title=title,
        text=text, told=told,
    )  # fmt: skip


def _identity(rule: str, came: Occurrence) -> str:
    return ids.digest("alert", rule, came.data["event_id"], str(came.data["revision"]))
