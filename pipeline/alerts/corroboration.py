"""What is to be told of a story that grew, changed or fell apart, given what was told of it before."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline import ids, instants
from pipeline.alerts import wording
from pipeline.alerts.deciding import Notice
from pipeline.alerts.records import FirstAlert, StandingAlert
from pipeline.alerts.rules import Rule
from pipeline.alerts.story_matching import threshold
from pipeline.records import ChangeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """A message of news.stories.v1: the story as it stands (None: no article tells it any more), when it came in, and
    whether a backfill made it so.

    `full`: it has as many articles as it keeps, and forgets its oldest; what they told was not taken back.
    """

    story_id: str
    revision: int
    story: Mapping[str, Any] | None
    at_ms: int
    backfill: bool = False
    full: bool = False


def decide(rules: Sequence[Rule], told: Sequence[StandingAlert], came: Telling) -> list[Notice]:
    """At most one notice for each rule of stories, those of rules that are gone last. `told` is about this story."""
    before = {one.rule: one for one in told}
    by_name: dict[str, Rule | None] = {rule.name: rule for rule in rules if rule.of_stories}
    by_name |= {name: None for name in before if name not in by_name}
    return [notice for name, rule in by_name.items() for notice in _decided(rule, before.get(name), came)]


def _decided(rule: Rule | None, before: StandingAlert | None, came: Telling) -> Iterator[Notice]:
    if before is not None and came.revision <= before.revision:
        return  # delivered again after a crash
    asked = None if rule is None or came.story is None else threshold(rule, came.story, came.at_ms)
    if before is None or before.retracted:
        # A backfill starts no alert; the next live article that finds enough sources does.
        if rule is not None and came.story is not None and asked is not None and not came.backfill:
            yield _first(rule, came, came.story, asked)
        return
    lost = None if came.full else _lost(before, came.story)
    if lost is None:
        return
    if came.story is None or asked is None:
        yield _retracted(before, came, lost)
    elif came.story["kind"] != before.kind:
        yield _updated(before, came, came.story, asked)


def _lost(before: StandingAlert, story: Mapping[str, Any] | None) -> str | None:
    """What is left no more of what was told, in words; None: it stands."""
    if story is None:
        return "no article tells of it any more"
    if all(before.kind != one["name"] for one in story["kinds"]):
        return f"no article tells of {before.kind} any more"
    left, asked = len(story["sources"]), before.min_sources or 1
    return None if left >= asked else f"only {left} left of the {asked} independent sources that were asked for"


def _first(rule: Rule, came: Telling, story: Mapping[str, Any], asked: int) -> Notice:
    alert_id = _identity(rule.name, came)
    told = StandingAlert(
        rule=rule.name, event_id=came.story_id, alert_id=alert_id, fired_at=instants.from_ms(came.at_ms),
        revision=came.revision, kind=story["kind"], modality=None, channels=list(rule.notify), retracted=False,
        min_sources=asked,
    )  # fmt: skip
    return Notice(
        alert_id=alert_id, change="detected", channels=rule.notify, first=None, title=wording.story_title(story),
        text=wording.story_text(story), told=told,
    )  # fmt: skip


def _updated(before: StandingAlert, came: Telling, story: Mapping[str, Any], asked: int) -> Notice:
    """What was told is not what stands, but the rule holds for that too."""
    title, text = wording.story_updated(story, before.kind, _first_alert(before))
    told = replace(before, revision=came.revision, kind=story["kind"], min_sources=asked)
    return _correction(told, came, "updated", title, text)


def _retracted(before: StandingAlert, came: Telling, lost: str) -> Notice:
    title, text = wording.story_retracted(came.story_id, before.kind, lost, _first_alert(before))
    return _correction(replace(before, revision=came.revision, retracted=True), came, "retracted", title, text)


def _correction(told: StandingAlert, came: Telling, change: ChangeKind, title: str, text: str) -> Notice:
    """To everyone who was told, even if the rule tells others by now, or is gone."""
    return Notice(
        alert_id=_identity(told.rule, came), change=change, channels=tuple(told.channels), first=_first_alert(told),
        title=title, text=text, told=told,
    )  # fmt: skip


def _first_alert(told: StandingAlert) -> FirstAlert:
    return FirstAlert(alert_id=told.alert_id, fired_at=told.fired_at)


def _identity(rule: str, came: Telling) -> str:
    return ids.digest("alert", rule, came.story_id, str(came.revision))
