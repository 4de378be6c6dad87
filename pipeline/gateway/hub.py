"""One reader for all clients: what Kafka brings is offered to every subscription; who falls behind reads on from the store.

    Last-Event-ID ──▶ store, chunk by chunk ──▶ as far as the hub ──▶ live: a bounded queue
                            ▲                                             │ full
                            └─────────────────────────────────────────────┘

So memory is bounded, and nothing is left out or sent twice: a subscription is moved from the one to the other only where
both stand at the same place, within one turn of the event loop.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from pipeline.gateway.changes import Change
from pipeline.gateway.filters import Filters
from pipeline.gateway.limits import Limits
from pipeline.gateway.marks import Mark
from pipeline.gateway.problems import Refused

# Changes after a mark, up to a `seq`, at most so many; and whether these were all.
After = Callable[[Mark, int, int], Awaitable[tuple[list[Change], bool]]]
# The `seq` of the first change after a mark, up to a `seq`; None: there is none.
FirstAfter = Callable[[Mark, int], Awaitable[int | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the store has taken in: changes, the mark after them, its `seq`, and where knowledge begins by partition."""

    changes: Sequence[Change]
    mark: Mark
    seq: int
    firsts: dict[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """A message to a client; `data` is JSON on one line. Where nothing but the mark moved, `name` is empty."""

    name: str
    mark: str
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class _Offer:
    """A change with its mark, encoded once for all clients."""

    change: Change
    mark: Mark
    frames: dict[bool, Frame] = field(default_factory=dict)

    def frame(self, matches: bool) -> Frame:
        if matches not in self.frames:
            data = self.change.encoded(matches=matches)
            self.frames[matches] = Frame(self.change.name, str(self.mark), data)
        return self.frames[matches]


class Hub:
    """All subscriptions. Belongs to the event loop."""

    def __init__(self, limits: Limits, after: After, first_after: FirstAfter) -> None:
        self.limits, self.after, self.first_after = limits, after, first_after
        self.ready = asyncio.Event()
        self.mark = Mark({})
        self.seq = 0
        self.firsts: dict[int, int] = {}
        self.closing = False
        self.subscriptions: set[Subscription] = set()
        self.reading = asyncio.Semaphore(limits.chunks)
        self._addresses: Counter[str] = Counter()

    def publish(self, news: News) -> None:
        """Offer changes to all who are live, and move on."""
        for change in news.changes:
            self.mark = self.mark.at(change.partition, change.offset)
            offer = _Offer(change, self.mark)
            for subscription in self.subscriptions:
                subscription.offer(offer)
        self.mark, self.seq, self.firsts = news.mark, news.seq, news.firsts

    def subscribe(self, asked: Filters, start: Mark | None, address: str | None) -> "Subscription":
        """A new client's; `address` None: not counted. Raises Refused when there are too many."""
        if len(self.subscriptions) >= self.limits.clients:
            raise Refused("busy", "too many streams", retry_after_seconds=30)
        if address is not None and self._addresses[address] >= self.limits.clients_per_address:
            raise Refused("too-many-clients", retry_after_seconds=30)
        subscription = Subscription(self, asked, start, address)
        self.subscriptions.add(subscription)
        if address is not None:
            self._addresses[address] += 1
        return subscription

    def unsubscribe(self, subscription: "Subscription") -> None:
        """The client is gone."""
        if subscription not in self.subscriptions:
            return
        self.subscriptions.discard(subscription)
        if subscription.address is not None:
            self._addresses[subscription.address] -= 1
            if not self._addresses[subscription.address]:
                del self._addresses[subscription.address]

    def begin(self, news: News) -> None:
        """The store has everything up to now: streams begin, or go on, where each has come to."""
        self.mark, self.seq, self.firsts = news.mark, news.seq, news.firsts
        self.ready.set()
        for subscription in self.subscriptions:
            subscription.wake()

    def halt(self) -> None:
        """The store is filled anew: streams wait, and begin again at their own marks."""
        self.ready.clear()
        for subscription in self.subscriptions:
            subscription.restart()

    def close(self) -> None:
        """End all streams."""
        self.closing = True
        for subscription in self.subscriptions:
            subscription.wake()


class Subscription:
    """One client's way through the events."""

    def __init__(self, hub: Hub, asked: Filters, start: Mark | None, address: str | None) -> None:
        self.address = address
        self._hub, self._asked, self._mark = hub, asked, start
        self._live = self._started = False
        self._queue: deque[tuple[_Offer, Frame]] = deque()
        self._bytes = 0
        self._woken = asyncio.Event()

    def offer(self, offer: _Offer) -> None:
        """Queue the change if it matters; a full queue is dropped: what was in it is read from the store."""
        if not self._live:
            return
        matters = offer.change.matters(self._asked)
        if matters is None:
            return
        frame = offer.frame(matters)
        limits = self._hub.limits
        if len(self._queue) >= limits.queue_messages or self._bytes + len(frame.data) > limits.queue_bytes:
            self._live = False
            self._queue.clear()
            self._bytes = 0
        else:
            self._queue.append((offer, frame))
            self._bytes += len(frame.data)
        self._woken.set()

    def restart(self) -> None:
        """Begin again at the mark that was reached."""
        self._live = self._started = False
        self._queue.clear()
        self._bytes = 0
        self._woken.set()

    def wake(self) -> None:
        """Let `next` look again."""
        self._woken.set()

    @property
    def queued(self) -> tuple[int, int]:
        """Messages and bytes that wait."""
        return len(self._queue), self._bytes

    async def next(self, seconds: float) -> list[Frame]:
        """The next frames; when there are none for so long, one that moves the mark alone. Empty: the end."""
        while not self._hub.closing:
            if frames := await self._step(seconds):
                return frames
        return []

    async def _step(self, seconds: float) -> list[Frame]:
        """One look at how things stand; empty: look again."""
        if not self._hub.ready.is_set():
            return [] if await self._waited(seconds) else [Frame("", "")]
        if not self._started:
            return [await self._start()]
        if not self._live:
            return await self._catch_up()
        if self._queue:
            return self._drained()
        return [] if await self._waited(seconds) else [self._moved()]

    async def _waited(self, seconds: float) -> bool:
        self._woken.clear()
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return False
        return True

    async def _start(self) -> Frame:
        """Where the stream begins: at the client's mark, if everything after it is known; else a reset."""
        self._started = True
        hub, start = self._hub, self._mark
        if start is None:
            self._mark, self._live = hub.mark, True
            return Frame("", str(hub.mark))
        why = _lost(hub, start)
        if why is None:
            first = await hub.first_after(start, hub.seq)
            if first is None or hub.seq - first < hub.limits.replay_messages:
                self._mark = Mark({**start.offsets}, hub.mark.origin)
                return Frame("", str(self._mark))
            why = "too-far-behind"
        self._mark, self._live = hub.mark, True
        return Frame("reset", str(hub.mark), b'{"reason":"%s"}' % why.encode())

    async def _catch_up(self) -> list[Frame]:
        """A chunk of what the store has after our mark, as far as the hub has come."""
        assert self._mark is not None
        hub = self._hub
        async with hub.reading:
            upto = hub.seq
            changes, done = await hub.after(self._mark, upto, hub.limits.chunk_messages)
            if not self._started:
                return []  # the store was emptied meanwhile: what was read of it may be half of the new one
            frames = []
            for change in changes:
                self._mark = self._mark.at(change.partition, change.offset)
                matters = change.matters(self._asked)
                if matters is not None:
                    frames.append(_Offer(change, self._mark).frame(matters))
            if done and upto == hub.seq:
                self._mark, self._live = hub.mark, True
        return frames

    def _drained(self) -> list[Frame]:
        frames = [frame for _, frame in self._queue]
        self._mark = self._queue[-1][0].mark
        self._queue.clear()
        self._bytes = 0
        return frames

    def _moved(self) -> Frame:
        self._mark = self._hub.mark
        return Frame("", str(self._mark))


def _lost(hub: Hub, start: Mark) -> str | None:
    """Why a stream cannot go on from there; None: it can."""
    if start.origin and start.origin != hub.mark.origin:
        return "another-kafka"
    if any(offset > hub.mark.offsets.get(partition, -1) for partition, offset in start.offsets.items()):
        return "not-there-yet"
    if any(start.offsets.get(partition, -1) < first - 1 for partition, first in hub.firsts.items()):
        return "no-longer-kept"
    return None
