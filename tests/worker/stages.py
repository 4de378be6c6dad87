"""Stages for the worker's tests: what a message's value says is what happens to it."""

import os
import time
from collections.abc import Sequence
from dataclasses import replace

from pipeline import codec
from pipeline.contracts import ContractError
from pipeline.errors import ModelError
from pipeline.records import Message, Outgoing, Problem
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Stage, Work
from pipeline.topics import Topic

LIVE = Topic(name="test.live.v1", key="any", schema="none")
BACKFILL = Topic(name="test.backfill.v1", key="any", schema="none")
OUT = Topic(name="test.out.v1", key="any", schema="none", max_message_bytes=100_000)
OUTCOMES = Topic(name="test.outcomes.v1", key="any", schema="none")
DEAD = Topic(name="test.dead.v1", key="any", schema="none")
STATE = Topic(name="test.state.v1", key="any", schema="none", cleanup="compact")
TOPICS = (LIVE, BACKFILL, OUT, OUTCOMES, DEAD, STATE)

TOO_LARGE = b"x" * 200_000


def handle(works: Sequence[Work], settings: Settings) -> list[Handled]:
    """One result a message; `kill`, `hang`, `raise` and `slow` do what they say to the whole batch."""
    return [_handle(work) for work in works]


def _handle(work: Work) -> Handled:
    value = work.message.value or b""
    match value.partition(b":")[0]:
        case b"kill":
            os._exit(9)
        case b"hang":
            time.sleep(3600)
        case b"raise":
            raise ValueError("as the message said")
        case b"slow":
            time.sleep(0.02)
        case b"big":
            value = TOO_LARGE
        case b"contract":
            raise ContractError("a bug of ours")
    count, state = _counted(work)
    key = work.message.key or b"-"
    return Handled(
        outgoing=(Outgoing(topic=OUT.name, key=key, value=value or None),),
        state=state,
        final=outcome(work.message, "done", count=count),
    )


def _counted(work: Work) -> tuple[int, bytes]:
    """The how-manieth message of its key this is; the one counted last gets the same count when it comes again."""
    count, _, last = (work.state or b"0 -").partition(b" ")
    here = f"{work.message.topic}/{work.message.offset}".encode()
    number = int(count) + (last != here)
    return number, b"%d %b" % (number, here)


def outcome(message: Message, kind: str, **fields: object) -> Outgoing:
    """The outcome record of an input."""
    place = {"topic": message.topic, "partition": message.partition, "offset": message.offset}
    return Outgoing(
        topic=OUTCOMES.name,
        key=message.key or b"-",
        value=codec.encode({**place, "outcome": kind, **fields}),
        headers=(("outcome", kind.encode()),),
    )


def give_up(work: Work, problem: Problem) -> Handled:
    """The message's value as a dead letter, and its outcome."""
    dead = Outgoing(topic=DEAD.name, key=work.message.key or b"-", value=work.message.value)
    return Handled(outgoing=(dead,), final=outcome(work.message, "dead-letter", code=problem.code))


def prepare(settings: Settings) -> None:
    """Nothing to load."""


def broken_prepare(settings: Settings) -> None:
    """As if the model were missing."""
    raise ModelError("no model: run `tickertape doctor`")


POOLED = Stage(
    name="pooled",
    reads=(LIVE, BACKFILL),
    writes=(OUT, OUTCOMES, DEAD),
    handle=handle,
    give_up=give_up,
    prepare=prepare,
    pooled=True,
    state=STATE,
)
INLINE = replace(POOLED, name="inline", pooled=False)
STAGES = {stage.name: stage for stage in (POOLED, INLINE)}
