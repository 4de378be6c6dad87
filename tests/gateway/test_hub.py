"""One reader for all: whoever falls behind is brought up from history, and gets everything once, in order."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from pipeline import codec
from pipeline.gateway import filters
from pipeline.gateway.changes import Change, change_of
from pipeline.gateway.filters import Filters
from pipeline.gateway.hub import Frame, Hub, News, Subscription
from pipeline.gateway.limits import Limits
from pipeline.gateway.marks import Mark
from pipeline.gateway.problems import Refused
from pipeline.gateway.stream import message as spelled_message
from pipeline.gateway.stream import spelled
from tests.gateway.events import detected, message

EVERYTHING = Filters({})
ORIGIN = "0badcafe"


def change(offset: int, **changes: Any) -> Change:
    value = detected(offset, **changes)
    return change_of(offset + 1, message(value, offset), codec.decode(value), None)


class History:
    """What the store would say, and a hub in front of it."""

    def __init__(self, **limits: Any) -> None:
        self.known: list[Change] = []
        self.asked = 0
        self.hub = Hub(Limits(**limits), self.after, self.first_after)

    async def after(self, mark: Mark, upto: int, most: int) -> tuple[list[Change], bool]:
        self.asked += 1
        found = [one for one in self.known if one.offset > mark.offsets.get(0, -1) and one.seq <= upto]
        return found[:most], len(found) <= most

    async def first_after(self, mark: Mark, upto: int) -> int | None:
        return next((one.seq for one in self.known if one.offset > mark.offsets.get(0, -1) and one.seq <= upto), None)

    def news(self, changes: Sequence[Change] = ()) -> News:
        offset = self.known[-1].offset if self.known else -1
        return News(changes=changes, mark=Mark({0: offset}, ORIGIN), seq=len(self.known), firsts={0: 0})

    def begin(self, *changes: Change) -> None:
        self.known += changes
        self.hub.begin(self.news())

    def publish(self, *changes: Change) -> None:
        self.known += changes
        self.hub.publish(self.news(changes))


async def drained(subscription: Subscription) -> list[Frame]:
    """Frames until there is nothing left to say."""
    found: list[Frame] = []
    while True:
        frames = await subscription.next(0.01)
        found += [frame for frame in frames if frame.name]
        if not frames or not frames[-1].name and len(frames) == 1 and found != [] and not subscription.queued[0]:
            return found
        if not frames[-1].name:
            frames = await subscription.next(0.01)
            found += [frame for frame in frames if frame.name]
            if not frames[-1].name:
                return found


def places(frames: Sequence[Frame]) -> list[str]:
    return [frame.mark for frame in frames]


async def test_live_client_hears_what_comes() -> None:
    """Its first frame is the mark it begins at; only later events follow."""
    history = History()
    history.begin(change(0))
    subscription = history.hub.subscribe(EVERYTHING, None, None)
    assert await subscription.next(1) == [Frame("", f"0:0@{ORIGIN}")]
    history.publish(change(1), change(2))
    assert [(f.name, f.mark) for f in await subscription.next(1)] == [
        ("detected", f"0:1@{ORIGIN}"),
        ("detected", f"0:2@{ORIGIN}"),
    ]
    assert (await subscription.next(0.01), history.asked) == ([Frame("", f"0:2@{ORIGIN}")], 0)


async def test_mark_moves_where_nothing_matters() -> None:
    """So that a picky client does not come back to the beginning."""
    history = History()
    history.begin()
    subscription = history.hub.subscribe(filters.parse([("kind", "other")]), None, None)
    await subscription.next(1)
    history.publish(change(0), change(1))
    assert await subscription.next(0.01) == [Frame("", f"0:1@{ORIGIN}")]


async def test_full_queue_is_read_from_history() -> None:
    """Nothing is left out, nothing comes twice, and the queue stays within its bounds."""
    history = History(queue_messages=4)
    history.begin()
    subscription = history.hub.subscribe(EVERYTHING, None, None)
    await subscription.next(1)
    sizes = []
    for offset in range(30):
        history.publish(change(offset))
        sizes.append(subscription.queued[0])
    found = await drained(subscription)
    history.publish(change(30))
    found += await subscription.next(1)
    assert places(found) == [f"0:{offset}@{ORIGIN}" for offset in range(31)]
    assert max(sizes) == 4
    assert history.asked


async def test_queue_is_bounded_in_bytes() -> None:
    """However few messages that is."""
    history = History(queue_bytes=20_000)
    history.begin()
    subscription = history.hub.subscribe(EVERYTHING, None, None)
    await subscription.next(1)
    history.publish(*(change(offset, rule="x" * 9_000) for offset in range(3)))
    assert subscription.queued == (0, 0)
    assert places(await drained(subscription)) == [f"0:{offset}@{ORIGIN}" for offset in range(3)]


async def test_resumed_client_gets_what_it_missed() -> None:
    """Everything after its mark, then what comes."""
    history = History(queue_messages=3)
    history.begin(*(change(offset) for offset in range(10)))
    subscription = history.hub.subscribe(EVERYTHING, Mark({0: 1}), None)
    found = await drained(subscription)
    history.publish(change(10))
    found += await subscription.next(1)
    assert places(found) == [f"0:{offset}@{ORIGIN}" for offset in range(2, 11)]


async def test_client_waits_until_the_store_is_filled() -> None:
    """It is kept on the line, and goes on at its mark; the same when the store is filled anew."""
    history = History()
    subscription = history.hub.subscribe(EVERYTHING, Mark({0: 0}), None)
    assert await subscription.next(0.01) == [Frame("", "")]
    history.begin(change(0), change(1))
    assert places(await drained(subscription)) == [f"0:1@{ORIGIN}"]
    history.hub.halt()
    assert await subscription.next(0.01) == [Frame("", "")]
    history.begin(change(2))
    assert places(await drained(subscription)) == [f"0:2@{ORIGIN}"]


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (Mark({0: 5}, "ffffffff"), "another-kafka"),
        (Mark({0: 500}), "not-there-yet"),
        (Mark({0: 1, 7: 1}), "not-there-yet"),
        (Mark({}), None),
        (Mark({0: 0}), "too-far-behind"),
    ],
)
async def test_reset_says_why(mark: Mark, reason: str | None) -> None:
    history = History(replay_messages=9 if reason else 100)
    history.begin(*(change(offset) for offset in range(20)))
    subscription = history.hub.subscribe(EVERYTHING, mark, None)
    (first,) = await subscription.next(1)
    assert (first.name, first.data) == (("reset", b'{"reason":"%s"}' % reason.encode()) if reason else ("", b""))


async def test_history_that_kafka_forgot_is_a_reset() -> None:
    """The mark lies before what is known."""
    history = History()
    history.known.append(change(9))
    news = history.news()
    history.hub.begin(News(changes=(), mark=news.mark, seq=1, firsts={0: 9}))
    for offset, name in ((7, "reset"), (8, "")):
        (first,) = await history.hub.subscribe(EVERYTHING, Mark({0: offset}), None).next(1)
        assert first.name == name


async def test_store_that_is_emptied_while_somebody_reads_loses_nothing() -> None:
    """The half of it that was read is forgotten; he goes on from his own mark."""
    history = History(queue_messages=4, chunk_messages=2)
    history.begin(*(change(offset) for offset in range(6)))
    subscription = history.hub.subscribe(EVERYTHING, Mark({0: -1}, ORIGIN), None)
    await subscription.next(1)
    whole = history.known

    async def emptied(mark: Mark, upto: int, most: int) -> tuple[list[Change], bool]:
        history.hub.after = history.after
        history.hub.halt()
        return [], True

    history.hub.after = emptied
    reading = asyncio.create_task(subscription.next(1))
    await asyncio.sleep(0.05)
    history.known = []
    history.begin(*whole)
    assert (await reading)[0].mark == f"0:-1@{ORIGIN}"
    assert places(await drained(subscription)) == [f"0:{offset}@{ORIGIN}" for offset in range(6)]


async def test_so_many_read_the_store_at_a_time() -> None:
    """However many are behind: what each has read is held until he takes it."""
    history = History(chunk_messages=2, chunks=3)
    history.begin(*(change(offset) for offset in range(9)))
    reading: list[int] = [0]
    most: list[int] = []

    async def after(mark: Mark, upto: int, limit: int) -> tuple[list[Change], bool]:
        reading[0] += 1
        most.append(reading[0])
        await asyncio.sleep(0.001)
        reading[0] -= 1
        return await history.after(mark, upto, limit)

    history.hub.after = after
    behind = [history.hub.subscribe(EVERYTHING, Mark({0: -1}, ORIGIN), None) for _ in range(20)]
    found = await asyncio.gather(*(drained(one) for one in behind))
    assert {tuple(places(frames)) for frames in found} == {tuple(f"0:{offset}@{ORIGIN}" for offset in range(9))}
    assert max(most) == 3


async def test_too_many_clients_are_refused() -> None:
    """Altogether, and from one address; who goes makes room."""
    hub = History(clients=3, clients_per_address=1).hub
    first = hub.subscribe(EVERYTHING, None, "192.0.2.1")
    with pytest.raises(Refused, match="too-many-clients"):
        hub.subscribe(EVERYTHING, None, "192.0.2.1")
    hub.unsubscribe(first)
    hub.unsubscribe(first)
    for address in ("192.0.2.1", None, None):
        hub.subscribe(EVERYTHING, None, address)
    with pytest.raises(Refused, match="busy"):
        hub.subscribe(EVERYTHING, None, None)


async def test_closing_ends_all() -> None:
    history = History()
    history.begin()
    subscription = history.hub.subscribe(EVERYTHING, None, None)
    history.hub.close()
    assert await subscription.next(60) == []


def test_frames_as_they_are_spelled() -> None:
    """A block each, JSON on one line; a mark alone keeps the line open."""
    frame = Frame("detected", "0:1", codec.encode({"text": "a\nb\u2028\r"}))
    assert spelled(frame) == b'event: detected\nid: 0:1\ndata: {"text":"a\\nb\xe2\x80\xa8\\r"}\n\n'
    assert spelled(Frame("", "0:1")) == b": ping\nid: 0:1\n\n"
    assert spelled(Frame("", "")).startswith(b": ")
    assert codec.decode(spelled_message(frame).encode())["id"] == "0:1"
    assert codec.decode(spelled_message(Frame("", "0:1")).encode()) == {"event": None, "id": "0:1", "data": None}
