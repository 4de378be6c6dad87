"""The OpenAPI 3.1 document of the push server, made of the tables that the server itself goes by.

It is served at /openapi.json, and stands in `deploy/push.openapi.json`.
"""

from collections import defaultdict
from typing import Any

from pipeline import __version__, contracts
from pipeline.sources.live.push.body import ENCODINGS, IDEMPOTENCY_KEY, JSON, LINES, NINJS
from pipeline.sources.live.push.problems import MEDIA_TYPE, PROBLEMS
from pipeline.sources.live.push.signature import SIGNATURE_HEADER, SKEW_SECONDS, TIMESTAMP_HEADER

FILE = "push.openapi.json"
PATH = "/v1/articles"
# Which problems each operation may answer with: those of the whole server, and its own.
ANYWHERE = {"bad-request", "expectation-failed", "internal", "not-acceptable"}
NOWHERE = {"not-found", "method-not-allowed"}
HEALTH = {
    "/livez": ("Whether the process is alive", ()),
    "/readyz": ("Whether articles can be taken", ("unconfirmed",)),
}
RETRY = {"Retry-After": {"description": "Seconds until it is worth another try.", "schema": {"type": "string"}}}


def document() -> dict[str, Any]:
    """The document as plain values."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tickertape push",
            "version": __version__,
            "description": "Send articles; the answer says where they stand in Kafka, once they stand there.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {PATH: {"post": _post()}}
        | {path: {"get": _health(path, summary, codes)} for path, (summary, codes) in HEALTH.items()}
        | {"/openapi.json": {"get": _self()}},
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "The API key."},
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The API key."},
            },
            "schemas": _schemas(),
        },
    }


def _post() -> dict[str, Any]:
    one = {"schema": {"anyOf": [_ref("Article"), _ref("Ninjs")]}}
    foreign = {"schema": _ref("ForeignNinjs")}
    lines = {"schema": {"type": "string", "description": "An Article or Ninjs a line; blank lines are passed over."}}
    return {
        "operationId": "pushArticles",
        "summary": "Send one article, or one a line",
        "description": f"The body may be packed: Content-Encoding {', '.join(ENCODINGS)}.",
        "security": [{"bearer": []}, {"apiKey": []}],
        "parameters": _parameters(),
        "requestBody": {"required": True, "content": {JSON: one, NINJS: foreign} | dict.fromkeys(LINES, lines)},
        "responses": {
            "202": _json("Every article stands in Kafka.", "Receipts"),
            "207": _json("Some do; each item says whether it does.", "Receipts") | {"headers": RETRY},
        }
        | _problems(set(PROBLEMS) - NOWHERE),
    }


def _parameters() -> list[dict[str, Any]]:
    return [
        _header(
            "Idempotency-Key",
            "The same key with the same body gets the same receipts again, for a day; nothing is sent twice.",
            {"type": "string", "pattern": f"^{IDEMPOTENCY_KEY.pattern}$"},
        ),
        _header(
            TIMESTAMP_HEADER,
            f"For keys that sign: Unix seconds, at most {SKEW_SECONDS} off.",
            {"type": "string"},
        ),
        _header(
            SIGNATURE_HEADER,
            "For keys that sign: `v1=` and the hexadecimal HMAC-SHA256 over timestamp, a full stop, and the body as sent.",
            {"type": "string"},
        ),
    ]


def _header(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": schema}


def _health(path: str, summary: str, codes: tuple[str, ...]) -> dict[str, Any]:
    return {
        "operationId": path.strip("/"),
        "summary": summary,
        "security": [],
        "responses": {"200": _json("It is so.", "Health")} | _problems(ANYWHERE | set(codes)),
    }


def _self() -> dict[str, Any]:
    return {
        "operationId": "openapi",
        "summary": "This document",
        "security": [],
        "responses": {
            "200": {"description": "OpenAPI 3.1.", "content": {"application/json": {"schema": {"type": "object"}}}}
        }
        | _problems(ANYWHERE),
    }


def _problems(codes: set[str]) -> dict[str, Any]:
    """The answers to what is refused, by status."""
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    for code in sorted(codes):
        by_status[PROBLEMS[code][0]].append(f"`{code}`: {PROBLEMS[code][1]}.")
    return {
        str(status): {
            "description": "\n".join(said),
            "content": {MEDIA_TYPE: {"schema": _ref("Problem")}},
        }
        | ({"headers": RETRY} if status in (409, 429, 503) else {})
        for status, said in sorted(by_status.items())
    }


def _json(description: str, schema: str) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(schema)}}
    return {"description": description, "content": content}


def _ref(schema: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema}"}


def _schemas() -> dict[str, Any]:
    return {
        "Article": _article(),
        "Ninjs": {
            "type": "object",
            "description": "An item of IPTC ninjs 1.x, 2.x or 3.x, told from an Article by its `uri`.",
            "required": ["uri"],
            "properties": {"guid": False, "text": False, "uri": {"type": "string", "minLength": 1}},
        },
        "ForeignNinjs": {
            "type": ["object", "array"],
            "description": "What agencies make of ninjs: an item or a list of items; read leniently.",
        },
        "Receipts": _object({"accepted": {"type": "integer", "minimum": 1}, "items": _list(_ref("Item"))}),
        "Item": _item(),
        "Problem": _object(
            {
                "type": {"type": "string", "enum": [f"urn:tickertape:problem:{code}" for code in PROBLEMS]},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "code": {"type": "string", "enum": list(PROBLEMS)},
                "detail": {"type": "string"},
                "accepted": {"const": 0},
                "items": _list(_ref("Item")),
            },
            optional=("detail", "accepted", "items"),
        ),
        "Health": _object({"status": {"const": "ok"}}),
    }


def _article() -> dict[str, Any]:
    """What may be sent: our Article, but that the key knows the provider, and what we do not know is kept."""
    schema = {name: value for name, value in contracts.schema("article.v1").items() if not name.startswith("$")}
    more = (
        "Fields that are not named here are kept under `origin`. `id` and `title` are taken for `guid` and `headline`."
    )
    provider = schema["properties"]["provider"] | {"description": "One that the key speaks for; the first by default."}
    return schema | {
        "description": more,
        "properties": schema["properties"] | {"provider": provider},
        "required": ["guid", "text"],
        "additionalProperties": True,
    }


def _item() -> dict[str, Any]:
    """Either where it stands, or why it does not."""
    number = {"type": "integer", "minimum": 0}
    named = {"line": {"type": "integer", "minimum": 1}, "key": {"type": "string", "description": "provider|guid"}}
    stands = {"status": {"const": 202}, **named, "topic": {"type": "string"}, "partition": number, "offset": number}
    refused = {"status": {"type": "integer", "minimum": 400}, **named} | {
        "code": {"type": "string"},
        "detail": {"type": "string"},
    }
    return {"oneOf": [_object(stands), _object(refused, optional=("key",))]}


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1}
