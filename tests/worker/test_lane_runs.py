"""A lane whose stage takes runs: all messages of a key that wait, at once."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.errors import BrokerError
from pipeline.records import Outgoing
from pipeline.settings import Settings
from pipeline.stages.base import Handled, Part, Work
from tests.worker.fakes import FakeProducer
from tests.worker.stages import DEAD, INLINE, LIVE, OUT, STATE, TOO_LARGE
from tests.worker.test_lane import SETTINGS, Bench


def count(works: Sequence[Work], _: Settings) -> list[Handled]:
    """A stage that takes runs: each message is added to the state, as the part of its name."""
    results: list[Handled] = []
    known: dict[bytes | None, list[bytes]] = {}
    for work in works:
        value, key = work.message.value or b"", work.message.key
        if value == b"bad" and len(works) > 1:
            raise ValueError("as the message said")
        known.setdefault(key, [*work.parts()])
        known[key].append(value)
        parts = () if value == b"big" else (Part(name=value, value=value),)
        told = TOO_LARGE if value == b"big" else b" ".join(known[key])
        results.append(
            Handled(
                outgoing=(Outgoing(topic=OUT.name, key=key or b"", value=told),), parts=parts, state=b"after " + value
            )
        )
    return results


class RunBench(Bench):
    """A lane of a stage that takes runs."""

    stage = replace(INLINE, reads=(LIVE,), in_runs=True, handle=count)

    def __init__(self, producer: FakeProducer | None = None) -> None:
        super().__init__(settings=replace(SETTINGS, window_articles=20, linger_seconds=0.01), producer=producer)

    def states(self) -> list[tuple[bytes | None, bytes | None]]:
        return [(record.key, record.value) for record in self.producer.taken if record.topic == STATE.name]


async def test_a_run_is_handled_confirmed_and_acknowledged_as_one() -> None:
    bench = RunBench()
    bench.runner.gate.set()
    await bench.take(*(bench.entry(n, key=b"l" if n == 1 else b"k") for n in range(4)))
    await bench.until(4)
    await bench.take(bench.entry(4, key=b"k"))
    await bench.until(5)
    assert bench.runner.handed == [[b"v0", b"v2", b"v3"], [b"v1"], [b"v4"]]
    assert bench.outputs() == [b"v0", b"v0 v2", b"v0 v2 v3", b"v1", b"v0 v2 v3 v4"]
    assert [one for one in bench.states() if one[0] == b"k"] == [
        (b"k", b"after v0"), (b"k", b"after v2"), (b"k", b"after v3"), (b"k", b"after v4")
    ]  # fmt: skip
    assert bench.acknowledged == [f"{LIVE.name}/{offset}" for offset in range(5)]
    bench.lane.stop()


async def test_what_comes_while_a_run_is_under_way_is_the_next_run() -> None:
    bench = RunBench()
    await bench.take(bench.entry(0, key=b"k"), bench.entry(1, key=b"k"))
    await bench.settle()
    await bench.take(*(bench.entry(n, key=b"k") for n in (2, 3, 4)))
    await bench.settle()
    assert bench.runner.handed == [[b"v0", b"v1"]]
    bench.runner.gate.set()
    await bench.until(5)
    assert bench.runner.handed == [[b"v0", b"v1"], [b"v2", b"v3", b"v4"]]
    bench.lane.stop()


@pytest.mark.parametrize("value", [b"bad", b"big"], ids=["the stage fails", "an output is too large"])
async def test_a_run_that_fails_is_taken_apart_in_order(value: bytes) -> None:
    """Each sees what those before it left, and the culprit is the only one that suffers."""
    bench = RunBench()
    bench.runner.gate.set()
    values = [b"v0", value, b"v2"]
    await bench.take(*(bench.entry(n, key=b"k", value=one) for n, one in enumerate(values)))
    await bench.until(3)
    assert bench.runner.handed == [values, [b"v0"], [value], [b"v2"]]
    known = b"bad v0 v2" if value == b"bad" else b"v0 v2"
    assert bench.outputs()[-1] == known
    dead = [record.value for record in bench.producer.taken if record.topic == DEAD.name]
    assert dead == ([value] if value == b"big" else [])
    assert bench.acknowledged == [f"{LIVE.name}/{offset}" for offset in range(3)]
    bench.lane.stop()


async def test_nothing_of_a_run_is_acknowledged_when_kafka_does_not_confirm() -> None:
    bench = RunBench(FakeProducer(down=True))
    bench.runner.gate.set()
    await bench.take(bench.entry(0, key=b"k"), bench.entry(1, key=b"k"))
    await bench.settle()
    assert bench.acknowledged == []
    assert [type(error) for error in bench.errors] == [BrokerError]
    bench.lane.stop()
