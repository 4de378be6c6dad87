"""The OpenAPI 3.1 document."""

from typing import Any


def document() -> dict[str, Any]:
    return {"openapi": "3.1.0"}
