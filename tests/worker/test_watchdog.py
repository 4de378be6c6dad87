"""What counts as a standstill."""

import asyncio
import time
from collections.abc import Hashable

import pytest

from pipeline.errors import BrokerError
from pipeline.worker.watchdog import Progress, Stalls, watch_pauses


def observe(*seen: tuple[int, int, Hashable], limit_seconds: float = 10) -> list[bool]:
    """Whether the place `p` counts as stalled after each (now, lag, marker)."""
    stalls = Stalls(limit_seconds)
    return [stalls.observe({"p": Progress(lag=lag, marker=marker)}, now) == ["p"] for now, lag, marker in seen]


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ([(0, 5, 1), (9, 5, 1), (10, 5, 1)], [False, False, True]),
        ([(0, 5, 1), (9, 5, 2), (18, 5, 2), (19, 5, 2)], [False, False, False, True]),
        ([(0, 5, 1), (9, 0, 1), (12, 5, 1), (18, 5, 1), (19, 5, 1)], [False, False, False, False, True]),
        ([(0, 0, 1), (100, 0, 1)], [False, False]),
        ([(0, -1, 1), (100, -1, 1)], [False, False]),
        ([(0, 5, None), (10, 5, None)], [False, True]),
    ],
    ids=["stuck", "got on in between", "caught up in between", "idle", "behind retention", "never got a message"],
)
def test_lag_without_progress_for_too_long(seen: list[tuple[int, int, Hashable]], expected: list[bool]) -> None:
    assert observe(*seen) == expected


def test_each_place_stands_for_itself() -> None:
    """One partition that is stuck is a standstill although others get on; one that was revoked is not."""
    stalls = Stalls(10)
    stuck = Progress(lag=1, marker="same")
    stalls.observe({"a": stuck, "b": Progress(lag=1, marker=1), "c": stuck}, 0)
    assert stalls.observe({"a": stuck, "b": Progress(lag=1, marker=2)}, 10) == ["a"]
    assert stalls.observe({"c": stuck}, 11) == []


async def test_a_process_that_stood_still_is_ended() -> None:
    errors: list[BaseException] = []
    watching = asyncio.create_task(watch_pauses(limit_seconds=0.2, fatal=errors.append))
    await asyncio.sleep(0)
    time.sleep(1)  # noqa: ASYNC251 - this is what is to be noticed
    await asyncio.sleep(0.01)
    watching.cancel()
    assert [type(error) for error in errors] == [BrokerError]


async def test_a_process_that_runs_is_left_alone() -> None:
    errors: list[BaseException] = []
    watching = asyncio.create_task(watch_pauses(limit_seconds=5, fatal=errors.append))
    await asyncio.sleep(0.7)
    watching.cancel()
    assert errors == []
