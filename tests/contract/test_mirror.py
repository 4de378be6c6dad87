"""The records are the mirror of the schemas, field for field, and what they say in JSON keeps the schemas."""

from dataclasses import MISSING, dataclass, fields, make_dataclass
from pathlib import Path
from types import GenericAlias
from typing import Any, get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import codec, contracts, records, resources
from pipeline.alerts import records as alert_records
from pipeline.envelope import CloudEvent
from pipeline.stories import records as story_records


@dataclass(frozen=True)
class FirstStoryIndex:
    """As it was before the seal."""

    stories: list[str]


def without(record: type[Any], name: str, **others: Any) -> type[Any]:
    """The record as it was before it had the field; `others` are the types of fields that were others too."""
    hints = get_type_hints(record) | others
    return make_dataclass(f"Older{record.__name__}", [(one, hint) for one, hint in hints.items() if one != name])


OlderStandingAlert = without(alert_records.StandingAlert, "min_sources")
OlderAlertState = without(alert_records.AlertState, "", told=GenericAlias(list, (OlderStandingAlert,)))

# Written by strangers, or by an older release: they may leave out what has a default.
LENIENT = ("alert.v2", "alert-state.v2", "article.v1", "story-index.v2")
MODULES = (records, alert_records, story_records)

# Which record each schema describes.
RECORDS: dict[str, type[Any]] = {
    "alert.v1": without(alert_records.Alert, "story_id"),
    "alert.v2": alert_records.Alert,
    "alert-state.v1": OlderAlertState,
    "alert-state.v2": alert_records.AlertState,
    "article.v1": records.Article,
    "article-state.v1": records.ArticleState,
    "cloudevent.v1": CloudEvent,
    "dead-letter.v1": records.DeadLetter,
    "entities.v1": records.EntityMentions,
    "event.v1": records.EventData,
    "flat-event.v1": records.FlatEvent,
    "outcome.v1": records.Outcome,
    "retraction.v1": records.Retraction,
    "signature.v1": story_records.Signature,
    "source-state.v1": records.SourceState,
    "story.v1": story_records.Story,
    "story-article.v1": story_records.StoryArticle,
    "story-index.v1": FirstStoryIndex,
    "story-index.v2": story_records.StoryIndex,
    "story-state.v1": story_records.StoryState,
}
# Parts that are no longer as this schema has them.
OLDER_PARTS = {("alert-state.v1", "StandingAlert"): OlderStandingAlert}
EXAMPLES = sorted(resources.folder("schemas").glob("examples/*.json"))
DEFINITIONS = sorted({(name, part) for name in RECORDS for part in contracts.schema(name).get("$defs", {})})


def example_schema(path: Path) -> str:
    return ".".join(path.name.split(".")[:2])


def has_default(field: Any) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def test_every_schema_has_its_record() -> None:
    assert list(RECORDS) == contracts.names() or sorted(RECORDS) == contracts.names()


@pytest.mark.parametrize("name", RECORDS)
def test_fields_of_a_record(name: str) -> None:
    """Names and order."""
    schema, record = contracts.schema(name), RECORDS[name]
    assert list(schema["properties"]) == [field.name for field in fields(record)]
    must = [field.name for field in fields(record) if name not in LENIENT or not has_default(field)]
    assert schema["required"] == must
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize(("name", "part"), DEFINITIONS)
def test_fields_of_its_parts(name: str, part: str) -> None:
    schema, record = (
        contracts.schema(name)["$defs"][part],
        OLDER_PARTS.get((name, part)) or next(getattr(one, part) for one in MODULES if hasattr(one, part)),
    )
    assert sorted(schema["properties"]) == sorted(field.name for field in fields(record))
    must = [field.name for field in fields(record) if name not in LENIENT or not has_default(field)]
    assert sorted(schema["required"]) == sorted(must)
    assert schema["additionalProperties"] is False


