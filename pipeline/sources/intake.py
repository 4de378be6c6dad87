"""Items → records of the article topic, counted: nothing that was read goes missing from the sum."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from pipeline import codec
from pipeline.records import Article
from pipeline.sources.folder import LeftOut
from pipeline.sources.items import Item, Rejected


class Sender(Protocol):
    """Where records go, such as a `broker.produce.Producer`."""

    def produce(self, topic: str, key: bytes | None, value: bytes | None) -> Any:
        """Send one record."""


@dataclass(slots=True)
class Tally:
    """What was read: articles sent, rejected items by code, those of them sent as they stood, entries left out."""

    articles: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    raw: int = 0
    left_out: int = 0

    @property
    def lost(self) -> int:
        """Items that did not go in."""
        return self.rejected.total() - self.raw


def take_in(
    items: Iterable[Item | LeftOut],
    sender: Sender,
    topic: str,
    tally: Tally,
    *,
    raw: bool,
    report: Callable[[Rejected], None],
) -> Iterator[None]:
    """Send every article; with `raw` also the bytes of rejected items, where they were held. A step for each item."""
    for item in items:
        if isinstance(item, Article):
            sender.produce(topic, item.key.encode(), codec.encode(item))
            tally.articles += 1
        elif isinstance(item, LeftOut):
            tally.left_out += 1
        else:
            report(item)
            tally.rejected[item.problem.code] += 1
            if raw and item.raw is not None:
                # Where no key could be read, its place is as good, and the same next time.
                sender.produce(topic, (item.key or item.where).encode(), item.raw)
                tally.raw += 1
        yield
