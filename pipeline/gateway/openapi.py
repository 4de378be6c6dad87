"""The OpenAPI 3.1 document of the gateway, made of the tables that the server itself goes by.

It is served at /openapi.json, and stands in `deploy/gateway.openapi.json`.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from pipeline import __version__, contracts
from pipeline.gateway.filters import CHANGES, TERMS
from pipeline.gateway.limits import Limits
from pipeline.gateway.problems import MEDIA_TYPE, PROBLEMS
from pipeline.gateway.rows import FACETS

FILE = "gateway.openapi.json"
LIMITS = Limits()
ANYWHERE = ("bad-request", "unauthenticated", "foreign-host", "internal")
PAGE = ("bad-request", "foreign-host", "internal")
STORED = (*ANYWHERE, "invalid-parameter", "filling", "busy", "too-long", "unavailable")
RETRY = {"Retry-After": {"description": "Seconds until it is worth another try.", "schema": {"type": "integer"}}}
# How an array parameter may be written: repeated, and several with commas between them.
LISTED = {"style": "form", "explode": True}
STORIES = "Stories, last changed first; with filters those that tell an event which passes them all"
EXPORTS = {
    "csv": ("text/csv", "The events as rows of the flat event; no cell is a formula."),
    "geojson": ("application/geo+json", "The events as a FeatureCollection (RFC 7946)."),
    "atom": ("application/xml", "The events as a feed (RFC 4287), with deleted-entry (RFC 6721) for those taken back."),
}


def document() -> dict[str, Any]:
    """The document as plain values."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Tickertape gateway",
            "version": __version__,
            "description": "News events as they are detected, and their history. A key is needed where there is one.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "security": [{}, {"bearer": []}, {"apiKey": []}, {"basic": []}],
        "paths": {**_history(), **_streams(), **_own()},
        "components": {
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "description": "The API key."},
                "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "The API key."},
                "basic": {"type": "http", "scheme": "basic", "description": "The API key is the password."},
            },
            "parameters": {term["name"]: term for term in _terms()},
            "schemas": _schemas(),
        },
    }


def _history() -> dict[str, Any]:
    events = _get("events", "Events, newest first", "EventPage", [*_filters(), *_paging(LIMITS.page_events)], STORED)
    identified = [_path("event_id", "The event.")]
    keyed = [
        _path("key", "provider|guid, percent-encoded."),
        _query("version", "Which version's text.", {"type": "string"}),
    ]
    missing = (*STORED, "not-found")
    return {
        "/v1/events": events,
        "/v1/events.json": {"get": {**events["get"], "operationId": "eventsJson"}},
        **{f"/v1/events.{name}": _export(name, *told) for name, told in EXPORTS.items()},
        "/v1/events/{event_id}": _get("event", "An event and its revisions", "OneEvent", identified, missing),
        "/v1/facets": _get("facets", "Counts by facet and over time", "Facets", _filters(), STORED),
        "/v1/stories": _get("stories", STORIES, "StoryPage", [*_filters(), *_paging(LIMITS.page_events)], STORED),
        "/v1/articles/{key}": _get("article", "An article: text, events, outcomes", "OneArticle", keyed, missing),
    }


def _streams() -> dict[str, Any]:
    start = _query("last_event_id", "The id to go on after; `position` of a page of events is one.", {"type": "string"})
    header = {**start, "name": "Last-Event-ID", "in": "header"}
    refused = (*ANYWHERE, "invalid-parameter", "too-many-clients", "busy")
    sse = {
        "description": "`event: detected|updated|retracted|reset`, `id:` the offset of every partition, `data:` a "
        "CloudEvent on one line whose data also has `change`, `changed_at` and `matches` (false: an update took it out "
        "of what was asked for). Nothing is left out between two ids; where that cannot be held, a `reset` says so.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
    told = {"101": {"description": 'Messages {"event", "id", "data"}; event null: only the id moved.'}}
    parameters = [*_filters(), start]
    return {
        "/v1/stream": _operation("stream", "Events as they come (SSE)", [*parameters, header], {"200": sse}, refused),
        "/v1/ws": _operation("ws", "Events as they come (WebSocket)", parameters, told, (*refused, "foreign-origin")),
    }


def _own() -> dict[str, Any]:
    page = {"200": {"description": "The page.", "content": {"text/html": {"schema": {"type": "string"}}}}}
    file = {"200": {"description": "A file of the page."}, "304": {"description": "As it was."}}
    figures = {"200": {"description": "Prometheus text.", "content": {"text/plain": {"schema": {"type": "string"}}}}}
    return {
        "/": _operation("page", "The dashboard", [], page, PAGE),
        "/static/{path}": _operation("static", "Its files", [_path("path", "The file.")], file, (*PAGE, "not-found")),
        "/v1/health": _get(
            "health", "How the pipeline fares", "Health", [], (*ANYWHERE, "filling", "busy", "unavailable")
        ),
        "/openapi.json": _get("openapi", "This document", "Document", [], ANYWHERE),
        "/livez": _get("livez", "Whether the process is alive", "Status", [], ("bad-request", "internal")),
        "/readyz": _get(
            "readyz", "Whether the store was filled once", "Status", [], ("filling", "unavailable", "internal")
        ),
        "/metrics": _operation("metrics", "Figures", [], figures, ANYWHERE),
    }


def _export(name: str, media_type: str, said: str) -> dict[str, Any]:
    told = {"200": {"description": said, "content": {media_type: {"schema": {"type": "string"}}}}, **_unchanged()}
    parameters = [*_filters(), *_paging(LIMITS.export_events)]
    return _operation(f"events{name.capitalize()}", said, parameters, told, STORED)


def _get(
    name: str, summary: str, schema: str, parameters: list[dict[str, Any]], codes: Iterable[str]
) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(schema)}}
    told = {"200": {"description": "It is so.", "content": content}} | (_unchanged() if "filling" in codes else {})
    return _operation(name, summary, parameters, told, codes)


