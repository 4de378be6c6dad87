"""deploy/connect/: what the recipes say of the flat events is what the flat events are. No server is asked."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
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


# What Connect itself understands of a sink (SinkConnectorConfig), and its JsonConverter under `value.converter.`.
OF_CONNECT = """
connector.class tasks.max topics key.converter value.converter errors.tolerance errors.deadletterqueue.topic.name
errors.deadletterqueue.topic.replication.factor errors.deadletterqueue.context.headers.enable
value.converter.schemas.enable value.converter.schema.content
""".split()
# What the connectors define (JdbcSinkConfig of kafka-connect-jdbc, ElasticsearchSinkConnectorConfig of
# kafka-connect-elasticsearch): a key that is in none of these lists is ignored without a word.
OF_CONNECTOR = {
    "jdbc-sink.json": """
        connection.url connection.user connection.password connection.attempts connection.backoff.ms dialect.name
        insert.mode batch.size delete.enabled max.retries retry.backoff.ms table.name.format pk.mode pk.fields
        fields.whitelist db.timezone db.timezone.date auto.create auto.evolve quote.sql.identifiers table.types
        trim.sensitive.log mssql.use.merge.holdlock
    """.split(),
    "elasticsearch-sink.json": """
        connection.url connection.username connection.password batch.size max.in.flight.requests max.buffered.records
        linger.ms flush.timeout.ms max.retries retry.backoff.ms connection.timeout.ms read.timeout.ms key.ignore
        schema.ignore topic.key.ignore topic.schema.ignore drop.invalid.message compact.map.entries
        behavior.on.null.values behavior.on.malformed.documents
    """.split(),
}
CHOICES = {
    "insert.mode": {"insert", "upsert", "update"}, "pk.mode": {"none", "kafka", "record_key", "record_value"},
    "behavior.on.null.values": {"ignore", "delete", "fail"}, "errors.tolerance": {"none", "all"},
    "behavior.on.malformed.documents": {"ignore", "warn", "fail"},
} | dict.fromkeys(
    ("delete.enabled", "auto.create", "auto.evolve", "key.ignore", "schema.ignore", "value.converter.schemas.enable",
     "errors.deadletterqueue.context.headers.enable"), {"true", "false"},
)  # fmt: skip


@pytest.mark.parametrize("name", OF_CONNECTOR)
def test_connectors_know_every_key(name: str) -> None:
    """And the value, where there are only so many; what a connector cannot do without is there."""
    given = config(name)
    assert given.keys() - OF_CONNECT - set(OF_CONNECTOR[name]) == set()
    assert {key: value for key, value in given.items() if value not in CHOICES.get(key, {value})} == {}
    assert {"connector.class", "topics", "connection.url"} <= given.keys()


def test_deletes_have_what_they_need() -> None:
    """The JDBC sink takes no `delete.enabled` but with `pk.mode` record_key; and upserts need a primary key."""
    given = config("jdbc-sink.json")
    assert (given["delete.enabled"], given["pk.mode"], given["insert.mode"]) == ("true", "record_key", "upsert")
    ((table, columns),) = tables(text("postgres.sql"))
    assert (given["table.name.format"], given["pk.fields"] in columns) == (table, True)
    assert f'PRIMARY KEY ("{given["pk.fields"]}")' in text("postgres.sql")


def test_clickhouse_itself_takes_the_tables() -> None:
    """ClickHouse in this process, if it is installed (`pip install chdb`), other tables in place of Kafka's: what came stands
    once, its last revision; what was taken back is gone."""
    chdb = pytest.importorskip("chdb")
    sql = re.sub(r"ENGINE = Kafka\nSETTINGS\n.*?;", "ENGINE = Null;", text("clickhouse.sql"), flags=re.DOTALL)
    *statements, example = [part for part in sql.split(";\n") if "SELECT" in part or "CREATE" in part]
    with closing(chdb.connect(":memory:")) as database:
        for statement in statements:
            database.query(statement)
        newer = {**ROWS[0], "revision": ROWS[0]["revision"] + 1, "confidence": 0.25}
        taken = {"type": "news.event.retracted.v1", "subject": ROWS[1]["event_id"],
                 "data": {"revision": 9, "kind": "k", "family": "f"}}  # fmt: skip
        for row in [newer, *ROWS]:
            database.query(f"INSERT INTO events_queue FORMAT JSONEachRow {json.dumps(row)}")
        message = json.dumps(taken).replace("'", "''")
        database.query(f"INSERT INTO retractions_queue VALUES ('{message}')")
        found = str(database.query("SELECT event_id, confidence FROM events FINAL ORDER BY event_id", "JSONEachRow"))
        standing = {one["event_id"]: one["confidence"] for one in map(json.loads, found.splitlines())}
        assert standing == {row["event_id"]: row["confidence"] for row in ROWS[2:]} | {newer["event_id"]: 0.25}
        assert str(database.query(example, "CSV"))


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
