"""How a stage's less urgent topics give way: what a backfill may take of the pool while live articles come.

A live article waits for a process at most as long as the patient batch that runs there. So, while live articles come, patient
batches are short, and never more of them are under way than there are processes: none stands in a queue before a live one.
When none came for a while, a backfill gets everything.
"""

from collections.abc import Callable

# Live articles this recent make patient batches short. Wires fall silent for seconds, not for minutes.
RECENT_SECONDS = 30.0
SHORT_BATCH = 2


class Courtesy:
    """The rule for one lane; `batches` is how many batches may be under way, half of which wait in the pool's queue."""

    def __init__(self, batches: int, now: Callable[[], float]) -> None:
        self._most_under_way, self._now = max(1, batches // 2), now
        self._under_way = 0
        self._urgent_at = float("-inf")

    def urgent(self) -> None:
        """An urgent message came."""
        self._urgent_at = self._now()

    @property
    def is_due(self) -> bool:
        """Whether urgent messages came lately."""
        return self._now() - self._urgent_at < RECENT_SECONDS

    @property
    def lets_start(self) -> bool:
        """Whether one more patient batch may start."""
        return not self.is_due or self._under_way < self._most_under_way

    def share(self, most: int) -> int:
        """How many messages a patient batch may have, of `most`."""
        return min(most, SHORT_BATCH) if self.is_due else most

    def start(self) -> None:
        """A patient batch starts."""
        self._under_way += 1

    def end(self) -> None:
        """A patient batch ended."""
        self._under_way -= 1
