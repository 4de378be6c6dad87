"""May a new version follow an old one? Old readers must read new records, and new readers old ones.

So everything stays as it is but for words to people, and fields may be added that need not be there.
What must break goes into a schema, and a topic, of another name.
"""

from collections.abc import Iterator
from typing import Any

FOR_PEOPLE = frozenset({"$schema", "$id", "$defs", "$comment", "title", "description", "examples"})
FIELDS = frozenset({"properties", "required"})


def breaks(older: dict[str, Any], newer: dict[str, Any]) -> list[str]:
    """What `newer` breaks, each with the path of the field; empty if it may follow `older`."""
    return list(_differences(inlined(older, older), inlined(newer, newer), ""))


def inlined(value: Any, root: dict[str, Any]) -> Any:
    """The schema with every `$ref` into its own `$defs` replaced by what stands there. Ours do not refer in rings."""
    if isinstance(value, list):
        return [inlined(one, root) for one in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("$ref", "")
    if reference.startswith("#/$defs/"):
        found = root["$defs"][reference.removeprefix("#/$defs/")]
        rest = {key: one for key, one in value.items() if key != "$ref"}
        return inlined(found | rest, root)
    return {key: inlined(one, root) for key, one in value.items() if key != "$defs"}


def _differences(older: Any, newer: Any, path: str) -> Iterator[str]:
    where = path or "the record"
    if isinstance(older, dict) and isinstance(newer, dict):
        yield from _fields(older, newer, path)
        for key in sorted((older.keys() | newer.keys()) - FOR_PEOPLE - FIELDS):
            if key not in older or key not in newer:
                yield f"{where}: {key} {'added' if key in newer else 'removed'}"
            else:
                yield from _differences(older[key], newer[key], f"{path}/{key}" if key in ("items", "anyOf") else where)
    elif isinstance(older, list) and isinstance(newer, list) and len(older) == len(newer):
        for one, other in zip(older, newer, strict=True):
            yield from _differences(one, other, path)
    elif older != newer:
        yield f"{where}: {older!r} became {newer!r}"


def _fields(older: dict[str, Any], newer: dict[str, Any], path: str) -> Iterator[str]:
    """Differences of `properties` and `required`."""
    before, after = older.get("properties", {}), newer.get("properties", {})
    must_before, must_after = set(older.get("required", [])), set(newer.get("required", []))
    for name in sorted(before.keys() | after.keys()):
        where = f"{path}/{name}".lstrip("/")
        if name not in after:
            yield f"{where}: removed"
        elif name not in before:
            if name in must_after:
                yield f"{where}: added, and required"
        else:
            if (name in must_before) != (name in must_after):
                yield f"{where}: {'no longer' if name in must_before else 'now'} required"
            yield from _differences(before[name], after[name], where)
