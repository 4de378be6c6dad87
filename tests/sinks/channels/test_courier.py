"""From messages to channels."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline import codec
from pipeline.alerts.rules import Ruleset
from pipeline.records import Message, Problem
from pipeline.sinks.channels.base import Parcel
from pipeline.sinks.channels.courier import Courier
from pipeline.sinks.channels.outbox import Outbox
from pipeline.topics import ALERTS
from tests.builders import START_MS
from tests.sinks.channels.alerts import make_alert, make_correction


class Told:
    """A channel that keeps what it is sent, and answers what it is told to."""

    def __init__(self) -> None:
        self.parcels: list[Parcel] = []
        self.problem: Problem | None = None
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, parcel: Parcel, now_ms: int) -> Problem | None:
        await self.gate.wait()
        self.parcels.append(parcel)
        return self.problem

    async def close(self) -> None:
        self.gate.set()


@pytest.fixture
def outbox(tmp_path: Path) -> Iterator[Outbox]:
    made = Outbox(tmp_path / "alerts.sqlite")
    yield made
    made.close()


def message(value: object, offset: int) -> Message:
    data = value if isinstance(value, bytes) else codec.encode(value)
    return Message(topic=ALERTS.name, partition=0, offset=offset, timestamp_ms=START_MS, key=b"k", value=data)


def make_courier(outbox: Outbox, **channels: Told) -> Courier:
    return Courier(Ruleset(), outbox, dict(channels), clock_ms=lambda: START_MS, chance=lambda: 0.5)


async def test_an_alert_and_its_retraction_and_what_is_neither(outbox: Outbox) -> None:
    desk = Told()
    courier = make_courier(outbox, desk=desk)
    for offset, value in enumerate([b"\xff", b"[]", make_alert(), make_correction()]):
        courier.take(message(value, offset))
        await asyncio.gather(*courier.start_due())
    assert [parcel.title for parcel in desk.parcels] == ["talks-postponed 1", "RETRACTED 1"]
    assert outbox.progress() == {0: 4}


async def test_a_slow_channel_keeps_up_nobody_else(outbox: Outbox) -> None:
    slow, quick = Told(), Told()
    slow.gate.clear()
    courier = make_courier(outbox, slow=slow, quick=quick)
    for number in range(3):
        courier.take(message(make_alert(number, channels=["slow", "quick"]), number))
        courier.start_due()
        await asyncio.sleep(0.01)
    assert (len(quick.parcels), len(slow.parcels)) == (3, 0)
    slow.gate.set()
    await courier.close()
    assert len(slow.parcels) == 1  # that on its way is finished, the others stay in the outbox
    await asyncio.gather(*make_courier(outbox, slow=slow, quick=quick).start_due())
    assert sum(len(parcel.alerts) for parcel in slow.parcels) == 3


async def test_a_channel_that_is_no_more_is_tried_again_later(outbox: Outbox) -> None:
    courier = make_courier(outbox)
    courier.take(message(make_alert(), 0))
    await asyncio.gather(*courier.start_due())
    assert outbox.counts() == [("desk", "waiting", 1, "no-channel: rules.yaml has no such channel any more")]
