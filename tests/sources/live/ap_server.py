"""An AP Media API as its documentation describes it: /content/feed with query tokens and sequence numbers, items, their NITF."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pipeline import codec
from pipeline.records import Problem
from pipeline.sources.live.base import Response

KEY = "k3y-of-the-newsroom"
MINDATE = re.compile(r"mindate:>(\S+)")


def story(itemid: str, version: int, made_at: str, text: str | None = "Rain fell.", **changes: Any) -> dict[str, Any]:
    """An item; `text` None: without a NITF rendition."""
    item = {
        "uri": f"/content/{itemid}?qt=t&et={version}a",
        "altids": {"itemid": itemid, "etag": f"{itemid}_{version}a0"},
        "type": "text",
        "version": version,
        "versioncreated": made_at,
        "pubstatus": "usable",
        "signals": ["newscontent"],
        "urgency": 4,
        "headline": f"Story {itemid}",
        "language": "en",
    }
    if text is not None:
        item["text"] = text  # the server's own note: it is not in what it answers
    return item | changes


def nitf(text: str) -> bytes:
    """A NITF document of paragraphs."""
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return f"<nitf><head/><body><body.content><block>{paragraphs}</block></body.content></body></nitf>".encode()


@dataclass
class ApServer:
    """`items` in the order of their arrival. `lost`: query tokens that have expired; `broken`: statuses by path, as long as
    they last; `links`: whether a page says where the texts are."""

    at: str = "https://ap.example/media/v"
    items: list[dict[str, Any]] = field(default_factory=list)
    links: bool = True
    tokens: dict[str, str] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    broken: dict[str, list[int]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def __call__(
        self, url: str, *, headers: Mapping[str, str] = {}, most_bytes: int = 0, seconds: float = 0
    ) -> Response | Problem:
        """As a Fetch."""
        status, body = self.get(url, headers)
        return Response(status=status, url=url, headers=self.headers, body=body)

    @property
    def feeds(self) -> list[dict[str, str]]:
        """What /content/feed was asked, in order."""
        urls = [urlsplit(url) for url, _ in self.asked]
        return [_query(url.query) for url in urls if url.path.endswith("/feed")]

    def get(self, url: str, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """(status, body)"""
        parts = urlsplit(url)
        path, query = parts.path.partition("/content/")[2], _query(parts.query)
        self.asked.append((url, dict(headers)))
        if headers.get("x-api-key") != KEY:
            return 401, self._error(401, 4010)
        if self.broken.get(path):
            return self.broken[path].pop(0), b"oops"
        if path == "feed":
            return self._feed(query)
        itemid, _, version = path.removesuffix(".nitf").partition(".")
        found = [one for one in self.items if one["altids"]["itemid"] == itemid]
        if path.endswith(".nitf"):
            texts = [nitf(one["text"]) for one in found if one["version"] == int(version) and "text" in one]
            return (200, texts[-1]) if texts else (404, self._error(404, 404))
        return 200, codec.encode({"data": {"item": self._shown(found[-1], links=True)}})

    def _feed(self, query: dict[str, str]) -> tuple[int, bytes]:
        token = query.get("qt", "")
        if token in self.lost:
            return 400, self._error(400, 6060)
        if not token:
            token = f"t{len(self.tokens)}"
            self.tokens[token] = query["q"]
        mindate = MINDATE.search(self.tokens[token])
        after = mindate[1] if mindate else ""
        start, size = int(query.get("seq", 0)), int(query.get("page_size", 2))
        page = [one for one in self.items[start : start + size] if one["versioncreated"] > after]
        seq = min(start + size, len(self.items))
        data = {
            "updated": "2024-06-16T08:00:00Z",
            "current_item_count": len(page),
            "next_page": f"{self.at}/content/feed?qt={token}&seq={seq}&apikey={KEY}",
        }
        if page:
            data["items"] = [{"meta": {}, "item": self._shown(one, links=self.links)} for one in page]
        return 200, codec.encode({"api_version": "2.2", "data": data})

    def _shown(self, item: dict[str, Any], *, links: bool) -> dict[str, Any]:
        shown = {name: value for name, value in item.items() if name != "text"}
        shown["uri"] = f"{self.at}{item['uri']}" if item.get("uri") else ""
        if links and "text" in item:
            href = f"{self.at}/content/{item['altids']['itemid']}.{item['version']}.nitf?apikey={KEY}"
            shown["renditions"] = {"nitf": {"href": href, "type": "text"}}
        return shown

    def _error(self, status: int, code: int) -> bytes:
        return codec.encode({"error": {"status": status, "code": code, "message": "no"}})


def _query(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
