"""The OpenAPI document: sound, stored, and true of the server; schemathesis plays against it."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import jsonschema
import pytest
import schemathesis
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from pipeline import codec
from pipeline.sources.live.push import keys, openapi
from pipeline.sources.live.push.limits import Limits
from pipeline.sources.live.push.problems import PROBLEMS
from pipeline.sources.live.push.server import Options, PushServer, Setting
from tests.sources.live.push.conftest import NOW, TOPIC, Kafka, inline

STORED = Path(__file__).parents[4] / "deploy" / openapi.FILE
# All that the document promises; a body that it allows may still be refused, for the schema cannot say everything.
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    ignored_auth,
    unsupported_method,
    negative_data_rejection,
)
EXAMPLES = 150
WIDE = Limits(key_requests_per_second=1e6, all_requests_per_second=1e6)


def test_the_stored_document_is_what_is_served() -> None:
    """Written by `tickertape ingest openapi`."""
    assert STORED.read_bytes() == codec.encode_pretty(openapi.document())


def test_every_problem_is_in_it() -> None:
    paths = openapi.document()["paths"]
    said = {int(status) for path in paths.values() for operation in path.values() for status in operation["responses"]}
    assert said >= {status for code, (status, _) in PROBLEMS.items() if code not in openapi.NOWHERE}


def test_its_schemas_are_sound_and_take_our_own_examples() -> None:
    document = openapi.document()
    schemas = {"components": document["components"]}
    for name in document["components"]["schemas"]:
        jsonschema.Draft202012Validator.check_schema({"$ref": f"#/components/schemas/{name}", **schemas})
    validator = jsonschema.Draft202012Validator({"$ref": "#/components/schemas/Article", **schemas})
    examples = sorted((STORED.parents[1] / "schemas" / "examples").glob("article.v1.*.json"))
    assert examples
    assert [list(validator.iter_errors(codec.decode(path.read_bytes()))) for path in examples] == [[]] * len(examples)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PushServer, str]]:
    """A server in a thread of its own, and a key."""
    folder = tmp_path_factory.mktemp("push")
    issued = keys.issue("acme", ["acme"], signed=False, now=NOW)
    keys.add(folder / keys.FILE, issued.key)
    options = Options(listen="127.0.0.1:0")
    setting = Setting(name="push", topic=TOPIC, article_bytes=100_000, state=folder, options=options, limits=WIDE)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = PushServer(setting, Kafka(), inline)
    asyncio.run_coroutine_threadsafe(server.start(), loop).result()
    yield server, issued.token
    asyncio.run_coroutine_threadsafe(server.close(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@schemathesis.serializer("application/x-ndjson", "application/jsonl")
def lines(context: Any, value: Any) -> bytes:
    """A string as it is; anything else as one line."""
    return (value if isinstance(value, str) else json.dumps(value)).encode("utf-8", "replace")


SOUND, UNSOUND = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
# A GET without parameters cannot be wrong.
OPERATIONS = [("POST", openapi.PATH, SOUND), ("POST", openapi.PATH, UNSOUND), ("GET", "/openapi.json", SOUND)]
OPERATIONS += [("GET", path, SOUND) for path in openapi.HEALTH]


@pytest.mark.parametrize(("method", "path", "mode"), OPERATIONS)
def test_the_server_does_what_the_document_says(
    running: tuple[PushServer, str], method: str, path: str, mode: schemathesis.GenerationMode
) -> None:
    """Whatever schemathesis thinks of: no 5xx, no undocumented answer, nothing taken without a key."""
    server, token = running
    described = schemathesis.openapi.from_url(server.url + "/openapi.json")

    @hypothesis.given(case=described[path][method].as_strategy(generation_mode=mode))
    @hypothesis.settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
    def holds(case: Any) -> None:
        case.call_and_validate(headers={"X-API-Key": token}, checks=list(CHECKS))

    holds()
