"""Which schema may follow which."""

from copy import deepcopy
from typing import Any

import pytest

from pipeline import contracts
from pipeline.schema_gate.compatibility import breaks

OLDER: dict[str, Any] = {
    "$id": "urn:tickertape:schema:thing.v1",
    "title": "A thing",
    "type": "object",
    "properties": {
        "name": {"type": "string", "minLength": 1, "description": "Its name."},
        "kind": {"enum": ["a", "b"]},
        "size": {"type": ["integer", "null"]},
        "place": {"anyOf": [{"$ref": "#/$defs/Place"}, {"type": "null"}], "description": "Where."},
        "parts": {"type": "array", "items": {"$ref": "#/$defs/Place"}},
    },
    "required": ["name", "kind"],
    "additionalProperties": False,
    "$defs": {
        "Place": {
            "type": "object",
            "properties": {"lat": {"type": "number"}, "lon": {"type": "number"}},
            "required": ["lat", "lon"],
            "additionalProperties": False,
        }
    },
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """OLDER with `value` at the path; None takes it out."""
    newer = deepcopy(OLDER)
    *way, last = path.split("/")
    at = newer
    for step in way:
        at = at[step]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return newer


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("$id", "urn:tickertape:schema:thing.v2"),
        ("title", "Another word"),
        ("properties/name/description", "What it is called."),
        ("properties/colour", {"type": "string"}),
        ("$defs/Place/properties/name", {"type": "string"}),
        ("$defs/Unused", {"type": "string"}),
    ],
)
def test_may_follow(path: str, value: Any) -> None:
    """Words to people, and fields that need not be there."""
    assert breaks(OLDER, changed(path, value)) == []


def test_a_definition_may_be_written_out() -> None:
    """What counts is what it says, not how."""
    assert breaks(OLDER, changed("properties/parts/items", OLDER["$defs"]["Place"])) == []


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        ("properties/size", None, "size: removed"),
        ("required", ["name", "kind", "size"], "size: now required"),
        ("required", ["name"], "kind: no longer required"),
        ("properties/size/type", "integer", "size: ['integer', 'null'] became 'integer'"),
        ("properties/size/type", ["number", "null"], "size: 'integer' became 'number'"),
        ("properties/name/minLength", None, "name: minLength removed"),
        ("properties/name/maxLength", 9, "name: maxLength added"),
        ("properties/kind/enum", ["a"], "kind: ['a', 'b'] became ['a']"),
        ("properties/kind/enum", ["a", "b", "c"], "kind: ['a', 'b'] became ['a', 'b', 'c']"),
        ("additionalProperties", None, "the record: additionalProperties removed"),
        ("$defs/Place/properties/lat/type", "string", "place/lat: 'number' became 'string'"),
    ],
)
def test_may_not_follow(path: str, value: Any, fault: str) -> None:
    assert fault in [one.replace("/anyOf", "").replace("/items", "") for one in breaks(OLDER, changed(path, value))]


def test_added_and_required() -> None:
    newer = changed("properties/colour", {"type": "string"})
    newer["required"] = ["name", "kind", "colour"]
    assert breaks(OLDER, newer) == ["colour: added, and required"]


@pytest.mark.parametrize("name", contracts.names())
def test_every_schema_of_ours_may_follow_itself(name: str) -> None:
    assert breaks(contracts.schema(name), contracts.schema(name)) == []
