"""Checks of Kafka and of what stands in it. Each takes the settings and returns one Check; raises BrokerError."""

from collections.abc import Callable

from pipeline import codec
from pipeline.broker.about import about, clock_skew_seconds
from pipeline.broker.admin import plan_topics
from pipeline.broker.consume import consume
from pipeline.broker.offsets import group_lag
from pipeline.doctor.check import Check
from pipeline.errors import BrokerError
from pipeline.records import SourceState
from pipeline.settings import Settings
from pipeline.stages.registry import STAGES
from pipeline.topics import SOURCE_STATE

# Kafka refuses records an hour ahead; windows and ages are off long before. NTP keeps machines within milliseconds.
SKEW_SECONDS = 5.0


def reachable(settings: Settings) -> Check:
    """Kafka answers."""
    found = about(settings)
    answered = f"answered in {found.answer_seconds * 1000:.0f} ms"
    return Check(name="kafka", ok=True, detail=f"{found.version} or newer, {found.nodes} nodes, {answered}")


def topics(settings: Settings) -> Check:
    """Kafka's topics are those of the topic table."""
    changes = plan_topics(settings)
    if changes:
        detail = "; ".join(f"{change.topic}: {change.action} {change.setting}" for change in changes)
        return Check(name="topics", ok=False, detail=detail, next_step="tickertape topics apply")
    return Check(name="topics", ok=True, detail="as planned")


def group_name(settings: Settings, stage: str) -> str:
    """The consumer group of a stage."""
    return f"{settings.topic_prefix}tickertape-{stage}"


def groups(settings: Settings) -> Check:
    """How far each stage has come."""
    parts, waiting = [], 0
    for name, stage in STAGES.items():
        topics_read = [settings.topic_prefix + topic.name for topic in stage.reads]
        lags = group_lag(settings, group_name(settings, name), topics_read)
        lag = sum(one.lag for one in lags)
        idle = all(one.committed is None for one in lags)
        waiting += lag
        parts.append(f"{name} {'has not run yet, ' if idle else ''}lag {lag:,}")
    return Check(name="groups", ok=True, detail="; ".join(parts), next_step="tickertape worker" if waiting else None)


def sources(settings: Settings) -> Check:
    """How the live sources fare, by what they wrote last. One that fails is not our fault, but somebody should know."""
    states: dict[str, SourceState] = {}
    for message in consume(settings, [settings.topic_prefix + SOURCE_STATE.name]):
        if message.value is not None:
            state = codec.decode_record(SourceState, message.value)
            states[state.source] = state
    failing = [f"{one.source} ({one.problem.code})" for one in states.values() if one.problem is not None]
    detail = f"{len(states)} known" + (f"; failing: {', '.join(sorted(failing))}" if failing else "")
    ok = None if failing else True
    return Check(name="sources", ok=ok, detail=detail, next_step="tickertape tail sources" if failing else None)


def clock(settings: Settings) -> Check:
    """Kafka's clock and ours agree."""
    try:
        skew = clock_skew_seconds(settings)
    except BrokerError as error:
        return Check(name="clock", ok=None, detail=f"Kafka does not tell the time: {error}")
    near = abs(skew) < SKEW_SECONDS
    detail = f"Kafka's is {abs(skew):.3f} s {'ahead' if skew > 0 else 'behind'}"
    return Check(name="clock", ok=near, detail=detail, next_step=None if near else "set both clocks by NTP")


CHECKS: dict[str, Callable[[Settings], Check]] = {
    "kafka": reachable,
    "topics": topics,
    "groups": groups,
    "sources": sources,
    "clock": clock,
}
