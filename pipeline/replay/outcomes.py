"""What became of a run: the outcome of every record that it sent, found by partition and offset."""

from collections import Counter
from collections.abc import Iterator

from pipeline import codec
from pipeline.broker.consume import Start, consume
from pipeline.records import Outcome
from pipeline.replay.progress import Progress
from pipeline.settings import Settings
from pipeline.topics import OUTCOMES


class Outcomes:
    """Outcomes of the run, counted by kind."""

    def __init__(self, progress: Progress) -> None:
        self._waiting = set(progress.offsets())
        self.kinds: Counter[str] = Counter()

    def count(self, settings: Settings, topic: str, start: Start, *, wait: bool) -> Iterator[None]:
        """Read outcomes until every record of the run has its own or, unless `wait`, until there are no more.

        A step for each outcome read. Raises BrokerError.
        """
        if not self._waiting:
            return
        for message in consume(settings, [settings.topic_prefix + OUTCOMES.name], start, follow=wait):
            outcome = codec.decode_record(Outcome, message.value or b"")
            place = (outcome.input.partition, outcome.input.offset)
            if outcome.input.topic == topic and place in self._waiting:
                self._waiting.discard(place)
                self.kinds[outcome.outcome] += 1
                if not self._waiting:
                    return
            yield
