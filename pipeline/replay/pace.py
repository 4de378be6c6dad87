"""How fast a replay goes: a rate it keeps to, and a lag at which it waits for the workers."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

# Small enough that a kill repeats little and a rate is smooth; large enough that waiting for Kafka's confirmation costs
# little beside the reading (one confirmation takes about 10 ms).
CHUNK = 500
LAG_SECONDS = 1.0


@dataclass(slots=True)
class Pace:
    """`rate` in records a second (None: as fast as it goes), `most_lag` in records (None: however much waits).

    `lag` asks Kafka, which costs a connection: it is asked again only when what was sent since could have reached `most_lag`.
    """

    rate: float | None
    most_lag: int | None
    lag: Callable[[], int]
    now: Callable[[], float]
    sleep: Callable[[float], None]
    lagging: int = 0
    _started: float | None = None
    _sent: int = 0

    @property
    def chunk(self) -> int:
        """Records that go together: a quarter of a second's worth at most."""
        most = CHUNK if self.most_lag is None else min(CHUNK, self.most_lag)
        return most if self.rate is None else max(1, min(most, math.ceil(self.rate / 4)))

    def wait(self) -> Iterator[None]:
        """Wait until the next chunk may go; a step for each second of waiting, so that somebody can tell."""
        if self.most_lag is not None and self.lagging + self.chunk > self.most_lag:
            while (lag := self.lag()) + self.chunk > self.most_lag:
                self.lagging = lag
                yield
                self.sleep(LAG_SECONDS)
            self.lagging = lag
        if self.rate is not None:
            self._started = self.now() if self._started is None else self._started
            due = self._started + self._sent / self.rate
            while (left := due - self.now()) > 0:
                yield
                self.sleep(min(left, LAG_SECONDS))

    def sent(self, count: int) -> None:
        """So many records went out."""
        self._sent += count
        self.lagging += count
