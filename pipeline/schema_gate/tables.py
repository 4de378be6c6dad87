"""The field tables of `schemas/README.md`, out of the schemas."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipeline import codec
from pipeline.schema_gate.compatibility import inlined
from pipeline.schema_gate.soundness import EXAMPLES, schema_files
from pipeline.topics import TOPICS

FILE = "README.md"
HEAD = """# Contracts

JSON Schema 2020-12, one file a record and version. This page is made by `tickertape schema docs`; do not edit it.

- Published values keep their schema to the letter: a field too many is a bug. Readers ignore fields they do not know.
- A released file never changes (`released.json` has its SHA-256). The next version is a new file, and may only add
  fields that need not be there; what must break gets another name and another topic.
- `examples/` has at least two of each. `tickertape schema check` holds all of it.
- Offsets are characters into the article's text as received. `_at` is an instant in UTC (RFC 3339), `_on` a date.
"""


def document(folder: Path) -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_section(path, folder) for path in schema_files(folder))])


def _section(path: Path, folder: Path) -> str:
    name = path.name.removesuffix(".json")
    schema = codec.decode(path.read_bytes())
    carried = ", ".join(f"`{topic.name}`" for topic in TOPICS if topic.schema == name)
    shown = ", ".join(f"[{one.name}]({EXAMPLES}/{one.name})" for one in sorted((folder / EXAMPLES).glob(f"{name}.*")))
    lines = [f"## {name}", "", f"{schema['title']}."]
    lines += [f"Topics: {carried}." if carried else "Part of other records."]
    lines += [f"Examples: {shown}.", "", "| field | type | required | meaning |", "|---|---|---|---|"]
    lines += [_row(*row) for row in _rows(inlined(schema, schema), "")]
    return "\n".join([*lines, ""])


def _rows(schema: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """(path, schema, required) of every field, each before the fields in it."""
    for name, field in schema.get("properties", {}).items():
        below = f"{path}{name}"
        yield below, field, name in schema.get("required", [])
        yield from _rows(_object(field), below + _suffix(field))


def _object(field: dict[str, Any]) -> dict[str, Any]:
    """The schema of the objects that a field holds: itself, one of its choices, its items, its values."""
    choices = [field, *field.get("anyOf", []), field.get("items", {}), field.get("additionalProperties", {})]
    return next((one for one in choices if isinstance(one, dict) and "properties" in one), {})


def _suffix(field: dict[str, Any]) -> str:
    if "items" in field:
        return "[]."
    return ".*." if isinstance(field.get("additionalProperties"), dict) else "."


def _row(path: str, field: dict[str, Any], required: bool) -> str:
    meaning = field.get("description", "").replace("|", "\\|")
    return f"| `{path}` | {_type(field)} | {'yes' if required else 'no'} | {meaning} |"


def _type(field: dict[str, Any]) -> str:
    if "enum" in field:
        return ", ".join(f"`{one}`" for one in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if "anyOf" in field:
        return " or ".join(_type(one) for one in field["anyOf"])
    named = field.get("type", "any")
    text = named if isinstance(named, str) else " or ".join(named)
    if "items" in field:
        return f"{text} of {_type(field['items'])}"
    return f"{text} ({field['format']})" if "format" in field else text
