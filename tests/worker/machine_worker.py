"""A worker without Faust, pool and Kafka: the real lane between a member of a group, batches and sends that others end."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from faust.types import TP

from pipeline.errors import BrokerError
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Work
from pipeline.worker.blame import Failure
from pipeline.worker.deliver import Delivery, RefusedError, Send
from pipeline.worker.lane import Lane
from pipeline.worker.ledger import Entry
from pipeline.worker.state import StateStore
from tests.worker.fake_kafka import Log, Member
from tests.worker.machine_stage import BIG, POISON, STAGE, handle
from tests.worker.stages import OUT, STATE

SETTINGS = Settings(batch_articles=2, linger_seconds=0.05, window_articles=24, drain_seconds=25.0)


@dataclass(eq=False)
class Batch:
    """Messages in a process of the pool."""

    works: Sequence[Work]
    done: "asyncio.Future[list[Handled] | Failure]"


@dataclass(eq=False)
class Sending:
    """Records on their way to Kafka, of which some may have been written; nobody was told yet."""

    records: Sequence[Send]
    unwritten: list[Send]
    done: "asyncio.Future[list[Send]]"


@dataclass
class Pool:
    """A blame.Runner whose batches end when they are told to."""

    batches: int = 4
    running: list[Batch] = field(default_factory=list)

    async def run(self, works: Sequence[Work]) -> list[Handled] | Failure:
        batch = Batch(works, asyncio.get_running_loop().create_future())
        self.running.append(batch)
        return await batch.done

    async def probe(self) -> None:
        """Sound."""

    def finish(self, batch: Batch) -> None:
        """The batch is handled, or has killed its process."""
        if any((work.message.value or b"").startswith(POISON) for work in batch.works):
            self.die(batch)
        else:
            self.running.remove(batch)
            batch.done.set_result(handle(batch.works, SETTINGS))

    def die(self, batch: Batch) -> None:
        """Its process dies."""
        self.running.remove(batch)
        batch.done.set_result(Failure(code="process-died", message="as the test said"))


@dataclass
class Wire:
    """A deliver.Producer whose records are written, and confirmed, when they are told to be."""

    log: Log
    sending: list[Sending] = field(default_factory=list)

    async def send_all(self, records: Sequence[Send]) -> list[Send]:
        refused = [record for record in records if _is_big(record)]
        good = [] if refused else list(records)  # a refused record fails its neighbours
        one = Sending(records, good, asyncio.get_running_loop().create_future())
        self.sending.append(one)
        await one.done
        return list(records) if refused else []

    async def send_alone(self, record: Send) -> None:
        if _is_big(record):
            raise RefusedError("too big")
        await self.send_all([record])

    def write(self, one: Sending, record: int) -> None:
        """Kafka has one of the records; the worker does not know."""
        if one.unwritten:
            written = one.unwritten.pop(record % len(one.unwritten))
            self.log.written[written.topic].append(written)

    def confirm(self, one: Sending) -> None:
        """Kafka has all, and the worker knows."""
        while one.unwritten:
            self.write(one, 0)
        self.sending.remove(one)
        one.done.set_result([])

    def fail(self, one: Sending) -> None:
        """Kafka is away."""
        self.sending.remove(one)
        one.done.set_exception(BrokerError("Kafka did not confirm"))


def _is_big(record: Send) -> bool:
    return record.topic == OUT.name and BIG in (record.value or b"")


class Worker:
    """To be made within a loop."""

    def __init__(self, log: Log, break_it: Callable[[Lane], object]) -> None:
        self.pool, self.wire, self.member = Pool(), Wire(log), Member(log)
        self.died_of: BaseException | None = None
        self.lane = Lane(
            SETTINGS,
            runner=self.pool,
            delivery=Delivery(STAGE, "", self.wire),
            state=StateStore(log.states(STATE.name)),
            fatal=self.die,
        )
        break_it(self.lane)
        self.leaving: asyncio.Task[None] | None = None
        self.lane.start()
        self._listen()

    @property
    def is_dead(self) -> bool:
        return self.died_of is not None

    def die(self, error: BaseException) -> None:
        """What it would still do has no effect: nobody hears it."""
        self.died_of = self.died_of or error
        self.member.expelled = True
        self.pool.running, self.wire.sending = [], []
        self.lane.stop()
        for agent in self._agents:
            agent.cancel()

    def _listen(self) -> None:
        """An agent a topic, as Faust runs them."""
        self._queues: dict[str, asyncio.Queue[Message]] = {topic.name: asyncio.Queue() for topic in STAGE.reads}
        self._agents = [asyncio.get_running_loop().create_task(self._agent(topic)) for topic in self._queues]

    async def _agent(self, topic: str) -> None:
        while True:
            await self.lane.take(self._entry(await self._queues[topic].get()))

    def _entry(self, message: Message) -> Entry:
        tp = TP(message.topic, message.partition)
        return Entry(message, message.topic, lambda: self.member.acknowledge(tp, message.offset))

    async def poll(self, tp: TP, most: int) -> None:
        """Read on in a partition."""
        for message in await self.member.fetch(tp, most):
            self._queues[tp.topic].put_nowait(message)

    def assign(self, partitions: frozenset[int], owned: Sequence[TP]) -> None:
        """As transport.Consumer does."""
        self.leaving = None
        self.member.assign(owned)
        self.lane.assign(partitions)

    def leave(self) -> None:
        """The group is being shared out anew."""
        self.leaving = asyncio.get_running_loop().create_task(self._leave())

    async def _leave(self) -> None:
        """As transport.Consumer does: drain and commit, then Faust empties its queues and forgets."""
        await self.lane.drain()
        self.member.commit()
        self.member.revoke()
        for queue in self._queues.values():
            while not queue.empty():
                queue.get_nowait()
        self.lane.revoke()

    @property
    def has_left(self) -> bool:
        """Whether it holds up the group no more."""
        return self.is_dead or (self.leaving is not None and self.leaving.done())