@pytest.mark.parametrize("name", RECORDS)
def test_choices_are_the_same(name: str) -> None:
    """A Literal of the record is an enum of the schema."""
    hints = get_type_hints(RECORDS[name])
    for field, schema in contracts.schema(name)["properties"].items():
        choices = [one for one in get_args(hints[field]) if isinstance(one, str)]
        if choices:
            assert sorted(schema["enum"]) == sorted(choices)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_goes_round_to_the_byte(path: Path) -> None:
    """Bytes → values → record → values → bytes. An envelope stays plain: what it carries depends on its type."""
    data, name = path.read_bytes(), example_schema(path)
    value = codec.decode(data)
    assert codec.encode_pretty(value) == data
    if name == "cloudevent.v1":
        return
    built = codec.build(RECORDS[name], value)
    defaults = {} if name != "article.v1" else codec.plain(records.Article(provider="", guid="", text=""))
    assert codec.plain(built) == defaults | value
    assert codec.decode(contracts.encode(name, built)) == defaults | value
    if list(value) == [field.name for field in fields(RECORDS[name])]:
        assert codec.encode_pretty(built) == data


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_an_example_without_one_of_its_fields_is_refused(path: Path) -> None:
    """Each in turn, so no field is required in name only."""
    name, value = example_schema(path), codec.decode(path.read_bytes())
    for field in contracts.schema(name)["required"]:
        less = {key: one for key, one in value.items() if key != field}
        assert contracts.problem(name, less, side="produce"), field


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_a_field_too_many(path: Path) -> None:
    """We may not write it, and may read it."""
    name, more = example_schema(path), codec.decode(path.read_bytes()) | {"surprise": 1}
    assert contracts.problem(name, more, side="produce")
    assert contracts.problem(name, more, side="consume") is None


# JSON cannot say lone surrogates; the codec refuses them on the way in.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
names = texts.filter(bool)
instants = st.datetimes().map(lambda one: one.isoformat(timespec="milliseconds") + "Z")
optional = st.none() | texts
counts = st.integers(0, 2**53)
json = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
coordinates = st.builds(records.Coordinates, topic=texts, partition=counts, offset=counts)
problems = st.builds(records.Problem, code=texts, message=texts)
models = st.builds(records.Model, name=texts, version=texts)
articles = st.builds(
    records.Article,
    provider=names.filter(lambda one: "|" not in one),
    guid=names,
    text=texts,
    version=texts,
    version_created_at=st.none() | instants,
    headline=optional,
    url=optional,
    published_at=st.none() | instants,
    language=optional,
    status=st.sampled_from(["usable", "withheld", "canceled"]),
    embargo_until=optional,
    purpose=st.sampled_from(["news", "advisory", "test"]),
    urgency=st.none() | st.integers(1, 9),
    credit=optional,
    replay_id=optional,
    origin=st.dictionaries(texts, json, max_size=3),
)
outcomes = st.builds(
    records.Outcome,
    input=coordinates,
    outcome=st.sampled_from(get_args(records.OutcomeKind)),
    article_key=optional,
    version=optional,
    event_ids=st.lists(texts, max_size=3),
    problem=st.none() | problems,
    content_sha256=optional,
    truncated=st.booleans(),
    model=models,
    recorded_at=instants,
)
letters = st.builds(
    records.DeadLetter,
    input=coordinates,
    stage=texts,
    problem=problems,
    key_base64=optional,
    value_base64=optional,
    value_sha256=optional,
    value_bytes=counts,
    model=models,
    recorded_at=instants,
)
families = st.sampled_from(get_args(records.Family))
standing = st.builds(
    records.StandingEvent,
    revision=st.integers(1, 9),
    digest=texts,
    kind=names,
    family=families,
    retracted=st.booleans(),
)
versions = st.builds(
    records.Version,
    version=texts,
    version_created_at=st.none() | instants,
    status=st.sampled_from(["usable", "withheld", "canceled"]),
    content_sha256=texts,
)
held = st.builds(
    records.HeldVersion,
    article=articles,
    until=st.none() | instants,
    problem=problems,
    input=coordinates,
    held_at=instants,
)
states = st.builds(
    records.ArticleState,
    settled=st.none() | versions,
    held=st.none() | held,
    events=st.dictionaries(texts, standing, max_size=2),
    recent=st.lists(outcomes, max_size=2),
)


@pytest.mark.parametrize(
    ("name", "generated"),
    [("article.v1", articles), ("outcome.v1", outcomes), ("dead-letter.v1", letters), ("article-state.v1", states)],
    ids=lambda value: value if isinstance(value, str) else "",
)
@given(data=st.data())
def test_any_record_keeps_its_schema_and_comes_back(
    name: str, generated: st.SearchStrategy[Any], data: st.DataObject
) -> None:
    """Written, it is valid; read, it is the same; written again, it is the same to the byte."""
    record = data.draw(generated)
    written = contracts.encode(name, record)
    again = codec.decode_record(RECORDS[name], written)
    assert again == record
    assert codec.encode(again) == written
