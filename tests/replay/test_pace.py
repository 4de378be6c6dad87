"""How a replay keeps its rate and waits for workers."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.replay.pace import CHUNK, Pace


@dataclass
class World:
    """A clock that only sleeping moves, and the lags that Kafka will tell."""

    lags: list[int] = field(default_factory=list)
    at: float = 100.0
    asked: int = 0

    def now(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += seconds

    def lag(self) -> int:
        self.asked += 1
        return self.lags.pop(0)

    def pace(self, rate: float | None = None, most_lag: int | None = None) -> Pace:
        return Pace(rate=rate, most_lag=most_lag, lag=self.lag, now=self.now, sleep=self.sleep)


def steps(waiting: Iterator[None]) -> int:
    return sum(1 for _ in waiting)


def test_without_limits_nothing_waits() -> None:
    world = World()
    pace = world.pace()
    assert (steps(pace.wait()), pace.chunk, world.at, world.asked) == (0, CHUNK, 100.0, 0)


def test_a_rate_is_kept() -> None:
    """Ten a second: a thousand take a hundred seconds, less the last chunk."""
    world = World()
    pace = world.pace(rate=10)
    for _ in range(0, 999, pace.chunk):
        steps(pace.wait())
        pace.sent(pace.chunk)
    assert (pace.chunk, world.at) == (3, 100.0 + 332 * 0.3)


def test_a_rate_below_one_still_goes() -> None:
    world = World()
    pace = world.pace(rate=0.5)
    steps(pace.wait())
    pace.sent(1)
    assert (steps(pace.wait()), world.at) == (2, 102.0)


def test_workers_that_lag_are_waited_for() -> None:
    """A step for each second of waiting; then it goes on."""
    world = World(lags=[900, 901, 500])
    pace = world.pace(most_lag=1_000)
    pace.sent(600)
    assert (steps(pace.wait()), pace.lagging, world.at) == (2, 500, 102.0)


def test_kafka_is_asked_only_when_the_lag_could_be_reached() -> None:
    world = World(lags=[0])
    pace = world.pace(most_lag=5 * CHUNK)
    for _ in range(5):
        assert steps(pace.wait()) == 0
        pace.sent(CHUNK)
    assert world.asked == 0
    assert steps(pace.wait()) == 0
    assert world.asked == 1


def test_a_small_lag_makes_small_chunks() -> None:
    """A chunk above the lag that is allowed could never go."""
    world = World(lags=[0, 0])
    pace = world.pace(most_lag=7)
    assert (pace.chunk, steps(pace.wait())) == (7, 0)
