"""A lane from end to end, with a runner and a producer of our own."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pipeline.errors import BrokerError
from pipeline.records import Message
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Stage, Work
from pipeline.worker.blame import Failure
from pipeline.worker.child import attempt
from pipeline.worker.deliver import Delivery
from pipeline.worker.lane import Lane
from pipeline.worker.ledger import Entry
from pipeline.worker.state import Read, StateStore
from tests.processes import PATIENCE_SECONDS
from tests.worker.fakes import FakeProducer
from tests.worker.stages import BACKFILL, LIVE, OUT, POOLED

SETTINGS = Settings(batch_articles=2, linger_seconds=0.0, window_articles=8, drain_seconds=0.5)


class GatedRunner:
    """Handles a batch when the gate is open; records the batches it was handed."""

    batches = 2

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.gate = asyncio.Event()
        self.handed: list[list[bytes | None]] = []

    async def run(self, works: Sequence[Work]) -> list[Handled] | Failure:
        self.handed.append([work.message.value for work in works])
        await self.gate.wait()
        return attempt(self.stage.handle, works, SETTINGS)

    async def probe(self) -> None:
        """Sound."""


class Bench:
    """A lane, and what came out of it."""

    stage = POOLED

    def __init__(
        self,
        *,
        settings: Settings = SETTINGS,
        producer: FakeProducer | None = None,
        read: Read = lambda partitions: iter(()),
    ) -> None:
        self.runner, self.producer = GatedRunner(self.stage), producer or FakeProducer()
        self.acknowledged: list[str] = []
        self.errors: list[BaseException] = []
        self.lane = Lane(
            settings,
            runner=self.runner,
            delivery=Delivery(self.stage, "", self.producer),
            state=StateStore(read),
            fatal=self.errors.append,
        )
        self._waiting = asyncio.Event()
        self.lane.start()
        self.lane.assign(frozenset({0, 1}))

    def entry(self, offset: int, *, topic: str = LIVE.name, key: bytes | None = None, value: bytes = b"") -> Entry:
        key = b"%d" % offset if key is None else key
        message = Message(
            topic=topic, partition=0, offset=offset, timestamp_ms=0, key=key, value=value or b"v%d" % offset
        )
        return Entry(message, topic, lambda: self._acknowledge(f"{topic}/{offset}"))

    def _acknowledge(self, place: str) -> None:
        self.acknowledged.append(place)
        self._waiting.set()

    async def take(self, *entries: Entry) -> None:
        for entry in entries:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.lane.take(entry)

    async def until(self, count: int) -> None:
        """Until so many are acknowledged."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(self.acknowledged) < count:
                self._waiting.clear()
                await self._waiting.wait()

    @staticmethod
    async def settle() -> None:
        """Until nothing more happens by itself."""
        for _ in range(50):
            await asyncio.sleep(0.001)

    def outputs(self) -> list[Any]:
        return [record.value for record in self.producer.taken if record.topic == OUT.name]


async def test_acknowledged_in_order_after_everything_is_confirmed() -> None:
    bench = Bench()
    bench.runner.gate.set()
    await bench.take(*(bench.entry(offset) for offset in range(6)))
    await bench.until(6)
    assert bench.acknowledged == [f"{LIVE.name}/{offset}" for offset in range(6)]
    assert sorted(bench.outputs()) == [b"v%d" % offset for offset in range(6)]
    assert bench.lane.counters.report(1.0)["outcomes"] == {"done": 6}
    bench.lane.stop()


async def test_what_a_batch_causes_goes_out_together() -> None:
    """Outputs of all its messages, then their states, then their outcomes."""
    bench = Bench()
    bench.runner.gate.set()
    await bench.take(bench.entry(0), bench.entry(1))
    await bench.until(2)
    topics = [record.topic for record in bench.producer.taken]
    assert topics == ["test.out.v1"] * 2 + ["test.state.v1"] * 2 + ["test.outcomes.v1"] * 2
    bench.lane.stop()


async def test_a_refused_record_makes_a_dead_letter_of_its_own_message_only() -> None:
    """What it causes is larger than its topic takes; the other message of the batch goes out as ever."""
    bench = Bench()
    bench.runner.gate.set()
    await bench.take(bench.entry(0), bench.entry(1, value=b"big"))
    await bench.until(2)
    assert bench.outputs() == [b"v0"]
    assert [record.value for record in bench.producer.taken if record.topic == "test.dead.v1"] == [b"big"]
    bench.lane.stop()


async def test_not_acknowledged_and_fatal_when_kafka_does_not_confirm() -> None:
    bench = Bench(producer=FakeProducer(down=True))
    bench.runner.gate.set()
    await bench.take(bench.entry(0))
    await bench.settle()
    assert bench.acknowledged == []
    assert [type(error) for error in bench.errors] == [BrokerError]
    bench.lane.stop()


async def test_a_message_sees_the_state_of_the_one_before() -> None:
    bench = Bench()
    bench.runner.gate.set()
    await bench.take(*(bench.entry(offset, key=b"same") for offset in range(4)))
    await bench.until(4)
    states = [record.value for record in bench.producer.taken if record.topic == "test.state.v1"]
    assert [state.split()[0] for state in states if state] == [b"1", b"2", b"3", b"4"]
    assert bench.runner.handed == [[b"v0"], [b"v1"], [b"v2"], [b"v3"]]
    bench.lane.stop()


