"""Where a worker can be made to die, for the tests of its promise (tests/chaos).

TICKERTAPE_FAILPOINT=STEP:NTH:SIGNAL: when the step is reached for the nth time, the process sends itself the signal. Armed,
one method of one object of the lane is replaced at the start; not armed, nothing of this is ever called.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pipeline.errors import SettingsError

Method = Callable[..., Any]


@dataclass
class Point:
    """A step that is left to be reached so many times before the signal is sent."""

    step: str
    left: int
    signal: signal.Signals

    def reach(self) -> bool:
        """Whether this is the time."""
        self.left -= 1
        return self.left == 0

    def pass_by(self) -> None:
        """Send the signal if this is the time."""
        if self.reach():
            os.kill(os.getpid(), self.signal)


def _before(point: Point, method: Method) -> Method:
    def armed(*args: Any) -> Any:
        point.pass_by()
        return method(*args)

    return armed


def _after(point: Point, method: Method) -> Method:
    def armed(*args: Any) -> Any:
        result = method(*args)
        point.pass_by()
        return result

    return armed


def _after_waiting(point: Point, method: Method) -> Method:
    async def armed(*args: Any) -> Any:
        result = await method(*args)
        point.pass_by()
        return result

    return armed


def _amid(kept: slice) -> Callable[[Point, Method], Method]:
    """Only these of the records are sent and confirmed, as when the others' partition answers later."""

    def wrap(point: Point, method: Method) -> Method:
        async def armed(records: Any) -> Any:
            if not point.reach():
                return await method(records)
            await method(records[kept])
            return os.kill(os.getpid(), point.signal)

        return armed

    return wrap


# Step: (part of the worker, its method, how it is replaced), in the order in which a message comes to them.
STEPS: dict[str, tuple[str, str, Callable[[Point, Method], Method]]] = {
    "fetched": ("ledger", "add", _before),
    "taken": ("ledger", "add", _after),
    "submitted": ("runner", "run", _before),
    "handled": ("runner", "run", _after_waiting),
    "publishing": ("delivery", "_publish", _before),
    "half-published": ("delivery", "_publish", _amid(slice(1))),
    "published": ("delivery", "_publish", _after_waiting),
    "state-without-outcome": ("delivery", "_remember", _after_waiting),
    "recorded": ("delivery", "_record", _after_waiting),
    "remembered": ("state", "put", _after),
    "acknowledged": ("ledger", "finish", _after),
    "committing": ("consumer", "_commit", _before),
    "committed": ("consumer", "_commit", _after_waiting),
}


def parse(text: str) -> Point:
    """`STEP:NTH:SIGNAL`, such as published:8:SIGKILL. Raises SettingsError."""
    try:
        step, nth, name = text.split(":")
        point = Point(step, int(nth), signal.Signals[name])
    except (ValueError, KeyError):
        raise SettingsError(f"TICKERTAPE_FAILPOINT={text!r} is not STEP:NTH:SIGNAL, as published:8:SIGKILL") from None
    if step not in STEPS or point.left < 1:
        raise SettingsError(f"TICKERTAPE_FAILPOINT={text!r}: the step is one of {', '.join(STEPS)}, NTH 1 or more")
    return point


def arm(text: str, **parts: object) -> None:
    """Put the failpoint into these parts of a worker, by the names of STEPS. Raises SettingsError."""
    point = parse(text)
    part, method, wrap = STEPS[point.step]
    setattr(parts[part], method, wrap(point, getattr(parts[part], method)))
