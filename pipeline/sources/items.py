"""What a source yields: an article, or why there is none. One gate for every format: `article`."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline import codec, contracts
from pipeline.records import Article, Problem
from pipeline.sources.fields import is_ours, named

SCHEMA = "article.v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where items come from, and what they are called when they do not say.

    `path` is for people; `guid` names the item of a file that holds one; `article_bytes` limits the encoded article;
    `names` are the user's names of our fields in formats that have names of their own (`fields.named`).
    """

    path: str
    provider: str
    guid: str
    article_bytes: int
    names: Mapping[str, str] = field(default_factory=dict)


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
    return article_of_values(value, place, line, raw, ours=True)


def article_of_values(value: Mapping[str, Any], place: Place, line: int | None, raw: bytes, *, ours: bool) -> Item:
    """The article of plain values under anybody's names; `ours` as in `fields.named`. Without a body: `no-text`."""
    known = named(value, place.provider, place.names, ours=ours)
    if "text" not in known and not (ours and is_ours(value)):
        has = ", ".join(list(value)[:10])[:200]
        return reject(
            place, line, "no-text", f"no body among: {has}; name it with --map text=FIELD if it is there", raw
        )
    return article(known, place, line, raw)


def article(value: dict[str, Any], place: Place, line: int | None, raw: bytes) -> Item:
    """The article of plain values, if they keep the contract and are not too large."""
    wrong = contracts.problem(SCHEMA, value, side="produce")
    if wrong:
        return reject(place, line, "invalid-record", wrong, raw)
    try:
        made = codec.build(Article, value)
    except codec.DecodeError as error:  # to a JSON Schema, 4.0 is an integer
        return reject(place, line, error.code, str(error), raw)
    try:
        size = len(codec.encode(made))
    except TypeError:  # the codec reads deeper nesting than it writes
        return reject(place, line, "invalid-record", "origin: nested too deeply", raw)
    if size > place.article_bytes:
        message = f"{size:,} bytes; TICKERTAPE_ARTICLE_BYTES allows {place.article_bytes:,}"
        return replace(reject(place, line, "too-large", message, raw), key=made.key)
    return made


def _kind(value: Any) -> str:
    return {list: "a list", str: "text", bool: "true or false", type(None): "null"}.get(type(value), "a number")


def shown(path: Path) -> str:
    """The path as text that any encoder takes: Linux names are bytes, and need not be UTF-8."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