async def test_the_window_of_each_topic_holds_its_reader_back() -> None:
    """Four of each topic here; a full backfill does not keep live messages out."""
    bench = Bench()
    await bench.take(*(bench.entry(offset, topic=BACKFILL.name) for offset in range(4)))
    fifth = asyncio.create_task(bench.lane.take(bench.entry(4, topic=BACKFILL.name)))
    await bench.take(*(bench.entry(offset) for offset in range(4)))
    await bench.settle()
    assert not fifth.done()
    bench.runner.gate.set()
    await asyncio.wait_for(fifth, PATIENCE_SECONDS)
    await bench.until(9)
    bench.lane.stop()


async def test_live_overtakes_backfill_that_waits() -> None:
    bench = Bench(settings=replace(SETTINGS, window_articles=20))
    await bench.take(*(bench.entry(offset, topic=BACKFILL.name, value=b"old") for offset in range(4)))
    await bench.settle()  # two batches are in flight, which is all that may be
    await bench.take(*(bench.entry(offset, topic=BACKFILL.name, value=b"old") for offset in range(4, 5)))
    await bench.take(*(bench.entry(offset, value=b"new") for offset in range(10, 13)))
    assert bench.runner.handed == [[b"old", b"old"], [b"old", b"old"]]
    bench.runner.gate.set()
    await bench.until(8)
    assert bench.runner.handed[2:] == [[b"new", b"new"], [b"new"], [b"old"]]
    bench.lane.stop()


async def test_while_live_comes_backfill_leaves_a_process_queue_free() -> None:
    """Two batches may be under way, one of them of the backfill: the live article that comes next is handed in at once."""
    bench = Bench(settings=replace(SETTINGS, window_articles=20))
    await bench.take(bench.entry(0, value=b"new"))
    bench.runner.gate.set()
    await bench.until(1)
    bench.runner.gate.clear()
    await bench.take(*(bench.entry(offset, topic=BACKFILL.name, value=b"old") for offset in range(6)))
    await bench.settle()
    assert bench.runner.handed == [[b"new"], [b"old", b"old"]]
    await bench.take(bench.entry(9, value=b"new"))
    await bench.settle()
    assert bench.runner.handed == [[b"new"], [b"old", b"old"], [b"new"]]
    bench.runner.gate.set()
    await bench.until(8)
    bench.lane.stop()


async def test_a_drain_finishes_what_was_started_and_forgets_the_rest() -> None:
    bench = Bench()
    await bench.take(*(bench.entry(offset) for offset in range(4)))
    await bench.settle()
    late = [bench.entry(offset) for offset in (4, 5)]
    blocked = asyncio.create_task(bench.take(*late))
    await bench.settle()
    drain = asyncio.create_task(bench.lane.drain())
    await bench.settle()
    assert not drain.done()
    bench.runner.gate.set()
    await asyncio.wait_for(asyncio.gather(drain, blocked), PATIENCE_SECONDS)
    assert len(bench.acknowledged) == 4
    assert sorted(bench.outputs()) == [b"v0", b"v1", b"v2", b"v3"]
    assert bench.errors == []
    bench.lane.stop()


async def test_a_drain_that_takes_too_long_is_fatal() -> None:
    bench = Bench()
    await bench.take(bench.entry(0))
    await bench.settle()
    await bench.lane.drain()
    assert [str(error) for error in bench.errors] == ["1 messages were not drained in time: a restart reads them again"]
    assert bench.acknowledged == []
    bench.lane.stop()


async def test_what_was_revoked_is_never_acknowledged() -> None:
    """Its offsets belong to others, or to a later assignment of ours."""
    bench = Bench()
    await bench.take(bench.entry(0))
    await bench.settle()
    bench.lane.revoke()
    await bench.take(bench.entry(1))
    bench.lane.assign(frozenset({0}))
    bench.runner.gate.set()
    await bench.take(bench.entry(0), bench.entry(1))
    await bench.until(2)
    await bench.settle()
    assert bench.acknowledged == [f"{LIVE.name}/0", f"{LIVE.name}/1"]
    bench.lane.stop()


async def test_no_message_before_its_states() -> None:
    """A reading back that fails ends the worker with nothing handled."""

    def broken(partitions: frozenset[int]) -> Any:
        raise BrokerError("Kafka does not answer")

    bench = Bench(read=broken)
    await bench.settle()
    assert [str(error) for error in bench.errors] == ["Kafka does not answer"]
    assert bench.runner.handed == []
    bench.lane.stop()


async def test_progress_tells_a_turn_that_has_not_come_from_a_standstill() -> None:
    bench = Bench()
    await bench.lane._restored  # type: ignore[misc]
    assert bench.lane.progress(LIVE.name, 0) is None
    await bench.take(*(bench.entry(offset) for offset in range(4)), bench.entry(9, topic=BACKFILL.name))
    await bench.settle()
    running = bench.lane.progress(LIVE.name, 0)
    assert running == bench.lane.progress(LIVE.name, 0)
    bench.runner.gate.set()
    await bench.until(5)
    assert bench.lane.progress(LIVE.name, 0) != running
    bench.lane.stop()


async def test_a_partition_behind_others_of_its_topic_waits_its_turn() -> None:
    """Nothing of partition 9 was read in all the time in which a megabyte of partition 0 is handled: that is no standstill."""
    bench = Bench()
    await bench.take(bench.entry(0, topic=BACKFILL.name), bench.entry(1, topic=BACKFILL.name))
    await bench.settle()
    before = bench.lane.progress(BACKFILL.name, 9)
    assert before == bench.lane.progress(BACKFILL.name, 9)
    assert bench.lane.progress(LIVE.name, 9) is None  # nobody hands over anything of that topic
    bench.runner.gate.set()
    await bench.until(1)
    await bench.take(bench.entry(2, topic=BACKFILL.name))
    assert bench.lane.progress(BACKFILL.name, 9) != before
    await bench.until(3)
    assert bench.lane.progress(BACKFILL.name, 9) is None
    bench.lane.stop()
