"""Readers that share no code with us read what we write: the `jsonschema` package, and the CloudEvents SDK."""

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from cloudevents.core.bindings import kafka
from referencing import Registry, Resource

from pipeline import codec, contracts, resources

EXAMPLES = sorted(resources.folder("schemas").glob("examples/*.json"))
EVENTS = [path for path in EXAMPLES if path.name.startswith("cloudevent.")]


def validator(name: str) -> Any:
    """`jsonschema`'s validator of one of our schemas, formats included."""
    loaded = [contracts.schema(other) for other in contracts.names()]
    registry: Any = Registry().with_resources([(one["$id"], Resource.from_contents(one)) for one in loaded])
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(contracts.schema(name), registry=registry, format_checker=checker)


@pytest.mark.parametrize("name", contracts.names())
def test_another_validator_takes_our_schemas(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(contracts.schema(name))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_another_validator_takes_our_examples(path: Path) -> None:
    name, value = ".".join(path.name.split(".")[:2]), codec.decode(path.read_bytes())
    assert [error.message for error in validator(name).iter_errors(value)] == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_another_validator_refuses_what_ours_refuses(path: Path) -> None:
    """Each field in turn taken out, made a list, or made null: the two agree every time."""
    name, value = ".".join(path.name.split(".")[:2]), codec.decode(path.read_bytes())
    theirs = validator(name)
    for field in value:
        for spoilt in (
            {key: one for key, one in value.items() if key != field},
            value | {field: [1]},
            value | {field: None},
        ):
            ours = contracts.problem(name, spoilt, side="produce")
            assert theirs.is_valid(spoilt) == (ours is None), (field, ours)


@pytest.mark.parametrize("path", EVENTS, ids=lambda path: path.name)
def test_the_cloudevents_sdk_reads_our_events(path: Path) -> None:
    """As a message of the Kafka binding: attributes, our extensions, and the data as they stand."""
    value = codec.decode(path.read_bytes())
    message = kafka.KafkaMessage(
        headers={"content-type": b"application/cloudevents+json; charset=UTF-8"},
        key=value["partitionkey"],
        value=codec.encode(value),
    )
    event = kafka.from_structured_event(message)
    assert event.get_data() == value["data"]
    time = event.get_time()
    assert time is not None
    assert time.isoformat(timespec="milliseconds").replace("+00:00", "Z") == value["time"]
    read = event.get_attributes()
    own = {
        "id",
        "type",
        "source",
        "subject",
        "specversion",
        "datacontenttype",
        "dataschema",
        "partitionkey",
        "traceparent",
    }
    assert {name: read[name] for name in own} == {name: value[name] for name in own}
    assert read.keys() == own | {"time"}
    assert event.get_id() == f"{value['data']['event_id']}.{value['data']['revision']}"
