"""Every schema is one, and every example keeps its schema."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from pipeline import codec, contracts

EXAMPLES = "examples"
EXAMPLE = re.compile(r"(?P<name>[a-z-]+\.v\d+)\.[a-z0-9-]+\.json")
LEAST_EXAMPLES = 2

Problem = Callable[[str, Any], str | None]


def produced(name: str, value: Any) -> str | None:
    """What is wrong with a value that we would produce."""
    return contracts.problem(name, value, side="produce")


def schema_files(folder: Path) -> list[Path]:
    """The schema files, sorted."""
    return sorted(path for path in folder.glob("*.json") if contracts.NAME.fullmatch(path.name.removesuffix(".json")))


def examples(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every example file, and the name of its schema; "" where the file name says none."""
    for path in sorted((folder / EXAMPLES).iterdir()):
        named = EXAMPLE.fullmatch(path.name)
        yield path, named["name"] if named else ""


def bad_schemas(folder: Path) -> Iterator[str]:
    """Schema files that are no JSON Schema 2020-12, or whose `$id` is not their name."""
    for path in schema_files(folder):
        name = path.name.removesuffix(".json")
        try:
            value = codec.decode(path.read_bytes())
        except codec.DecodeError as error:
            yield f"{path.name}: {error}"
            continue
        wrong = contracts.flaw(value)
        if wrong:
            yield f"{path.name}: {wrong}"
        elif value.get("$id") != f"urn:tickertape:schema:{name}":
            yield f"{path.name}: $id must be urn:tickertape:schema:{name}"


def bad_examples(folder: Path, problem: Problem = produced) -> Iterator[str]:
    """Examples that break their schema or have none, and schemas with fewer than two examples."""
    names = {path.name.removesuffix(".json") for path in schema_files(folder)}
    counts: Counter[str] = Counter()
    for path, name in examples(folder):
        counts[name] += 1
        if name not in names:
            yield f"{EXAMPLES}/{path.name}: an example is named <schema>.<case>.json, such as event.v1.talks.json"
            continue
        try:
            wrong = problem(name, codec.decode(path.read_bytes()))
        except codec.DecodeError as error:
            wrong = str(error)
        if wrong:
            yield f"{EXAMPLES}/{path.name}: {wrong}"
    for name in sorted(names):
        if counts[name] < LEAST_EXAMPLES:
            yield f"{name}: {counts[name]} examples, {LEAST_EXAMPLES} are wanted in {EXAMPLES}/"
