"""A feed that is polled: only what changed is fetched, only what is news is sent, and nobody is asked more often than he likes.

Feeds know no versions. Here each content of an entry is one: revision n + 1, `version_created_at` the poll that first saw it.
(Their own `updated` is no order: it is often missing, wrong, or left as it was by a correction. It stands in `origin`.)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline import instants
from pipeline.records import Problem
from pipeline.sources.formats import feed as feed_format
from pipeline.sources.formats.entries import Entry, Feed, values
from pipeline.sources.formats.feed import MAX_FEED_BYTES
from pipeline.sources.items import Item, Place, article, reject
from pipeline.sources.live import conditional, pace, seen
from pipeline.sources.live.base import Apart, Fetch, Memory, Polled, Response
from pipeline.sources.live.conditional import Patience
from pipeline.sources.live.pages import PAGES_A_POLL, Pages, charset
from pipeline.sources.live.websub import Subscription

TYPE = "feed"
ACCEPT = "application/feed+json, application/atom+xml, application/rss+xml, application/rdf+xml, application/xml;q=0.9, */*;q=0.5"
FETCH_SECONDS = 30.0
# A feed of 2,000 entries and 3.5 MB takes 2 s on a busy machine; the worst that were tried take as long as they are let.
PARSE_SECONDS = 5.0
INTERVAL_SECONDS = 300.0


@dataclass(slots=True, kw_only=True)
class FeedSource:
    """One feed. `pages` reads the linked pages (None: the feed's own text is enough), `subscription` is how hubs reach us.

    Its memory: `url` as declared, `moved_to`, `etag`, `last_modified`, `body` (digest), `pace_seconds`, `hub`,
    `changed_ms`, `failing_since_ms`, `not_before_ms`, `gone`, `seen`.
    """

    name: str
    url: str
    place: Place
    fetch: Fetch
    apart: Apart
    interval_seconds: float = INTERVAL_SECONDS
    pages: Pages | None = None
    subscription: Subscription | None = None
    _due_ms: int = 0

    async def poll(self, memory: Memory, now_ms: int) -> Polled:
        """What hubs sent meanwhile, else what the feed says now."""
        past = dict(memory) if memory.get("url") == self.url else {"url": self.url, "seen": memory.get("seen", {})}
        if self.subscription and (bodies := self.subscription.take()):
            return await self._pushed(past, bodies, now_ms)
        if past.get("gone"):
            return conditional.gone(self.url)
        if told := conditional.waiting(self.url, past, now_ms):
            return told
        polled = await self._look(past, now_ms)
        self._due_ms = now_ms + int(polled.wait_seconds * 1000)
        return polled

    async def close(self) -> None:
        """Nothing is open."""

    async def _look(self, past: dict[str, Any], now_ms: int) -> Polled:
        answer = await self.fetch(
            past.get("moved_to") or self.url,
            headers=conditional.conditions(past, ACCEPT),
            most_bytes=MAX_FEED_BYTES,
            seconds=FETCH_SECONDS,
        )
        if isinstance(answer, Problem):
            return self._failed(past, answer, {}, now_ms)
        if conditional.is_same(answer, past):
            return await self._healthy(past, past | conditional.moved(answer), (), answer.headers, now_ms)
        if answer.status == 200:
            return await self._changed(past, answer, now_ms)
        if answer.status == 410 and "moved_to" not in past:
            return conditional.gone(self.url, past | {"gone": True})
        return self._failed(past, conditional.answered(answer), answer.headers, now_ms)

    async def _changed(self, past: dict[str, Any], answer: Response, now_ms: int) -> Polled:
        """A body that was not seen before."""
        found = await self._parsed(answer.body, answer.url, answer.headers)
        if isinstance(found, Problem):
            return self._failed(past, found, answer.headers, now_ms)
        items, now_seen, all_taken = await self._taken(found, past, now_ms)
        marks = conditional.validators(answer, all_taken=all_taken)
        new = past | marks | conditional.moved(answer) | {"pace_seconds": found.pace_seconds, "seen": now_seen}
        new["hub"] = [found.hub, found.self_url or answer.url] if found.hub else None
        if items or "changed_ms" not in past:
            new["changed_ms"] = now_ms
        return await self._healthy(past, new, items, answer.headers, now_ms)

    async def _pushed(self, past: dict[str, Any], bodies: list[bytes], now_ms: int) -> Polled:
        """Documents that a hub sent, each as if it had been fetched; the next look at the feed stays when it was due."""
        items: list[Item] = []
        problem: Problem | None = None
        new = past
        for body in bodies:
            found = await self._parsed(body, self.url, {})
            if isinstance(found, Problem):
                problem = found
                continue
            more, now_seen, _ = await self._taken(found, new, now_ms)
            items += more
            new = new | {"seen": now_seen} | ({"changed_ms": now_ms} if more else {})
        wait_seconds = max(0.0, (self._due_ms - now_ms) / 1000)
        return Polled(
            items=tuple(items), memory=new if new != past else None, wait_seconds=wait_seconds, problem=problem
        )

    async def _taken(
        self, found: Feed, past: dict[str, Any], now_ms: int
    ) -> tuple[tuple[Item, ...], dict[str, Any], bool]:
        """(the items that are news, the oldest first, what is seen once they are confirmed, whether nothing waits for a
        later poll)."""
        news = seen.news(found.entries, past.get("seen", {}))
        now = news[:PAGES_A_POLL] if self.pages else news
        entries = [entry for entry, _ in now]
        whole = await self.pages.full(entries) if self.pages else entries
        items = [self._item(entry, revision, now_ms) for entry, (_, revision) in zip(whole, now, strict=True)][::-1]
        if news or not found.entries:
            items += [reject(self.place, None, problem.code, problem.message) for problem in found.left_out]
        return tuple(items), seen.remember(found.entries, now, past.get("seen", {})), len(now) == len(news)

    def _item(self, entry: Entry, revision: int, now_ms: int) -> Item:
        made = values(entry, self.place.provider, revision, instants.from_ms(now_ms))
        return article(made | {"origin": entry.origin | {"feed": self.url}}, self.place, None, b"")

    async def _parsed(self, body: bytes, url: str, headers: Mapping[str, str]) -> Feed | Problem:
        found: Feed | Problem = await self.apart(feed_format.read, body, url, charset(headers), seconds=PARSE_SECONDS)
        return found

    async def _healthy(
        self,
        past: dict[str, Any],
        new: dict[str, Any],
        items: tuple[Item, ...],
        headers: Mapping[str, str],
        now_ms: int,
    ) -> Polled:
        """The feed answered as it should. `new` is what to remember of it."""
        new = conditional.well(new)
        wait_seconds = max(
            pace.lively(self.interval_seconds, new.get("changed_ms", now_ms), now_ms),
            pace.asked(headers, new.get("pace_seconds"), now_ms),
        )
        problem = None
        if self.subscription:
            self.subscription.offered(*(new.get("hub") or (None, self.url)))
            problem = await self.subscription.renew(now_ms)
            wait_seconds = max(wait_seconds, self.subscription.pace_seconds(now_ms))
        return Polled(
            items=items,
            memory=new if new != past else None,
            wait_seconds=pace.jittered(wait_seconds, self.name, now_ms),
            problem=problem,
        )

    def _failed(self, past: dict[str, Any], problem: Problem, headers: Mapping[str, str], now_ms: int) -> Polled:
        return conditional.failed(Patience(self.name, self.interval_seconds), past, problem, headers, now_ms)
