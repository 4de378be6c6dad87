"""What a web page says about its article: JSON-LD (schema.org), meta tags, microdata. Only in a killable child."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from pipeline import codec
from pipeline.sources.formats.dates import instant
from pipeline.sources.guards import xml
from pipeline.sources.guards.xml import Element

ARTICLE_TYPES = re.compile(r"(?:.*Article|BlogPosting|LiveBlogPosting|Report)")
# Meta names of publishers and their tools, the most exact first; schema.org's go before all of them.
PUBLISHED = (
    ("datepublished", "article:published_time", "og:published_time", "parsely-pub-date", "sailthru.date", "dc.date.issued")
    + ("dcterms.created", "dc.date", "pubdate", "publishdate", "publish-date", "publication_date", "cxenseparse:recs:publishtime")
    + ("date", "time")
)  # fmt: skip
MODIFIED = ("datemodified", "article:modified_time", "og:updated_time", "last-modified")
HEADLINES = ("headline", "og:title", "twitter:title", "title")
LANGUAGES = ("lang", "inlanguage", "og:locale", "content-language", "dc.language")
# Kept in `origin`, by these names.
ABOUT = {
    "author": ("author", "article:author", "parsely-author"),
    "description": ("description", "og:description"),
    "section": ("articlesection", "article:section"),
    "keywords": ("keywords", "news_keywords", "article:tag"),
    "site": ("og:site_name",),
    "correction": ("correction",),
}
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")
MAX_NODES, MAX_SCRIPT_CHARS, KEPT_CHARS = 200, 500_000, 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PageHead:
    """What was said; times are instants, `canonical` an http(s) address, `about` goes to the article's origin."""

    headline: str | None = None
    canonical: str | None = None
    published_at: str | None = None
    modified_at: str | None = None
    language: str | None = None
    about: dict[str, str] = field(default_factory=dict)


def page_head(root: Element, url: str | None) -> PageHead:
    """What the page, fetched from `url`, says of itself; the first that can be read of each."""
    said: dict[str, list[str]] = defaultdict(list)
    for name, value in [*_linked_data(root), *_tags(root)]:
        if value.strip():
            said[name].append(value.strip())

    def every(names: tuple[str, ...]) -> Iterator[str]:
        return (value for name in names for value in said.get(name, ()))

    about = {name: next(every(names), "")[:KEPT_CHARS] for name, names in ABOUT.items()}
    return PageHead(
        headline=next((" ".join(value.split()) for value in every(HEADLINES)), None),
        canonical=next(filter(None, (_web(value, url) for value in every(("canonical", "og:url")))), None),
        published_at=next(filter(None, map(instant, every(PUBLISHED))), None),
        modified_at=next(filter(None, map(instant, every(MODIFIED))), None),
        language=next((v.replace("_", "-") for v in every(LANGUAGES) if LANGUAGE.fullmatch(v)), None),
        about={name: value for name, value in about.items() if value},
    )


def host(url: str | None) -> str:
    """The host of an address, without www.; "" if it is none."""
    try:
        return (urlsplit(url or "").hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _tags(root: Element) -> Iterator[tuple[str, str]]:
    """(name in lower case, value) of meta tags, links, microdata and the page's language."""
    for element in root.iter("html", "meta", "link", "time", "title"):
        name, at = xml.local(element), {key.lower(): value for key, value in xml.attributes(element).items()}
        if name == "html":
            yield "lang", at.get("lang") or at.get("xml:lang") or ""
        elif name == "meta":
            content = at.get("content", "")
            for key in ("property", "name", "itemprop", "http-equiv"):
                yield at.get(key, "").lower(), content
        elif name == "link":
            yield at.get("rel", "").lower(), at.get("href", "")
        elif name == "time":
            marked = at.get("itemprop") or ("time" if "pubdate" in at else "")
            yield marked.lower(), at.get("datetime", "")
        else:
            yield "title", xml.content(element)


def _linked_data(root: Element) -> Iterator[tuple[str, str]]:
    """(name in lower case, value) of the first article in JSON-LD."""
    for script in root.iter("script"):
        text = script.text or ""
        if (script.get("type") or "").strip().lower() != "application/ld+json" or len(text) > MAX_SCRIPT_CHARS:
            continue
        try:
            article = next(filter(_is_article, _nodes(codec.decode(text.encode("utf-8", "replace")))), None)
        except codec.DecodeError:
            continue
        if article is not None:
            for name, value in article.items():
                yield name.lower(), _words(value)
            return


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object of JSON-LD, the outer ones first, as many as a page may have."""
    waiting = [value]
    for _ in range(MAX_NODES):
        if not waiting:
            return
        node = waiting.pop(0)
        if isinstance(node, dict):
            yield node
            waiting += [inner for name in ("@graph", "mainEntity") if (inner := node.get(name))]
        elif isinstance(node, list):
            waiting += node[:MAX_NODES]


def _is_article(node: dict[str, Any]) -> bool:
    types = node.get("@type")
    return any(
        isinstance(t, str) and ARTICLE_TYPES.fullmatch(t) for t in (types if isinstance(types, list) else [types])
    )


def _words(value: Any) -> str:
    """Text, the name of a thing, or those of a list of them."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        return ", ".join(filter(None, map(_words, value[:10]))) if not any(isinstance(v, list) for v in value) else ""
    return value if isinstance(value, str) else ""


def _web(address: str, base: str | None) -> str | None:
    try:
        whole = urljoin(base or "", address)
        parts = urlsplit(whole)
        return parts._replace(fragment="").geturl() if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None
