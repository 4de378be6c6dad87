"""The page behind a feed's summary: fetched with every guard, read in a child; the summary stays where that fails."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.records import Article, Problem
from pipeline.sources.formats.entries import Entry
from pipeline.sources.items import Item, Place, Rejected
from pipeline.sources.live.base import Apart, Fetch

# More wait for the next poll, so that a first poll of a long feed neither takes for ever nor looks like an attack.
PAGES_A_POLL = 20
AT_ONCE = 4
PAGE_BYTES = 5 * 1024 * 1024
FETCH_SECONDS = 15.0
EXTRACT_SECONDS = 5.0

# (bytes of a page, place, its URL, the charset that HTTP declared) → its article, such as `formats.html.parse`.
Extract = Callable[[bytes, Place, str, str | None], Sequence[Item]]


class Pages:
    """Puts the text of the linked page in place of the feed's."""

    def __init__(self, fetch: Fetch, apart: Apart, extract: Extract, place: Place) -> None:
        self._fetch, self._apart, self._extract, self._place = fetch, apart, extract, place

    async def full(self, entries: Sequence[Entry]) -> list[Entry]:
        """The entries with the text of their pages, in order; where there is none, `origin.page` says why."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(entry: Entry) -> Entry:
            async with gate:
                return await self._full(entry)

        return list(await asyncio.gather(*map(one, entries)))

    async def _full(self, entry: Entry) -> Entry:
        if entry.deleted:
            return entry
        page = await self._page(entry.url) if entry.url else Problem(code="no-link", message="the entry has no link")
        if isinstance(page, Problem):
            return replace(entry, origin=entry.origin | {"page": f"{page.code}: {page.message}"[:300]})
        origin: dict[str, Any] = entry.origin | {"text_from": "page", "summary": entry.text[:1_000]}
        text = _without(page.text, entry.headline)
        return replace(entry, text=text, published_at=entry.published_at or page.published_at, origin=origin)

    async def _page(self, url: str) -> Article | Problem:
        answer = await self._fetch(url, most_bytes=PAGE_BYTES, seconds=FETCH_SECONDS)
        if isinstance(answer, Problem):
            return answer
        if answer.status != 200:
            return Problem(code=f"http-{answer.status}", message=f"{answer.url} answered {answer.status}")
        place = replace(self._place, path=answer.url, guid=answer.url[:512])
        declared = charset(answer.headers)
        items = await self._apart(self._extract, answer.body, place, answer.url, declared, seconds=EXTRACT_SECONDS)
        if isinstance(items, Problem):
            return items
        found = next((item for item in items if isinstance(item, Article)), None)
        refused = next((item.problem for item in items if isinstance(item, Rejected)), None)
        return found or refused or Problem(code="no-text", message="the page has no article text")


def _without(text: str, headline: str | None) -> str:
    """The text without the headline that the page repeats above it."""
    first, _, rest = text.partition("\n")
    return rest.strip() or text if headline and first.strip() == headline else text


def charset(headers: Mapping[str, str]) -> str | None:
    """What Content-Type declares."""
    for part in headers.get("content-type", "").split(";")[1:]:
        name, _, value = part.strip().partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'")[:40] or None
    return None