def _operation(
    name: str, summary: str, parameters: list[dict[str, Any]], told: dict[str, Any], codes: Iterable[str]
) -> dict[str, Any]:
    answers = {**told, **_problems(codes)}
    return {"get": {"operationId": name, "summary": summary, "parameters": parameters, "responses": answers}}


def _unchanged() -> dict[str, Any]:
    return {"304": {"description": "As it was when its ETag was given out."}}


def _problems(codes: Iterable[str]) -> dict[str, Any]:
    """The answers to what is refused, by status."""
    by_status: defaultdict[int, list[str]] = defaultdict(list)
    for code in sorted(codes):
        by_status[PROBLEMS[code][0]].append(f"`{code}`: {PROBLEMS[code][1]}.")
    return {
        str(status): {"description": "\n".join(said), "content": {MEDIA_TYPE: {"schema": _ref("Problem")}}}
        | ({"headers": RETRY} if status in (429, 503) else {})
        for status, said in sorted(by_status.items())
    }


def _filters() -> list[dict[str, Any]]:
    return [{"$ref": f"#/components/parameters/{name}"} for name in TERMS]


def _terms() -> list[dict[str, Any]]:
    return [
        _query(name, term.doc, dict(term.schema)) | (_style(name) if term.schema["type"] == "array" else {})
        for name, term in TERMS.items()
    ]


def _style(name: str) -> dict[str, Any]:
    return {"style": "form", "explode": False} if name == "bbox" else LISTED


def _paging(most: int) -> list[dict[str, Any]]:
    limit = {"type": "integer", "minimum": 1, "maximum": most}
    return [
        _query("limit", "At most so many.", limit),
        _query("cursor", "`next` of the page before; opaque.", {"type": "string"}),
    ]


def _query(name: str, description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": description, "schema": schema}


def _path(name: str, description: str) -> dict[str, Any]:
    schema = {"type": "string", "minLength": 1}
    return {"name": name, "in": "path", "required": True, "description": description, "schema": schema}


def _ref(schema: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema}"}


def _schemas() -> dict[str, Any]:
    text, number, free = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "object"}
    instant = {"type": ["string", "null"], "format": "date-time"}
    counted = _list(_object({"value": text, "count": number}))
    whole = {**number, "description": "All that pass, those taken back included."}
    histogram = {
        "bucket_seconds": number,
        "buckets": _list(_object({"at": {**text, "format": "date-time"}, "count": number})),
    }
    cursor = {"type": ["string", "null"]}
    return {
        **_moved(contracts.schema("event.v1").get("$defs", {})),
        "Event": _event(),
        "EventPage": _object({"events": _list(_ref("Event")), "next": cursor, "position": text}),
        "OneEvent": _object({"event": {"anyOf": [_ref("Event"), {"type": "null"}]}, "revisions": _list(free)}),
        "Facets": _object(
            {
                "total": whole,
                "retracted": {**number, "description": "Of them, those taken back."},
                **dict.fromkeys(FACETS, counted),
                "histogram": _object(histogram),
            }
        ),
        **_moved(contracts.schema("story.v1")["$defs"]),
        "Story": _contract("story.v1"),
        "StoryPage": _object({"stories": _list(_ref("Story")), "next": cursor}),
        "OneArticle": _object(
            {
                "article": {"type": ["object", "null"]},
                "text": {"type": ["string", "null"]},
                "events": _list(_ref("Event")),
                "outcomes": _list(free),
            }
        ),
        "Health": _object(
            {
                "lag": _object({"annotate": number, "route": number}),
                "sources": _list(free),
                **dict.fromkeys(("held", "dead_letters", "articles"), number),
                "events": {**number, "description": "Events that stand."},
                "retracted": {**number, "description": "Events that were taken back, and are still kept."},
                "gaps": {"type": "integer"},
                "last_event_at": instant,
                "last_article_at": instant,
                "kafka_ok": {"type": "boolean"},
            }
        ),
        "Problem": _object(
            {
                "type": {"type": "string", "enum": [f"urn:tickertape:problem:{code}" for code in PROBLEMS]},
                "title": text,
                "status": number,
                "code": {"type": "string", "enum": list(PROBLEMS)},
                "detail": text,
            },
            optional=("detail",),
        ),
        "Status": _object({"status": {"const": "ok"}}),
        "Document": free,
    }


def _event() -> dict[str, Any]:
    """The event of the contract, and what became of it last."""
    schema = _contract("event.v1")
    more = {
        "change": {"type": "string", "enum": list(CHANGES), "description": "What became of it last."},
        "changed_at": {"type": "string", "format": "date-time", "description": "When it did."},
        "reason": {"type": "string", "description": "Why it was taken back."},
    }
    required = [*schema["required"], "change", "changed_at"]
    return {**schema, "properties": {**schema["properties"], **more}, "required": required}


def _contract(name: str) -> dict[str, Any]:
    """A schema of the contract, its definitions among the document's own."""
    schema: dict[str, Any] = _moved(
        {key: value for key, value in contracts.schema(name).items() if not key.startswith("$")}
    )
    return schema


def _moved(value: Any) -> Any:
    """The schema, its definitions among the document's own."""
    if isinstance(value, list):
        return [_moved(one) for one in value]
    if isinstance(value, dict):
        return {name: _moved(one) for name, one in value.items()}
    return value.replace("#/$defs/", "#/components/schemas/") if isinstance(value, str) else value


def _object(properties: dict[str, Any], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}
