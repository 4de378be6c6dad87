"""AP Media API: one page of the feed a poll, by the link that the last one gave, which the server holds until there is news.

Sources: api.ap.org/media/v/docs (Feed: pages, long polling; Getting_Content_Updates: next_page, its token's 72 hours and error
6060; Additional_Guidelines: mindate). A page is taken whole or not at all, and its `next_page` remembered once Kafka has it all.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from pipeline import instants
from pipeline.records import Problem
from pipeline.sources.formats import ap
from pipeline.sources.guards import addresses
from pipeline.sources.items import Item, Place, Rejected
from pipeline.sources.live import conditional, secret
from pipeline.sources.live.base import Apart, Fetch, Memory, Polled, Response
from pipeline.sources.live.conditional import Patience
from pipeline.sources.live.secret import Secret

TYPE = "ap"
URL = "https://api.ap.org/media/v/content/feed"
# The server holds a poll for 15 s at most.
POLL_SECONDS = 40.0
PAGE_BYTES = 16 * 1024 * 1024
TEXT_BYTES = 5 * 1024 * 1024
# A page of 50 items, each with two requests, four at a time, ends well before schedule.POLL_SECONDS.
TEXT_SECONDS = 8.0
PARSE_SECONDS = 2.0
AT_ONCE = 4
# Texts that cannot be had for so long (and not for a reason that lasts) hold the feed up no longer: they are rejected.
PATIENCE_MS = 3_600_000
# From the last item seen, where the feed is begun anew: what is older may still have been on its way.
OVERLAP_MS = 600_000
# A wire that comes back is not left waiting for longer.
LONGEST_SECONDS = 300.0
PASSING = frozenset({"timed-out", "unreachable", "http-401", "http-408", "http-425", "http-429"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The feed at `url`; its key in `key_file`, or in the environment as `key_env`. `query` and `page_size` are AP's q and
    page_size; `interval_seconds` the least between polls that bring nothing; `provider`, `allow_private` as in every source."""

    key_file: Path | None = None
    key_env: str = ""
    url: str = URL
    query: str = "type:text"
    provider: str = ""
    page_size: int = 25
    interval_seconds: float = 2.0
    allow_private: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Trouble:
    """What was asked was not answered as it should be; `headers` may say when to come again."""

    problem: Problem
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class ApSource:
    """One feed. Its memory: `asked` (the request that began it), `next_page`, `last_at` (when the newest item seen was made),
    `failing_since_ms`, `not_before_ms`."""

    name: str
    options: Options
    place: Place
    key: Secret
    fetch: Fetch
    apart: Apart
    clock_ms: Callable[[], int]

    async def poll(self, memory: Memory, now_ms: int) -> Polled:
        """The next page."""
        asked = self._first({})
        past = dict(memory) if memory.get("asked") == asked else {"asked": asked}
        if told := conditional.waiting(self.options.url, past, now_ms):
            return told
        key = self.key.read()
        if isinstance(key, Problem):
            return self._failed(past, _Trouble(key), now_ms)
        url = past.get("next_page") or self._first(past)
        answer = await self._ask(url, key, PAGE_BYTES, POLL_SECONDS)
        if isinstance(answer, Response):
            return await self._read(answer, url, key, past, now_ms)
        if answer.problem.code == "token-expired" and "next_page" in past:
            begun_anew = {name: value for name, value in past.items() if name != "next_page"}
            return Polled(memory=begun_anew, wait_seconds=0.0, problem=answer.problem)
        return self._failed(past, answer, now_ms)

    async def close(self) -> None:
        """Nothing is open."""

    def _first(self, past: Memory) -> str:
        """The request that begins the feed, after the last item that was seen."""
        words = [f"({self.options.query})"] if self.options.query else []
        last_ms = instants.to_ms(past.get("last_at"))
        if last_ms is not None:
            words.append(f"mindate:>{instants.from_ms(last_ms - OVERLAP_MS)[:19]}Z")
        asked = {"q": " AND ".join(words)} if words else {}
        asked |= {"page_size": str(self.options.page_size), "versions": "all"}
        return f"{self.options.url}{'&' if '?' in self.options.url else '?'}{urlencode(asked)}"

    async def _read(self, answer: Response, url: str, key: str, past: dict[str, Any], now_ms: int) -> Polled:
        """What a page brings."""
        page = ap.page(answer.body, self.place)
        if isinstance(page, Problem):
            return self._failed(past, _Trouble(page), now_ms)
        if not self._is_ours(page.next_page):
            message = f"next_page is {addresses.shown(page.next_page)}, which is not at {self.options.url}"
            return self._failed(past, _Trouble(Problem(code="foreign-next-page", message=message)), now_ms)
        patient = now_ms - past.get("failing_since_ms", now_ms) < PATIENCE_MS
        items = await self._items(page.entries, key, patient=patient)
        if isinstance(items, _Trouble):
            return self._failed(past, items, now_ms)
        new = conditional.well(past) | {"next_page": page.next_page} | _last(page, past, now_ms)
        at_once = bool(items) and page.next_page != url
        held_seconds = max(0, self.clock_ms() - now_ms) / 1000
        return Polled(
            items=tuple(items),
            memory=new if new != past else None,
            wait_seconds=0.0 if at_once else max(0.0, self.options.interval_seconds - held_seconds),
        )

    async def _items(self, entries: Sequence[ap.Entry | Rejected], key: str, *, patient: bool) -> list[Item] | _Trouble:
        """The items in order; or, while that is hoped to pass, why one of their texts cannot be had."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(entry: ap.Entry | Rejected) -> Item | _Trouble:
            async with gate:
                return entry if isinstance(entry, Rejected) else await self._item(entry, key, patient=patient)

        found = await asyncio.gather(*map(one, entries))
        trouble = next((each for each in found if isinstance(each, _Trouble)), None)
        return trouble or [each for each in found if not isinstance(each, _Trouble)]

    async def _item(self, entry: ap.Entry, key: str, *, patient: bool) -> Item | _Trouble:
        place = replace(self.place, path=f"{self.place.path}#{entry.name[:200]}")
        text = await self._text(entry, key) if entry.needs_text else None
        if isinstance(text, _Trouble):
            passing = text.problem.code in PASSING or text.problem.code.startswith("http-5")
            return text if passing and patient else _without_text(place, text.problem)
        item: Item | Problem = await self.apart(ap.parse, entry.raw, text, place, seconds=PARSE_SECONDS)
        return Rejected(path=place.path, line=None, problem=item) if isinstance(item, Problem) else item

    async def _text(self, entry: ap.Entry, key: str) -> bytes | _Trouble:
        """The NITF of an item; where the page does not say where it is, the item's own metadata do."""
        url = entry.text_url
        if not url and entry.uri:
            answer = await self._ask(entry.uri, key, TEXT_BYTES, TEXT_SECONDS)
            if isinstance(answer, _Trouble):
                return answer
            url = ap.text_url(answer.body)
        if not url:
            return _Trouble(Problem(code="no-link", message="it has no renditions.nitf.href"))
        answer = await self._ask(url, key, TEXT_BYTES, TEXT_SECONDS)
        return answer if isinstance(answer, _Trouble) else answer.body

    async def _ask(self, url: str, key: str, most_bytes: int, seconds: float) -> Response | _Trouble:
        """A 200 without the key in it. The key goes to the declared server only."""
        headers = {"accept": "*/*"} | ({"x-api-key": key} if self._is_ours(url) else {})
        answer = await self.fetch(url, headers=headers, most_bytes=most_bytes, seconds=seconds)
        if isinstance(answer, Problem):
            return _Trouble(answer)
        if answer.status == 200:
            return replace(answer, body=secret.without(answer.body, key))
        return _Trouble(self._refusal(answer), answer.headers)

    def _refusal(self, answer: Response) -> Problem:
        if answer.status == 400 and ap.error_code(answer.body) == ap.TOKEN_EXPIRED:
            message = "the feed was not asked for 72 hours: begun anew from the last item that was seen"
            return Problem(code="token-expired", message=message)
        problem = conditional.answered(answer)
        if answer.status not in (401, 403):
            return problem
        where = self.key.path or f"${self.key.variable}"
        return replace(problem, message=f"{problem.message}: is the key in {where} right, and the content in its plan?")

    def _is_ours(self, url: str) -> bool:
        """Whether a URL is at the declared server."""
        return secret.is_for(url, self.options.url, self.options.allow_private)

    def _failed(self, past: dict[str, Any], trouble: _Trouble, now_ms: int) -> Polled:
        whose = Patience(self.name, self.options.interval_seconds, LONGEST_SECONDS)
        return conditional.failed(whose, past, trouble.problem, trouble.headers, now_ms)


def _without_text(place: Place, problem: Problem) -> Rejected:
    message = f"its text cannot be had: {problem.code}: {problem.message}"
    return Rejected(path=place.path, line=None, problem=Problem(code="no-text", message=message))


def _last(page: ap.Page, past: Memory, now_ms: int) -> dict[str, str]:
    """When the newest item was made; a date that has not come yet is a mistake, and would hide what follows."""
    made = [entry.made_at for entry in page.entries if isinstance(entry, ap.Entry) and entry.made_at]
    newest = max([*made, past.get("last_at") or ""])
    return {"last_at": min(newest, instants.from_ms(now_ms))} if newest else {}
