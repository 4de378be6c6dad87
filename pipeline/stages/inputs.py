"""What a message holds, for the stages that read JSON records: plain values that keep their contract, or why there are none."""

from typing import Any

from pipeline import codec, contracts
from pipeline.records import Message, Problem


def received(message: Message, schema: str) -> dict[str, Any] | Problem:
    """The values; Problem codes: `null-value`, `invalid-utf8`, `invalid-json`, `invalid-record`."""
    if message.value is None:
        return Problem(code="null-value", message="the message has no value")
    try:
        value: dict[str, Any] = codec.decode(message.value)
    except codec.DecodeError as error:
        return Problem(code=error.code, message=str(error))
    wrong = contracts.problem(schema, value, side="consume")
    return value if wrong is None else Problem(code="invalid-record", message=wrong)
