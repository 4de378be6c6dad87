"""The alerts stage: what watch rules have to tell of events and stories that come, change and go. How it is sent is in sinks/.

The rules are those of TICKERTAPE_RULES, read once a process: a worker that is to have new rules is started again.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from pipeline import codec, contracts, instants
from pipeline.alerts.deciding import Notice, Occurrence, decide, remember
from pipeline.alerts.declared import load
from pipeline.alerts.records import Alert, AlertState, StandingAlert
from pipeline.alerts.rules import Ruleset
from pipeline.records import ArticleRef, Message, Outgoing, Problem
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Stage, Work
from pipeline.stages.events import event_of, from_backfill, urgency
from pipeline.stages.letters import giving_up
from pipeline.stages.route import flat
from pipeline.stages.story_alerts import notices_of_story
from pipeline.topics import ALERT_STATE, ALERTS, DEAD_LETTERS, EVENTS, STORIES

NAME = "alerts"
give_up = giving_up(NAME)


def handle(works: Sequence[Work], settings: Settings) -> list[Handled]:
    """What each message of an event or of a story causes."""
    rules = ruleset(settings.rules)
    return [alerted(work, rules) for work in works]


def alerted(work: Work, rules: Ruleset) -> Handled:
    """What one message causes under these rules. An event's article and a story have no key in common, so neither have
    their states."""
    if not rules.rules and work.state is None:
        return Handled()  # nobody asked: what is no event is a dead letter of the stages that read it for somebody
    told = [] if work.state is None else codec.decode_record(AlertState, work.state).told
    found = (notices_of_story if work.message.topic.endswith(STORIES.name) else _notices)(work.message, told, rules)
    if isinstance(found, Problem):
        return give_up(work, found)
    if not found:
        return Handled()
    state = contracts.encode("alert-state.v2", AlertState(told=remember(told, [notice for notice, _ in found])))
    return Handled(outgoing=tuple(_outgoing(one) for _, one in found), state=state)


def _notices(message: Message, told: Sequence[StandingAlert], rules: Ruleset) -> list[tuple[Notice, Alert]] | Problem:
    """What one event message causes, and the records of it."""
    event = event_of(message)
    if isinstance(event, Problem):
        return event
    notices = decide(rules.rules, told, occurrence(message, event))
    return [(one, alert(message, event["data"], one)) for one in notices]


def occurrence(message: Message, event: dict[str, Any]) -> Occurrence:
    """The CloudEvent of a message as rules see it."""
    return Occurrence(
        change=event["type"].split(".")[2],
        data=event["data"],
        at_ms=message.timestamp_ms,
        backfill=from_backfill(message),
    )


def _outgoing(alert: Alert) -> Outgoing:
    key = f"{alert.rule}|{alert.event_id}".encode()
    return Outgoing(topic=ALERTS.name, key=key, value=contracts.encode("alert.v2", alert))


def alert(message: Message, data: dict[str, Any], notice: Notice) -> Alert:
    """The record of a notice."""
    return Alert(
        alert_id=notice.alert_id, rule=notice.told.rule, event_id=data["event_id"], revision=data["revision"],
        change=notice.change, kind=data["kind"], family=data["family"], fired_at=instants.from_ms(message.timestamp_ms),
        channels=list(notice.channels), urgency=urgency(message), first=notice.first, title=notice.title,
        text=notice.text, article=codec.build(ArticleRef, data["article"]),
        event=None if notice.change == "retracted" else flat(data),
    )  # fmt: skip


def prepare(settings: Settings) -> None:
    """Read the rules. Raises SettingsError."""
    ruleset(settings.rules)


@cache
def ruleset(path: str) -> Ruleset:
    """The rules of a file; none without one. Raises SettingsError."""
    return load(Path(path).expanduser()) if path else Ruleset()


ALERTS_STAGE = Stage(
    name=NAME,
    reads=(EVENTS, STORIES),
    writes=(ALERTS, ALERT_STATE, DEAD_LETTERS),
    handle=handle,
    give_up=give_up,
    prepare=prepare,
    state=ALERT_STATE,
)
