"""The stage of the lane's machine: its state knows every input of a key, so what it says of one is the same each time."""

from collections.abc import Sequence
from dataclasses import replace

from pipeline import codec
from pipeline.records import Message, Outgoing
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Work
from tests.worker.stages import OUT, POOLED, outcome

POISON, BIG, PLAIN = b"poison", b"big", b"plain"


def place(message: Message) -> str:
    """Where an input stands."""
    return f"{message.topic}/{message.partition}/{message.offset}"


def handle(works: Sequence[Work], _: Settings) -> list[Handled]:
    """One result a message, in order."""
    return [_handle(work) for work in works]


def _handle(work: Work) -> Handled:
    """The how-manieth input of its key this is; new content goes out, content that is known is `unchanged`."""
    message = work.message
    seen = codec.decode(work.state) if work.state else []
    entry = [place(message), (message.value or b"").decode()]
    if entry not in seen:
        seen.append(entry)
    number = seen.index(entry)
    known = any(value == entry[1] for _, value in seen[:number])
    out = Outgoing(topic=OUT.name, key=message.key or b"", value=codec.encode([*entry, number]))
    return Handled(
        outgoing=() if known else (out,),
        state=codec.encode(seen),
        final=outcome(message, "unchanged" if known else "done", number=number),
    )


STAGE = replace(POOLED, handle=handle)
