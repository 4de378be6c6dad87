"""What a source yields: an article, or why there is none. One gate for every format: `article`."""

import os
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from pipeline import codec, contracts
from pipeline.records import Article, Problem

SCHEMA = "article.v1"
FIELDS = frozenset(field.name for field in fields(Article))
# The shape that `tickertape annotate` reads, in our names.
ALIASES = {"id": "guid", "title": "headline"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where items come from, and what they are called when they do not say.

    `path` is for people; `guid` names the item of a file that holds one; `article_bytes` limits the encoded article.
    """

    path: str
    provider: str
    guid: str
    article_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """An item that is no article: `line` counts from 1 (None: the whole file).

    `raw` are its bytes where they were held, `key` is its Kafka key where it could be read.
    """

    path: str
    line: int | None
    problem: Problem
    raw: bytes | None = None
    key: str | None = None

    @property
    def where(self) -> str:
        """path:line, as editors and compilers write it."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


Item = Article | Rejected


def reject(place: Place, line: int | None, code: str, message: str, raw: bytes | None = None) -> Rejected:
    """A Rejected of its parts."""
    return Rejected(path=place.path, line=line, problem=Problem(code=code, message=message), raw=raw)


def article_of_json(raw: bytes, place: Place, line: int | None) -> Item:
    """The article that JSON bytes hold; fields that we do not know are kept under `origin`."""
    try:
        value = codec.decode(raw)
    except codec.DecodeError as error:
        return reject(place, line, error.code, str(error), raw)
    if not isinstance(value, dict):
        return reject(place, line, "invalid-record", f"a JSON object is wanted, not {_kind(value)}", raw)
    return article(_named(value, place), place, line, raw)


def article(value: dict[str, Any], place: Place, line: int | None, raw: bytes) -> Item:
    """The article of plain values, if they keep the contract and are not too large."""
    wrong = contracts.problem(SCHEMA, value, side="produce")
    if wrong:
        return reject(place, line, "invalid-record", wrong, raw)
    made = codec.build(Article, value)
    try:
        size = len(codec.encode(made))
    except TypeError:  # the codec reads deeper nesting than it writes
        return reject(place, line, "invalid-record", "origin: nested too deeply", raw)
    if size > place.article_bytes:
        message = f"{size:,} bytes; TICKERTAPE_ARTICLE_BYTES allows {place.article_bytes:,}"
        return replace(reject(place, line, "too-large", message, raw), key=made.key)
    return made


def _named(value: dict[str, Any], place: Place) -> dict[str, Any]:
    """The value in our names: aliases resolved, the provider filled in, the unknown under `origin`."""
    known: dict[str, Any] = {"provider": place.provider}
    unknown: dict[str, Any] = {}
    for name, content in value.items():
        ours = name if name in FIELDS else ALIASES.get(name)
        if ours is None or (ours != name and ours in value):
            unknown[name] = content
        else:
            known[ours] = content
    if unknown:
        known["origin"] = _joined(known, unknown)
    return known


def _joined(known: dict[str, Any], unknown: dict[str, Any]) -> dict[str, Any]:
    """Both in one; where they would hide each other, the origin that came along stays whole, one level down."""
    if "origin" not in known:
        return unknown
    came: Any = known["origin"]
    if isinstance(came, dict) and not came.keys() & unknown.keys():
        return came | unknown
    return unknown | {"origin": came}


def _kind(value: Any) -> str:
    return {list: "a list", str: "text", bool: "true or false", type(None): "null"}.get(type(value), "a number")


def shown(path: Path) -> str:
    """The path as text that any encoder takes: Linux names are bytes, and need not be UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
