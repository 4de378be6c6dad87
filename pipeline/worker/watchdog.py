"""Ends the worker when it no longer works: lag without progress, a silent broker, a process that stood still.

Faust's consumers are known to fall silent after an outage; whoever supervises the worker then starts a new one.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import BrokerError

logger = logging.getLogger(__name__)

CHECK_SECONDS = 2.0
TICK_SECONDS = 0.5
REQUEST_SECONDS = 10.0
REPORT_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How a place stands: how many messages it has to go, and something that changes whenever it gets on."""

    lag: int
    marker: Hashable


class Stalls:
    """Which places have had lag and no progress for too long."""

    def __init__(self, limit_seconds: float) -> None:
        self._limit_seconds = limit_seconds
        self._since: dict[Hashable, tuple[Hashable, float]] = {}

    def observe(self, places: Mapping[Any, Progress], now: float) -> list[Any]:
        """The stalled places; `now` in seconds of any clock that only goes forward."""
        seen = {}
        for place, progress in places.items():
            marker, since = self._since.get(place, (None, now))
            moved = progress.lag <= 0 or marker != progress.marker
            seen[place] = (progress.marker, now if moved else since)
        self._since = dict(seen)
        return [place for place, (_, since) in seen.items() if now - since >= self._limit_seconds]


async def watch_progress(app: Any, *, limit_seconds: float, fatal: Callable[[BaseException], object]) -> None:
    """End the process when a partition, or Kafka itself, has not got on for `limit_seconds`."""
    stalls = Stalls(limit_seconds)
    while True:
        await asyncio.sleep(CHECK_SECONDS)
        stalled = stalls.observe(await _look(app), time.monotonic())
        if stalled:
            where = ", ".join(sorted(map(str, stalled)))
            fatal(BrokerError(f"no progress for {limit_seconds:g} s in {where}: run `tickertape doctor`"))


async def watch_pauses(*, limit_seconds: float, fatal: Callable[[BaseException], object]) -> None:
    """End a process that stood still (stopped, blocked) so long that its partitions may belong to others by now.

    They may have gone on, so it must not send another record; this runs before anything that the pause held up can.
    """
    while True:
        began_at = time.monotonic()
        await asyncio.sleep(TICK_SECONDS)
        paused_seconds = time.monotonic() - began_at - TICK_SECONDS
        if paused_seconds > limit_seconds:
            fatal(
                BrokerError(
                    f"the worker stood still for {paused_seconds:.0f} s and lost its partitions: start it again"
                )
            )


async def report(app: Any) -> None:
    """Log the lane's figures now and then."""
    while True:
        await asyncio.sleep(REPORT_SECONDS)
        logger.info("figures", extra={"stage": app.stage.name, **app.lane.counters.report(REPORT_SECONDS)})


async def _look(app: Any) -> dict[Any, Progress]:
    """Every partition of ours, by name; `broker` stands for Kafka's not answering at all."""
    consumer, lane = app.consumer, app.lane
    places = consumer.assignment()
    try:
        async with asyncio.timeout(REQUEST_SECONDS):
            ends = await consumer.highwaters(*places) if places else {}
    except Exception as error:  # noqa: BLE001 - whatever it is, Kafka did not answer
        logger.warning("Kafka does not answer", extra={"problem": repr(error)})
        return {"broker": Progress(lag=1, marker=None)}
    lags = {tp: (end or 0) - consumer.committed(tp) for tp, end in ends.items()}
    lane.counters.lag = sum(max(0, lag) for lag in lags.values())
    return {
        f"{tp.topic}/{tp.partition}": Progress(
            lag=lag, marker=(consumer.committed(tp), lane.progress(tp.topic, tp.partition))
        )
        for tp, lag in lags.items()
    }
