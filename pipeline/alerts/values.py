"""What values may stand in a rules.yaml: each reads a node, or raises Mistake with the line and what is wanted."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from difflib import get_close_matches
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.alerts import located
from pipeline.alerts.located import Listing, Mistake, Node, Scalar
from pipeline.declarations import Wrong
from pipeline.nlp import tables

Read = Callable[[Node], Any]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
DURATION = re.compile(r"(\d{1,6})\s*([smhd])")
RATE = re.compile(r"(\d{1,6})\s*(?:/|per)\s*(\d{0,6})\s*([smhd])")
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a mapping: how its value is read, and under which name (None: the key's own); `needed` keys must be there."""

    read: Read
    needed: bool = False
    name: str | None = None


def mapping(node: Node, fields: Mapping[str, Field], wrong: list[Wrong], *, what: str) -> dict[str, Any]:
    """The values of the sound keys by name; all that is wrong is added to `wrong`."""
    if not isinstance(node, located.Mapping):
        wrong.append(Wrong(node.line, f"{what} is made of keys: {', '.join(fields)}"))
        return {}
    wrong += node.repeated
    found = {}
    for name, value in node.values.items():
        if name not in fields:
            wrong.append(Wrong(node.lines[name], f"unknown key {name!r} in {what}: {_hint(name, fields)}"))
            continue
        try:
            found[fields[name].name or name] = fields[name].read(value)
        except Mistake as mistake:
            wrong.append(Wrong(mistake.wrong.line, f"{name}: {mistake.wrong.message}"))
    for name, entry in fields.items():
        if entry.needed and name not in node.values:
            wrong.append(Wrong(node.line, f"{what} needs {name}"))
    return found


def _hint(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = get_close_matches(name, names, 1)
    return f"did you mean {near[0]}?" if near else f"there are {', '.join(names)}"


def text(node: Node) -> str:
    """A text that is not empty."""
    if not isinstance(node, Scalar) or node.nothing or not node.text.strip():
        raise Mistake(node.line, "a text is wanted")
    return node.text


def texts(node: Node) -> tuple[str, ...]:
    """A list of texts; a single one counts as a list."""
    items = node.items if isinstance(node, Listing) else (node,)
    if not items:
        raise Mistake(node.line, "the list is empty: nothing would ever match; leave the key out instead")
    return tuple(text(item) for item in items)


def name(node: Node) -> str:
    """The name of a rule or a channel."""
    found = text(node)
    if not NAME.fullmatch(found):
        raise Mistake(node.line, f"{found!r}: letters, digits, '.', '_' and '-', at most 100")
    return found


def names(node: Node) -> tuple[str, ...]:
    """Several of them, each once."""
    return tuple(dict.fromkeys(name(item) for item in (node.items if isinstance(node, Listing) else (node,))))


def choice(known: Iterable[str]) -> Read:
    """Reads one of `known`, in any case."""
    by_folded = {one.casefold(): one for one in known}

    def read(node: Node) -> str:
        found = text(node)
        if found.casefold() not in by_folded:
            raise Mistake(node.line, f"{found!r} is unknown: {_hint(found, by_folded.values())}")
        return by_folded[found.casefold()]

    return read


def choices(known: Iterable[str]) -> Read:
    """Reads a list of them."""
    return several(choice(known))


def several(read: Read) -> Read:
    """Reads a list of what `read` reads; a single one counts as a list."""

    def read_all(node: Node) -> tuple[Any, ...]:
        texts(node)
        return tuple(read(item) for item in (node.items if isinstance(node, Listing) else (node,)))

    return read_all


def country(node: Node) -> str:
    """ISO 3166-1 alpha-3 of a country's code (three letters or two) or name."""
    found = text(node)
    code = countries().get(found.casefold())
    if code is None:
        raise Mistake(node.line, f"{found!r} is no country that we know: write its ISO 3166-1 code, such as LBY")
    return code


@cache
def countries() -> dict[str, str]:
    """Alpha-3 by codes and names, in lower case."""
    known: dict[str, str] = {}
    for alpha3, alpha2, named, _, _, _, variants, _ in tables.rows("countries.tsv"):
        for one in (alpha3, alpha2, named, *tables.several(variants)):
            known.setdefault(one.casefold(), alpha3)
    return known


def fraction(node: Node) -> float:
    """A number from 0 to 1."""
    try:
        found = float(text(node))
    except ValueError:
        found = -1.0
    if not 0 <= found <= 1:
        raise Mistake(node.line, "a number from 0 to 1 is wanted")
    return found


def whole(least: int, most: int) -> Read:
    """Reads a whole number in these bounds."""

    def read(node: Node) -> int:
        found = text(node)
        if not re.fullmatch(r"\d{1,9}", found) or not least <= int(found) <= most:
            raise Mistake(node.line, f"a whole number from {least} to {most} is wanted")
        return int(found)

    return read


def flag(node: Node) -> bool:
    """true or false."""
    found = {"true": True, "false": False}.get(text(node).lower())
    if found is None:
        raise Mistake(node.line, "true or false is wanted")
    return found


def duration(node: Node) -> int:
    """Seconds of `90s`, `15m`, `2h`, `1d`; more than nothing."""
    found = DURATION.fullmatch(text(node))
    if not found or not int(found[1]):
        raise Mistake(node.line, "a time is wanted, such as 90s, 15m, 2h or 1d")
    return int(found[1]) * UNIT_SECONDS[found[2]]


def rate(node: Node) -> tuple[int, int]:
    """(how many, in how many seconds) of `5/h` or `20 per 15m`."""
    found = RATE.fullmatch(text(node))
    if not found or not int(found[1]) or (found[2] and not int(found[2])):
        raise Mistake(node.line, "a rate is wanted, such as 5/h or 20/15m")
    return int(found[1]), int(found[2] or 1) * UNIT_SECONDS[found[3]]


def clock(node: Node) -> time:
    """A time of day: 23:00."""
    found = CLOCK.fullmatch(text(node))
    if not found:
        raise Mistake(node.line, "a time of day is wanted, such as 23:00")
    return time(int(found[1]), int(found[2]))


def zone(node: Node) -> str:
    """The name of a time zone."""
    found = text(node)
    try:
        ZoneInfo(found)
    except (ValueError, OSError, KeyError):  # a path, a folder, an unknown zone
        raise Mistake(node.line, f"{found!r} is no time zone: write one such as Africa/Tripoli") from None
    return found
