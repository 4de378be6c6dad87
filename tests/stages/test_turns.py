"""Messages of one key in turn."""

from collections.abc import Sequence

import pytest

from pipeline.records import Message, Outgoing
from pipeline.stages.base import Handled, Work
from pipeline.stages.turns import Recall, in_turn

WORD = "out"


def make_work(value: bytes, *, key: bytes | None = b"k", partition: int = 0, state: bytes | None = None) -> Work:
    return Work(
        message=Message(topic="t", partition=partition, offset=0, timestamp_ms=0, key=key, value=value), state=state
    )


def turn(message: Message, known: list[bytes]) -> tuple[Handled, list[bytes]]:
    """Adds the message's value, unless it is known."""
    value = message.value or b""
    if value == b"bug":
        raise ValueError("as the message said")
    after = known if value in known else [*known, value]
    return Handled(outgoing=(Outgoing(topic=WORD, key=b"", value=b" ".join(after)),)), after


class Shop:
    """A stage of lists of words, which counts how often a state is opened."""

    def __init__(self, most: int = 2) -> None:
        self.recall: Recall[list[bytes]] = Recall(most)
        self.opened: list[bytes | None] = []

    def open(self, work: Work) -> list[bytes]:
        self.opened.append(work.state)
        return (work.state or b"").split()

    def handle(self, *works: Work) -> list[tuple[bytes | None, bytes | None]]:
        """What each result says, and its state."""
        results = in_turn(
            works, self.recall, opened=self.open, turn=turn, sealed=lambda known: b" ".join(known) or None
        )
        return [(handled.outgoing[0].value, handled.state) for handled in results]


def test_each_sees_what_the_one_before_left_and_the_last_has_the_state() -> None:
    shop = Shop()
    assert shop.handle(make_work(b"a"), make_work(b"b"), make_work(b"c")) == [
        (b"a", None), (b"a b", None), (b"a b c", b"a b c")
    ]  # fmt: skip
    assert shop.opened == [None]


def test_keys_and_partitions_do_not_mix_and_results_keep_their_places() -> None:
    works = [make_work(b"a"), make_work(b"x", key=b"l"), make_work(b"b"), make_work(b"y", partition=1)]
    assert Shop().handle(*works) == [(b"a", None), (b"x", b"x"), (b"a b", b"a b"), (b"y", b"y")]


def test_messages_without_keys_are_by_themselves() -> None:
    assert Shop().handle(make_work(b"a", key=None), make_work(b"b", key=None)) == [(b"a", b"a"), (b"b", b"b")]


def test_what_changes_nothing_leaves_no_state() -> None:
    assert Shop().handle(make_work(b"a", state=b"a b")) == [(b"a b", None)]


@pytest.mark.parametrize(("state", "opened"), [(b"a", [None]), (b"b", [None, b"b"]), (None, [None, None])])
def test_a_state_is_opened_unless_it_is_the_one_that_was_left(state: bytes | None, opened: Sequence[object]) -> None:
    """Another one: another worker went on in between, or what was left was never confirmed."""
    shop = Shop()
    shop.handle(make_work(b"a"))
    shop.handle(make_work(b"c", state=state))
    assert shop.opened == opened


def test_what_a_bug_has_changed_by_half_is_forgotten() -> None:
    shop = Shop()
    shop.handle(make_work(b"a"))
    with pytest.raises(ValueError, match="as the message said"):
        shop.handle(make_work(b"b", state=b"a"), make_work(b"bug", state=b"a"))
    assert shop.handle(make_work(b"c", state=b"a")) == [(b"a c", b"a c")]
    assert shop.opened == [None, b"a"]


def test_the_oldest_is_forgotten() -> None:
    shop = Shop(most=2)
    shop.handle(*(make_work(word, key=word) for word in (b"a", b"b", b"c")))
    assert [shop.recall.take(word) for word in (b"a", b"b", b"b", None, b"c")] == [None, [b"b"], None, None, [b"c"]]


def test_what_is_kept_is_bounded_by_its_weight() -> None:
    """Lists of words, five words in all; what is taken weighs nothing any more."""
    recall: Recall[list[int]] = Recall(5, len)
    for key, length in ((b"a", 2), (b"b", 2), (b"b", 3)):
        recall.keep(key, [0] * length)
    assert recall.take(b"a") == [0] * 2
    recall.keep(b"c", [0] * 2)
    recall.keep(b"d", [0] * 1)
    assert [recall.take(key) for key in (b"b", b"c", b"d")] == [None, [0] * 2, [0]]
    recall.keep(b"e", [0] * 9)
    recall.keep(b"f", [0])
    assert [recall.take(key) for key in (b"e", b"f")] == [None, [0]]


def test_the_newest_is_kept_whatever_it_weighs() -> None:
    recall: Recall[list[int]] = Recall(5, len)
    recall.keep(b"a", [0])
    recall.keep(b"b", [0] * 9)
    assert [recall.take(key) for key in (b"a", b"b")] == [None, [0] * 9]
