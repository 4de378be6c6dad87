"""What is read is sent, reported or counted."""

from collections import Counter

import pytest

from pipeline import codec
from pipeline.records import Article, Problem
from pipeline.sources.folder import LeftOut
from pipeline.sources.intake import Tally, take_in
from pipeline.sources.items import Item, Rejected

ARTICLE = Article(provider="p", guid="g", text="x")
BAD = Rejected(path="f", line=3, problem=Problem(code="invalid-json", message="m"), raw=b"{")
UNHELD = Rejected(path="f", line=4, problem=Problem(code="too-large", message="m"))
LARGE = Rejected(path="f", line=5, problem=Problem(code="too-large", message="m"), raw=b"{}", key="p|g")
ITEMS: list[Item | LeftOut] = [ARTICLE, BAD, LeftOut("README.md"), UNHELD, LARGE, ARTICLE]


class Topic:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.records: list[tuple[str, bytes | None, bytes | None]] = []

    def produce(self, topic: str, key: bytes | None, value: bytes | None) -> None:
        self.records.append((topic, key, value))


@pytest.mark.parametrize("raw", [False, True])
def test_everything_is_accounted_for(raw: bool) -> None:
    """With `raw`, rejected bytes go too, by their key or their place; what was not held cannot."""
    topic, tally = Topic(), Tally()
    reported: list[Rejected] = []
    steps = sum(1 for _ in take_in(ITEMS, topic, "t", tally, raw=raw, report=reported.append))
    good = ("t", b"p|g", codec.encode(ARTICLE))
    sent_raw = [("t", b"f:3", b"{"), ("t", b"p|g", b"{}")] if raw else []
    assert topic.records == [good, *sent_raw, good]
    assert reported == [BAD, UNHELD, LARGE]
    assert tally == Tally(
        articles=2, rejected=Counter({"invalid-json": 1, "too-large": 2}), raw=len(sent_raw), left_out=1
    )
    assert tally.lost == (1 if raw else 3)
    assert steps == tally.articles + tally.rejected.total() + tally.left_out == len(ITEMS)
