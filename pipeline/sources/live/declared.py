"""sources.toml: which live sources there are. All that is wrong with it is said at once, each with its line.

[[source]]
name = "example"                     # unique; the key of what the source remembers
type = "feed"                        # see SOURCES
url = "https://news.example/rss"     # the rest by type: deploy/sources.example.toml has all of it
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_type_hints

from pipeline import declarations
from pipeline.declarations import Wrong
from pipeline.sources.live import located
from pipeline.sources.live.kinds import SOURCES
from pipeline.sources.live.located import Table
from pipeline.sources.live.websub import Hubs

FILE = "sources.toml"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
COMMON = ("name", "type")
# What TOML calls them, by the type of the field.
KINDS_OF_VALUE: dict[Any, tuple[type | tuple[type, ...], str]] = {
    str: (str, "a string"),
    str | None: (str, "a string"),
    bool: (bool, "true or false"),
    int: (int, "a whole number"),
    float: ((int, float), "a number"),
    Path: (str, "a path"),
    Path | None: (str, "a path"),
    tuple[str, ...]: (list, "a list of strings"),
    dict[str, str]: (dict, "a table of strings"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """One source as declared: `options` are of its type's own class."""

    name: str
    type: str
    line: int
    options: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Declarations:
    """All of a sources.toml; `hubs` is how WebSub hubs reach us (None: they do not)."""

    sources: tuple[Declared, ...]
    hubs: Hubs | None = None


def load(path: Path) -> Declarations:
    """The declarations of a file. Raises SettingsError with all that is wrong, a line each: path:line: what."""
    return declarations.load(path, read, missing="copy deploy/sources.example.toml, or say --sources FILE")


def read(text: str) -> tuple[Declarations, list[Wrong]]:
    """(what is declared and sound, what is wrong in the order of the lines)."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        return Declarations(sources=()), [Wrong(int(at[1]) if at else 1, f"not TOML: {error}")]
    tables = located.tables(text)
    wrong = list(_strange(values, tables))
    sources: list[Declared] = []
    given = values.get("source", [])
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given) or not given:
        return Declarations(sources=()), [*wrong, Wrong(1, "no source is declared: begin one with [[source]]")]
    taken: dict[str, int] = {}
    places = [table for table in tables if table.name == "source"]
    for number, one in enumerate(given):
        place = places[number] if len(places) == len(given) else Table("source", 1)
        sources += _source(one, place, taken, wrong)
        if isinstance(name := one.get("name"), str):
            taken.setdefault(name, place.line)
    hubs = _hubs(values.get("websub"), tables, wrong)
    return Declarations(sources=tuple(sources), hubs=hubs), sorted(wrong, key=lambda each: each.line)


def _strange(values: Mapping[str, Any], tables: list[Table]) -> Iterator[Wrong]:
    for name in values:
        if name not in ("source", "websub"):
            line = next((table.of(name) for table in tables if name == table.name or name in table.keys), 1)
            yield Wrong(line, f"unknown {name!r}: sources.toml has [[source]] and [websub]")


def _source(one: dict[str, Any], place: Table, taken: Mapping[str, int], wrong: list[Wrong]) -> list[Declared]:
    """The source if it is sound; what is not is added to `wrong`."""
    name, kind_name = one.get("name"), one.get("type")
    before = len(wrong)
    if not isinstance(name, str) or not NAME.fullmatch(name):
        needed = "a source needs a name: letters, digits, '.', '_' and '-', at most 100"
        wrong.append(Wrong(place.of("name"), needed))
    elif name in taken:
        wrong.append(Wrong(place.of("name"), f"the name {name!r} is taken: line {taken[name]}"))
    kind = SOURCES.get(kind_name) if isinstance(kind_name, str) else None
    if kind is None:
        wrong.append(Wrong(place.of("type"), f"a source needs a type: one of {', '.join(SOURCES)}"))
        return []
    rest = {key: value for key, value in one.items() if key not in COMMON}
    options = _options(kind.options, rest, place, wrong)
    if options is not None:
        wrong += [Wrong(place.of(key), message) for key, message in kind.check(options)]
    if len(wrong) > before:
        return []
    return [Declared(name=str(name), type=str(kind_name), line=place.line, options=options)]


def _options(wanted: type, given: dict[str, Any], place: Table, wrong: list[Wrong]) -> Any | None:
    """An object of the class `wanted`, of checked values; None if any is wrong."""
    hints, before = get_type_hints(wanted), len(wrong)
    known = {entry.name: entry for entry in fields(wanted)}
    for key in given:
        if key not in known:
            near = get_close_matches(key, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join([*COMMON, *known])}"
            wrong.append(Wrong(place.of(key), f"unknown key {key!r}: {hint}"))
    for key, entry in known.items():
        if key in given and (wants := _mismatch(given[key], hints[key])):
            wrong.append(Wrong(place.of(key), f"{key} must be {wants}"))
        elif key not in given and entry.default is MISSING and entry.default_factory is MISSING:
            wrong.append(Wrong(place.line, f"{key} is missing"))
    if len(wrong) > before:
        return None
    return wanted(**{key: _converted(value, hints[key]) for key, value in given.items()})


def _mismatch(value: Any, hint: Any) -> str | None:
    """What the value should be; None if it is."""
    kinds, said = KINDS_OF_VALUE[hint]
    if not isinstance(value, kinds) or (isinstance(value, bool) and hint is not bool):
        return said
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    if not all(isinstance(each, str) for each in parts):
        return said
    return None


def _converted(value: Any, hint: Any) -> Any:
    if hint in (Path, Path | None):
        return Path(value).expanduser()
    return tuple(value) if isinstance(value, list) else float(value) if hint is float else value


def _hubs(value: Any, tables: list[Table], wrong: list[Wrong]) -> Hubs | None:
    if value is None:
        return None
    place = next((table for table in tables if table.name == "websub"), Table("websub", 1))
    if not isinstance(value, dict):
        wrong.append(Wrong(place.line, "websub is a table: [websub]"))
        return None
    hubs: Hubs | None = _options(Hubs, value, place, wrong)
    if hubs is not None and (problem := hubs.problem()):
        wrong.append(Wrong(place.of(problem[0]), problem[1]))
    return hubs
