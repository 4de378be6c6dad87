"""What a stage put off comes in again when its time has come: once a second the states that are due are looked up.

The release is an input like any other, with an outcome of its own. So nothing needs to be agreed upon: a worker that dies
after sending it, or two that both send it, make an input more, which finds that its content stands already.
"""

import asyncio
import logging
import time
from collections.abc import Callable

from pipeline.stages.base import Stage
from pipeline.worker.deliver import Producer, RefusedError, Send
from pipeline.worker.state import StateStore

logger = logging.getLogger(__name__)

TICK_SECONDS = 1.0
# At a time: each may be as large as an input.
MOST = 16


def now_ms() -> int:
    """The time of day in epoch milliseconds."""
    return time.time_ns() // 1_000_000


class Releaser:
    """Sends what is due of the partitions that this process owns."""

    def __init__(self, stage: Stage, prefix: str, *, state: StateStore, producer: Producer) -> None:
        self._stage, self._prefix = stage, prefix
        self._state, self._producer = state, producer

    async def run(self, clock: Callable[[], int] = now_ms) -> None:
        """For ever, if the stage puts anything off. Raises BrokerError."""
        while self._stage.releases is not None:
            while await self.send_due(clock()) == MOST:
                pass
            await asyncio.sleep(TICK_SECONDS)

    async def send_due(self, now_ms: int) -> int:
        """Send what is due at that time, until Kafka has confirmed it; returns how many. Raises BrokerError."""
        if self._stage.releases is None:
            return 0
        due = self._state.take_due(now_ms, most=MOST)
        for one in due:
            sent = self._stage.releases.message(one.value)
            # Beside its state: the stage's inputs and states have the same partitions.
            topic = self._prefix + sent.topic
            await self._send(
                Send(topic=topic, key=sent.key, value=sent.value, headers=sent.headers, partition=one.partition)
            )
        return len(due)

    async def _send(self, record: Send) -> None:
        """What Kafka never takes stays where it waits, and is tried again by the next worker."""
        try:
            for failed in await self._producer.send_all([record]):
                await self._producer.send_alone(failed)
        except RefusedError as refused:
            logger.error("a release was refused", extra={"topic": record.topic, "problem": str(refused)})  # noqa: TRY400
            return
        logger.info("released", extra={"topic": record.topic, "key": (record.key or b"").decode("utf-8", "replace")})
