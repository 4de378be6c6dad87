"""What children are asked to do in tests: functions that are importable by name."""

import os
import signal
import time
from typing import Any


def length(data: bytes) -> int:
    """A harmless parser."""
    return len(data)


def spin() -> None:
    """Busy for ever, as a parser on a bomb."""
    while True:
        pass


def hold_the_interpreter() -> int:
    """Busy in C for minutes: no Python signal handler, no other thread gets a turn."""
    return len(str(7 ** (10**8)))


def sleep() -> None:
    """Waiting for ever."""
    while True:
        time.sleep(60)


def nap(seconds: float) -> str:
    """As long as that without work, as on a machine that is busy with other things."""
    time.sleep(seconds)
    return "slept"


def die() -> None:
    """Killed from outside, as by the kernel when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def leave() -> None:
    """A C library's exit."""
    os._exit(3)


def crash() -> None:
    """A C library's segmentation fault."""
    os.kill(os.getpid(), signal.SIGSEGV)


def fail(error: str) -> None:
    """A parser's own error."""
    raise ValueError(error)


def hoard() -> bytes:
    """More memory than a child may have."""
    return b"x" * (64 * 1024**3)


def recurse(depth: int) -> Any:
    """A result too deep to send."""
    nested: list[Any] = []
    for _ in range(depth):
        nested = [nested]
    return nested


def echo(value: Any) -> Any:
    """The argument."""
    return value


def many_bytes(size: int) -> bytes:
    """A result of that size."""
    return bytes(size)


def unspeakable() -> Any:
    """A result that cannot be sent."""
    return lambda: None


def pid() -> int:
    """Who answers."""
    return os.getpid()


def environment() -> dict[str, str]:
    """What a child knows of the environment."""
    return dict(os.environ)


def write_file(path: str) -> int:
    """What a parser has no business doing."""
    with open(path, "wb") as stream:  # noqa: PTH123
        return stream.write(b"x")
