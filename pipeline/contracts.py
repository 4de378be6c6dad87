"""The JSON Schemas of `schemas/`, compiled: the only door to jsonschema_rs.

What we produce is checked against the schema as released, which is closed: a field too many is a bug.
What we consume is checked against the same schema opened: a newer producer's extra fields are no error.
Measured by the reference notes: 2.5 µs an event, so every published value is checked.
"""

import re
from functools import cache
from typing import Any, Literal

import jsonschema_rs

from pipeline import codec, resources

Side = Literal["produce", "consume"]
NAME = re.compile(r"[a-z-]+\.v\d+")


class ContractError(Exception):
    """A value of our own breaks its schema: a bug. The worker acknowledges nothing and ends."""


@cache
def schema(name: str) -> dict[str, Any]:
    """The schema file `name` (such as "event.v1") as plain values."""
    loaded: dict[str, Any] = codec.decode((resources.folder("schemas") / f"{name}.json").read_bytes())
    return loaded


def names() -> list[str]:
    """Every schema that there is, sorted."""
    stems = (path.name.removesuffix(".json") for path in resources.folder("schemas").glob("*.json"))
    return sorted(stem for stem in stems if NAME.fullmatch(stem))


def opened(value: Any) -> Any:
    """The schema with `additionalProperties: false` taken out everywhere."""
    if isinstance(value, dict):
        return {k: opened(v) for k, v in value.items() if not (k == "additionalProperties" and v is False)}
    return [opened(item) for item in value] if isinstance(value, list) else value


@cache
def _validator(name: str, side: Side) -> Any:
    by_id = [schema(other) for other in names()]
    if side == "consume":
        by_id = [opened(one) for one in by_id]
    registry = jsonschema_rs.Registry([(one["$id"], one) for one in by_id])
    wanted = schema(name) if side == "produce" else opened(schema(name))
    return jsonschema_rs.Draft202012Validator(wanted, registry=registry, validate_formats=True)


def flaw(candidate: Any) -> str | None:
    """What keeps plain values from being a JSON Schema 2020-12; None if they are one."""
    try:
        jsonschema_rs.meta.validate(candidate)
    except jsonschema_rs.ValidationError as error:
        where = "/".join(str(step) for step in error.instance_path) or "the schema"
        return f"{where}: {error.message}"
    return None


def problem(name: str, value: Any, *, side: Side) -> str | None:
    """What is wrong with plain `value`, in one line that names the field; None if it is sound."""
    validator = _validator(name, side)
    if validator.is_valid(value):
        return None
    error = next(validator.iter_errors(value))
    where = "/".join(str(step) for step in error.instance_path) or "the record"
    message = error.message if len(error.message) <= 300 else error.message[:300] + "…"
    return f"{where}: {message}"


def encode(name: str, record: Any) -> bytes:
    """JSON bytes of a record of ours; raises ContractError if they break the schema `name`."""
    value = codec.plain(record)
    wrong = problem(name, value, side="produce")
    if wrong:
        raise ContractError(f"{name}: {wrong}")
    return codec.encode(value)
