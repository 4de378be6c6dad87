"""Messages of one key in turn: what is known of the key is opened once, changed by one after the other, and sealed once."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Generic, TypeVar

from pipeline.records import Message
from pipeline.stages.base import Handled, Work

Known = TypeVar("Known")


class Recall(Generic[Known]):
    """What was known of the keys that were handled last, by the state that it was sealed with.

    So a state is rarely opened, which takes long when it is large. What is taken is forgotten: whoever takes it changes it.
    """

    def __init__(self, most: int, weight: Callable[[Known], int] = lambda _: 1) -> None:
        """`most` is how much all that is kept may weigh; the newest is kept whatever it weighs."""
        self._most, self._weight = most, weight
        self._weighs = 0
        self._known: OrderedDict[bytes, Known] = OrderedDict()

    def take(self, state: bytes | None) -> Known | None:
        """What was sealed with this state, if it is still here."""
        known = None if state is None else self._known.pop(state, None)
        if known is not None:
            self._weighs -= self._weight(known)
        return known

    def keep(self, state: bytes, known: Known) -> None:
        """It is sealed with this state."""
        self.take(state)
        self._known[state] = known
        self._weighs += self._weight(known)
        while self._weighs > self._most and len(self._known) > 1:
            self._weighs -= self._weight(self._known.popitem(last=False)[1])


def in_turn(
    works: Sequence[Work],
    recall: Recall[Known],
    *,
    opened: Callable[[Work], Known],
    turn: Callable[[Message, Known], tuple[Handled, Known]],
    sealed: Callable[[Known], bytes | None],
) -> list[Handled]:
    """The results of a batch with runs; the last of each key has the state that all of them left, if it is another one."""
    runs: dict[tuple[int, object], list[int]] = {}
    for place, work in enumerate(works):
        message = work.message
        # Without a key there is no state, and nothing that a message could hand on.
        runs.setdefault((message.partition, place if message.key is None else message.key), []).append(place)
    results = [Handled()] * len(works)
    for run in runs.values():
        before = works[run[0]].state
        known = recall.take(before)
        if known is None:
            known = opened(works[run[0]])
        for place in run:
            results[place], known = turn(works[place].message, known)
        state = sealed(known)
        if state is not None:
            recall.keep(state, known)
            if state != before:
                results[run[-1]] = replace(results[run[-1]], state=state)
    return results
