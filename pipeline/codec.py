"""Bytes to records and back: the only module that knows JSON."""

from typing import Any, TypeVar

import msgspec
import orjson

Record = TypeVar("Record")


class DecodeError(ValueError):
    """The bytes are no JSON, or no such record. Callers turn it into a dead letter or a rejected line.

    `code` is `invalid-utf8`, `invalid-json` or `invalid-record`.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def encode(value: Any) -> bytes:
    """Compact UTF-8 JSON of a record or of plain values; keys in field order, so equal records are equal bytes."""
    return orjson.dumps(value)


def ready(data: bytes) -> Any:
    """A value that `encode` puts in as it stands: JSON already."""
    return orjson.Fragment(data)


def encode_sorted(value: Any) -> bytes:
    """JSON with sorted keys, for hashing values whose key order is not ours."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def encode_pretty(value: Any) -> bytes:
    """Indented JSON for people and for files in the repository, with a line break at the end."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def decode(data: bytes) -> Any:
    """Plain values of JSON bytes; raises DecodeError."""
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise DecodeError(*_reason(data, error)) from None


def _reason(data: bytes, error: Exception) -> tuple[str, str]:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as bad:
        return "invalid-utf8", f"byte {bad.start} is not UTF-8"
    return "invalid-json", str(error)


def plain(record: Any) -> dict[str, Any]:
    """The record as nested dicts and lists, as it would read in JSON: half the time of encoding a record and decoding that."""
    values: dict[str, Any] = msgspec.to_builtins(record)
    return values


def build(kind: type[Record], value: Any) -> Record:
    """A record of plain values, strictly typed; unknown fields are ignored. Raises DecodeError."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise DecodeError("invalid-record", str(error)) from None


def decode_record(kind: type[Record], data: bytes) -> Record:
    """`build` of `decode`."""
    return build(kind, decode(data))
