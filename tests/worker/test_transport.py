"""Where a consumer reads on after a rebalance, beside a Kafka that only answers."""

import logging
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import pytest
from faust.types import TP

from pipeline.worker.transport import Consumer

PLACE = TP("news.articles.v1", 0)


class Kafka:
    """What the consumer's thread answers: commits, first offsets; and what it is told: seeks."""

    def __init__(self, committed: int | None, begin: int) -> None:
        self._committed, self._begin = committed, begin
        self.position: int | None = None

    async def seek_to_committed(self) -> Mapping[TP, int | None]:
        """As aiokafka: nothing is sought where nothing is committed, or 0."""
        if self._committed:
            self.position = self._committed
        return {PLACE: self._committed}

    def assignment(self) -> set[TP]:
        return {PLACE}

    async def earliest_offsets(self, *places: TP) -> Mapping[TP, int]:
        return dict.fromkeys(places, self._begin)

    def seek(self, place: TP, offset: int) -> None:
        self.position = offset


def consumer(kafka: Kafka) -> Any:
    """A consumer on this Kafka that has read and dropped nine messages during a rebalance."""
    made: Any = Consumer.__new__(Consumer)
    made._thread, made.log = kafka, logging.getLogger("faust.driver")
    made.log.dev = made.log.debug
    made._committed_offset = defaultdict(lambda: None)
    made._read_offset = defaultdict(lambda: None, {PLACE: 8})
    return made


@pytest.mark.parametrize(
    ("committed", "begin", "position"),
    [(None, 0, 0), (0, 0, 0), (5, 0, 5), (5, 5, 5), (None, 7, 7), (0, 7, 7), (5, 7, 7)],
)
async def test_what_was_dropped_in_a_rebalance_is_read_again(committed: int | None, begin: int, position: int) -> None:
    """From the commit on; without one, or with one that retention has overtaken, from the beginning."""
    kafka = Kafka(committed, begin)
    made = consumer(kafka)
    await made.perform_seek()
    assert kafka.position == position
    assert (made._read_offset[PLACE] or 0) <= position
    assert made.committed(PLACE) == position


@pytest.mark.parametrize(("committed", "begin", "said"), [(5, 7, ["removed 2 messages"]), (5, 5, []), (None, 7, [])])
async def test_a_gap_is_told(committed: int, begin: int, said: list[str], caplog: pytest.LogCaptureFixture) -> None:
    """What retention took before it was read is an error in the log; what was there before the group is not."""
    await consumer(Kafka(committed, begin)).perform_seek()
    assert [part for part in said if part in caplog.text] == said
    assert len(caplog.records) == len(said)
