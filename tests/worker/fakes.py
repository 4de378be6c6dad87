"""What stands at the edges of a lane, without Kafka."""

import asyncio
from collections.abc import Sequence

from pipeline.errors import BrokerError
from pipeline.worker.deliver import RefusedError, Send


class FakeProducer:
    """Takes records; refuses those of `refused` topics or values (and, sent together, all their neighbours)."""

    def __init__(self, *refused: bytes | str, down: bool = False) -> None:
        self.refused, self.down = set(refused), down
        self.taken: list[Send] = []

    def _refuses(self, record: Send) -> bool:
        return record.value in self.refused or record.topic in self.refused

    async def send_all(self, records: Sequence[Send]) -> list[Send]:
        await asyncio.sleep(0)
        if self.down:
            raise BrokerError("Kafka did not confirm")
        if any(self._refuses(record) for record in records):
            return list(records)
        self.taken += records
        return []

    async def send_alone(self, record: Send) -> None:
        await asyncio.sleep(0)
        if self._refuses(record):
            raise RefusedError(f"{record.topic}: refused")
        self.taken.append(record)
