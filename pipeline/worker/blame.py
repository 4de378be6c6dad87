"""From a batch to its results, whatever the messages do to the process that handles them.

A batch that fails is handed in again message by message, so that the culprit stands alone. (Halving would find it too,
but each half of a batch that hangs costs a whole time limit: 20 s five times over for 16 messages, against 20 s once.)
A message that fails alone gets one more try, for its process may have died of something else (a neighbour that ate the
memory); then its stage gives it up.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.records import Problem
from pipeline.stages.base import Handled, Work

logger = logging.getLogger(__name__)

MAX_MESSAGE_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An attempt that came to nothing; `code` is `process-died`, `timed-out` or `handler-failed`."""

    code: str
    message: str
    traceback: str = ""


class Runner(Protocol):
    """Who handles a batch: child processes, or this one. Raises PoolError, ContractError and other bad worlds."""

    batches: int
    """How many batches may be on their way at a time."""

    async def run(self, works: Sequence[Work]) -> list[Handled] | Failure:
        """The results, in order, or what became of the attempt."""

    async def probe(self) -> None:
        """Raises PoolError or ModelError if even harmless work fails."""


async def handle_all(
    runner: Runner, give_up: Callable[[Work, Problem], Handled], works: Sequence[Work], attempted: Callable[[], None]
) -> list[Handled]:
    """One result a message, in order; `attempted` is called after every attempt. Raises what the runner raises."""
    result = await _attempt(runner, works, attempted)
    if not isinstance(result, Failure):
        return result
    logger.warning(
        "a batch failed",
        extra={"code": result.code, "problem": result.message, "messages": len(works), "traceback": result.traceback},
    )
    if len(works) == 1:
        return [await _alone(runner, give_up, works[0], attempted)]
    parts = (handle_all(runner, give_up, [work], attempted) for work in works)
    return [handled for part in await asyncio.gather(*parts) for handled in part]


async def _alone(
    runner: Runner, give_up: Callable[[Work, Problem], Handled], work: Work, attempted: Callable[[], None]
) -> Handled:
    """The second try of a message that failed alone."""
    result = await _attempt(runner, [work], attempted)
    if not isinstance(result, Failure):
        return result[0]
    await runner.probe()
    message = work.message
    logger.error(
        "a message was given up",
        extra={"code": result.code, "problem": result.message, "topic": message.topic,
               "partition": message.partition, "offset": message.offset, "traceback": result.traceback},
    )  # fmt: skip
    return give_up(work, Problem(code=result.code, message=result.message[:MAX_MESSAGE_CHARS]))


async def _attempt(runner: Runner, works: Sequence[Work], attempted: Callable[[], None]) -> list[Handled] | Failure:
    result = await runner.run(works)
    attempted()
    return result
