"""OPML 2.0 (opml.org), which feed readers import and export: its feeds as tables of sources.toml, and back."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from pipeline import codec
from pipeline.records import Problem
from pipeline.sources.formats.entries import web
from pipeline.sources.guards import xml

MAX_NAME_CHARS = 60


@dataclass(frozen=True, slots=True)
class Listed:
    """A feed of a list: a name that is unique in it, and where the feed is."""

    name: str
    url: str


def read(data: bytes) -> tuple[list[Listed], list[Problem]] | Problem:
    """(the feeds of OPML bytes, each URL once; the outlines that call themselves feeds and are none), or why it is no OPML."""
    document = xml.parse(data)
    if isinstance(document, Problem):
        return document
    if xml.local(document.root).lower() != "opml":
        return Problem(code="not-opml", message=f"its root is <{xml.local(document.root)[:50]}>, not <opml>")
    feeds: dict[str, Listed] = {}
    wrong: list[Problem] = []
    taken: set[str] = set()
    for outline in xml.descendants(document.root, "outline"):
        given = {name.lower(): value for name, value in xml.attributes(outline).items()}
        address = given.get("xmlurl", "").strip()
        if not address:
            continue
        url = web(re.sub(r"^feed:(//)?(?=https?:)", "", address))
        if url is None:
            wrong.append(Problem(code="refused-url", message=f"{address[:200]!r}: only http and https are polled"))
        elif url not in feeds:
            feeds[url] = Listed(_name(given.get("title") or given.get("text") or url, taken), url)
    return list(feeds.values()), wrong


def toml(feeds: Iterable[Listed]) -> str:
    """The feeds as tables of sources.toml."""
    return "\n".join(f'[[source]]\nname = "{one.name}"\ntype = "feed"\nurl = {_string(one.url)}\n' for one in feeds)


def write(feeds: Iterable[Listed]) -> Iterator[str]:
    """The lines of an OPML document."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n<head><title>Tickertape</title></head>\n<body>\n'
    for one in feeds:
        name = quoteattr(one.name)
        yield f'<outline type="rss" text={name} title={name} xmlUrl={quoteattr(one.url)}/>\n'
    yield "</body>\n</opml>\n"


def _name(title: str, taken: set[str]) -> str:
    """A name for sources.toml, made of the title; with a number where it is taken."""
    words = re.sub(r"[^a-z0-9]+", "-", re.sub(r"^https?://(www\.)?", "", title.strip().lower())).strip("-")
    base = words[:MAX_NAME_CHARS].rstrip("-") or "feed"
    numbered = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    name = next(each for each in numbered if each not in taken)
    taken.add(name)
    return name


def _string(text: str) -> str:
    """A TOML basic string: JSON's escapes are among its own."""
    return codec.encode(text).decode().replace("\x7f", "\\u007f")
