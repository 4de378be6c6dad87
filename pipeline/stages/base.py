"""What a stage is: a frozen record around one plain function, which knows nothing of Kafka clients or Faust.

The worker reads a stage's topics, hands each message to `handle` together with the state of the message's key, sends what
comes back, and acknowledges the message only when all of that is confirmed. Messages of one key are handled one after the
other, so `handle` always sees the state that the message before left.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipeline.records import Message, Outgoing, Problem
from pipeline.settings import Settings
from pipeline.topics import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One message, and the state that its key has (the value in the stage's state topic; None: none yet)."""

    message: Message
    state: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What a message causes.

    `outgoing` is sent first; when it is confirmed, `state` (the key's new state; None: as it was) and `final` (the outcome,
    if the stage records outcomes); when those are confirmed, the message is acknowledged. Topics are named without prefix.
    """

    outgoing: tuple[Outgoing, ...] = ()
    state: bytes | None = None
    final: Outgoing | None = None


Handle = Callable[[Sequence[Work], Settings], list[Handled]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Releases:
    """What a stage puts off: `due_ms` says when a state waits for something (epoch milliseconds; None: it does not), and
    `message` what is then sent into one of the stage's inputs, in the state's partition."""

    due_ms: Callable[[bytes], int | None]
    message: Callable[[bytes], Outgoing]


def nothing(_: Settings) -> None:
    """What a stage without a model or rules has to prepare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stage of the pipeline; `reads` in order of urgency.

    `handle` maps a batch to as many results, in order; it never raises for what a message holds. `give_up` makes the dead
    letter of a message that kills or hangs the process that handles it. `prepare` loads what `handle` needs (models), once
    a process. `pooled` stages run in killable child processes, the others in the worker itself.
    """

    name: str
    reads: tuple[Topic, ...]
    writes: tuple[Topic, ...]
    handle: Handle
    give_up: Callable[[Work, Problem], Handled]
    prepare: Callable[[Settings], None] = nothing
    pooled: bool = False
    state: Topic | None = None
    releases: Releases | None = None
