"""deploy/connect/: what the recipes say of the flat events is what the flat events are. No server is asked."""

import json
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest

from pipeline import codec
from pipeline.envelope import envelope
from pipeline.records import FlatEvent, Retraction
from pipeline.stages.route import flat
from pipeline.topics import EVENTS, FLAT
from tests.sinks.exports.events import EVENTS as SOME

FOLDER = Path(__file__).parent.parent / "deploy" / "connect"
# Each flat column: its type, and whether it may be null.
COLUMNS: dict[str, tuple[Any, bool]] = {
    field.name: (get_args(field.type)[0], True) if get_args(field.type) else (field.type, False)
    for field in fields(FlatEvent)
}
ROWS = [codec.plain(flat(event["data"])) for event in SOME]
COLUMN = re.compile(r"^    [`\"](\w+)[`\"] (.+?),?$", re.MULTILINE)


def text(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def config(name: str) -> dict[str, str]:
    connector: dict[str, dict[str, str]] = json.loads(text(name))
    assert connector.keys() == {"name", "config"}
    assert all(isinstance(value, str) for value in connector["config"].values())
    return connector["config"]


def tables(sql: str) -> Iterator[tuple[str, dict[str, str]]]:
    """(name, columns with their types) of each CREATE TABLE."""
    for name, body in re.findall(r"CREATE TABLE (\w+) \(\n(.*?)\n\)", sql, re.DOTALL):
        yield name, dict(COLUMN.findall(body))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.name)
def test_it_is_json(path: Path) -> None:
    assert json.loads(path.read_bytes())


@pytest.mark.parametrize("name", ["jdbc-sink.json", "elasticsearch-sink.json"])
def test_sinks_delete_what_was_taken_back(name: str) -> None:
    """They read the flat topic by its key, and a tombstone deletes."""
    given = config(name)
    assert given["topics"] == FLAT.name
    assert given["key.converter"] == "org.apache.kafka.connect.storage.StringConverter"
    assert given.get("delete.enabled") == "true" or given.get("behavior.on.null.values") == "delete"


def test_schema_of_the_jdbc_sink() -> None:
    """A schema for Connect's JsonConverter, field by field; so the values need none of their own."""
    given = config("jdbc-sink.json")
    assert given["value.converter.schemas.enable"] == "true"
    schema = json.loads(given["value.converter.schema.content"])
    kinds = {str: "string", int: "int64", float: "double"}
    assert {one["field"]: (one["type"], one["optional"]) for one in schema["fields"]} == {
        name: (kinds[kind], null) for name, (kind, null) in COLUMNS.items()
    }
    assert (given["pk.mode"], given["pk.fields"]) == ("record_key", "event_id")


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("postgres.sql", {str: "text", int: "bigint", float: "double precision"}),
        ("flink.sql", {str: "STRING", int: "BIGINT", float: "DOUBLE"}),
    ],
)
def test_columns_of_a_table(name: str, kinds: dict[Any, str]) -> None:
    """All of them, with their types; what is never null says so."""
    ((_, found),) = tables(text(name))
    found.pop("published", None)  # Flink computes it
    assert found == {column: kinds[kind] + ("" if null else " NOT NULL") for column, (kind, null) in COLUMNS.items()}


def test_columns_of_clickhouse() -> None:
    """The queue has the flat columns, the table one more; retractions are read where they are."""
    kinds = {str: "String", int: "Int64", float: "Float64"}
    wanted = {name: f"Nullable({kinds[kind]})" if null else kinds[kind] for name, (kind, null) in COLUMNS.items()}
    sql = text("clickhouse.sql")
    found = dict(tables(sql))
    assert found["events_queue"] == wanted
    assert found["events"] == wanted | {"is_deleted": "UInt8 DEFAULT 0"}
    assert re.findall(r"kafka_topic_list = '(.+?)'", sql) == [FLAT.name, EVENTS.name]


def test_clickhouse_finds_what_it_looks_for_in_a_retraction() -> None:
    retraction: Retraction = codec.build(
        Retraction,
        codec.decode((FOLDER.parents[1] / "schemas" / "examples" / "retraction.v1.canceled.json").read_bytes()),
    )
    event = codec.decode(codec.encode(envelope("retracted", retraction, trace="0" * 32)))
    sql = text("clickhouse.sql")
    for names in re.findall(r"JSONExtract\w+\(message, (.+?)\)", sql):
        value = event
        for name in re.findall(r"'(\w+)'", names):
            value = value[name]
        assert value is not None
    (wanted,) = re.findall(r"'type'\) = '(.+?)'", sql)
    assert event["type"] == wanted


def test_topics_of_flink_and_grafana() -> None:
    assert f"'topic' = '{FLAT.name}'" in text("flink.sql")
    assert {target["topicName"] for panel in panels() for target in panel["targets"]} == {FLAT.name}


def test_elasticsearch_maps_every_column() -> None:
    """And the point that the pipeline makes of lat and lon; the template is for the topic's index."""
    template = json.loads(text("elasticsearch-index-template.json"))
    properties = template["template"]["mappings"]["properties"]
    assert set(properties) == {*COLUMNS, "point"}
    numbers = {int: "long", float: "double"}
    for name, (kind, _) in COLUMNS.items():
        assert properties[name]["type"] == numbers.get(kind, properties[name]["type"])
        assert kind is not str or properties[name]["type"] in ("keyword", "text", "date")
    assert template["index_patterns"] == [FLAT.name]
    (processor,) = json.loads(text("elasticsearch-pipeline.json"))["processors"]
    assert set(re.findall(r"ctx\.(\w+)", processor["script"]["source"])) == {"lat", "lon", "point"}


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(text("grafana-dashboard.json"))["panels"]
    return found


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: panel["title"])
def test_grafana_shows_columns_that_exist(panel: dict[str, Any]) -> None:
    """The flat columns, and the plugin's own `time`; the data source is the reader's choice."""
    (kept,) = [
        one["options"]["include"]["names"] for one in panel["transformations"] if one["id"] == "filterFieldsByName"
    ]
    assert set(kept) <= {*COLUMNS, "time"}
    for step in panel["transformations"]:
        if step["id"] == "groupBy":
            assert set(step["options"]["fields"]) == set(kept)
        if step["id"] == "organize":
            assert set(step["options"]["indexByName"]) == set(kept)
    assert {target["datasource"]["uid"] for target in panel["targets"]} == {panel["datasource"]["uid"]} == {"${kafka}"}


def test_panels_do_not_overlap() -> None:
    places = [panel["gridPos"] for panel in panels()]
    cells = [(x, y) for p in places for x in range(p["x"], p["x"] + p["w"]) for y in range(p["y"], p["y"] + p["h"])]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) == 23
    assert len({panel["id"] for panel in panels()}) == len(panels())


def test_postgres_takes_flat_events() -> None:
    """DuckDB reads enough of PostgreSQL's language to make the table and the view, and to fill them."""
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect() as database:
        database.execute(text("postgres.sql"))
        marks = ", ".join("?" for _ in COLUMNS)
        for row in ROWS:
            database.execute(f"INSERT INTO events VALUES ({marks})", [row[name] for name in COLUMNS])
        found = database.sql(
            "SELECT event_id, CAST(epoch_ms(published) AS BIGINT), starts FROM events_timed ORDER BY 2"
        )
        assert [(one, at, on and on.isoformat()) for one, at, on in found.fetchall()] == [
            (row["event_id"], row["published_ms"], row["start_on"])
            for row in sorted(ROWS, key=lambda row: row["published_ms"] or 2**63)
        ]
