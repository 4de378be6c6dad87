"""Ids of the stream: read back as written, and nothing else is one."""

import pytest

from pipeline.gateway import marks
from pipeline.gateway.marks import Mark


def test_round_trip() -> None:
    """Partitions in order, the origin behind them."""
    mark = Mark({1: 7, 0: 41, 10: -1}, "5f2c01aa")
    assert str(mark) == "0:41,1:7,10:-1@5f2c01aa"
    assert marks.parse(str(mark)) == mark
    assert marks.parse("0:41,1:7") == Mark({0: 41, 1: 7})


@pytest.mark.parametrize(
    "text", ["", "0", "0:", ":1", "0:-2", "0:1,", "0:1@", "0:1@xyz", "0:1\n", "0:1;1:2", "0:٣", "0:1," * 9000 + "0:1"]
)
def test_nonsense_is_none(text: str) -> None:
    assert marks.parse(text) is None
