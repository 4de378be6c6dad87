"""What a stage is: a frozen record around one plain function, which knows nothing of Kafka clients or Faust.

The worker reads a stage's topics, hands each message to `handle` together with the state of the message's key, sends what
comes back, and acknowledges the message only when all of that is confirmed. Messages of one key are handled one after the
other, so `handle` always sees the state that the message before left; a stage that takes runs of them sees to that itself.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from pipeline.records import Message, Outgoing, Problem
from pipeline.settings import Settings
from pipeline.topics import Topic


def no_parts() -> Iterable[bytes]:
    """What a key has whose state is in one piece."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a key's state, kept under a name of its own so that only what changed is written; None: it is gone."""

    name: bytes
    value: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One message, and the state that its key has (the value in the stage's state topic; None: none yet).

    `parts` reads the values of the state's parts, which takes a while; only a stage that is handed runs has any.
    """

    message: Message
    state: bytes | None = None
    parts: Callable[[], Iterable[bytes]] = no_parts


@dataclass(frozen=True, slots=True, kw_only=True)
class Handled:
    """What a message causes.

    `outgoing` is sent first; when it is confirmed, `parts` (those that changed) and, behind them, `state` (the key's new
    state; None: as it was); then `final` (the outcome, if the stage records outcomes); then the message is acknowledged.
    Topics are named without prefix.
    """

    outgoing: tuple[Outgoing, ...] = ()
    parts: tuple[Part, ...] = ()
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
    a process. `pooled` stages run in killable child processes, the others in the worker itself. `in_runs`: a batch may hold
    several messages of one key, in order and all with the state from before the first; `handle` hands on what each of them
    leaves, and need tell the state only once, in the last result.
    """

    name: str
    reads: tuple[Topic, ...]
    writes: tuple[Topic, ...]
    handle: Handle
    give_up: Callable[[Work, Problem], Handled]
    prepare: Callable[[Settings], None] = nothing
    pooled: bool = False
    in_runs: bool = False
    state: Topic | None = None
    releases: Releases | None = None
