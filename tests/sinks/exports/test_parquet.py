"""Parquet: read by pyarrow and by DuckDB as the README shows; without pyarrow, the way to get it."""

import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.errors import SettingsError
from pipeline.sinks.exports.parquet import ROWS
from pipeline.sinks.exports.registry import EXPORTS
from pipeline.sinks.exports.table import COLUMNS
from pipeline.stages.route import flat
from tests.sinks.exports.events import EVENTS

parquet = pytest.importorskip("pyarrow.parquet")
duckdb = pytest.importorskip("duckdb")

README = Path(__file__).parents[3] / "deploy" / "connect" / "README.md"
ONE_LINERS = re.findall(r'^    duckdb -c "(.+)"$', README.read_text(encoding="utf-8"), re.MULTILINE)


def write(path: Path, name: str, count: int = 1) -> Path:
    export = EXPORTS[name]
    path.write_bytes(b"".join(export.render(event for _ in range(count) for event in EVENTS if export.takes(event))))
    return path


def test_every_column_and_value(tmp_path: Path) -> None:
    """The flat events, with dates and instants as such."""
    rows = parquet.read_table(write(tmp_path / "events.parquet", "parquet")).to_pylist()
    assert list(rows[0]) == COLUMNS
    for row, event in zip(rows, EVENTS, strict=True):
        expected = flat(event["data"])
        same = [name for name in COLUMNS if not name.endswith(("_at", "_on"))]
        assert {name: row[name] for name in same} == {name: getattr(expected, name) for name in same}
    assert (rows[2]["published_at"], rows[2]["start_on"]) == (
        datetime(2024, 6, 16, 4, 30, tzinfo=UTC),
        date(2024, 6, 1),
    )
    assert (rows[4]["published_at"], rows[4]["start_on"]) == (None, None)


def test_row_groups_keep_memory_flat(tmp_path: Path) -> None:
    """Pieces come as row groups are full, not all at the end."""
    pieces = list(EXPORTS["parquet"].render(EVENTS[0] for _ in range(2 * ROWS + 1)))
    assert len(pieces) == 4
    (path := tmp_path / "many.parquet").write_bytes(b"".join(pieces))
    groups = parquet.ParquetFile(path).metadata
    assert [groups.row_group(number).num_rows for number in range(groups.num_row_groups)] == [ROWS, ROWS, 1]


def test_what_must_be_there_cannot_be_null(tmp_path: Path) -> None:
    schema = parquet.read_schema(write(tmp_path / "events.parquet", "parquet"))
    assert not schema.field("event_id").nullable
    assert not schema.field("confidence").nullable
    assert schema.field("lat").nullable
    assert str(schema.field("detected_at").type) == "timestamp[ms, tz=UTC]"


@pytest.mark.parametrize(
    ("suffix", "query", "answer"),
    [
        ("parquet", "SELECT kind, count(*) FROM '{}' GROUP BY kind ORDER BY kind LIMIT 1", [("airstrike", 1)]),
        ("parquet", "SELECT actor FROM '{}' WHERE start_on BETWEEN '2024-06-20' AND '2024-06-27' ORDER BY ALL",
         [("Turkey",), ("Turkey",)]),
        ("parquet", "SELECT event_id FROM '{}' WHERE published_at >= TIMESTAMPTZ '2024-06-18 00:00:00Z'",
         [("denied00000000000000000001",)]),
        ("csv", "SELECT event_id, lon FROM '{}' WHERE country = 'ROU'", [("shelling000000000000000001", -28.805)]),
        ("csv", "SELECT count(*) FROM '{}'", [(5,)]),
        ("ndjson", "SELECT data.event_id FROM read_json('{}', format = 'nd') WHERE data.kind = 'talks-planned'",
         [("planned0000000000000000001",)]),
    ],
)  # fmt: skip
def test_duckdb_one_liners(tmp_path: Path, suffix: str, query: str, answer: list[tuple[object, ...]]) -> None:
    """DuckDB guesses nothing wrong: types, quotes and line breaks in cells."""
    path = write(tmp_path / f"events.{suffix}", suffix)
    with duckdb.connect() as database:
        assert database.sql(query.format(path)).fetchall() == answer


@pytest.mark.parametrize("query", ONE_LINERS)
def test_duckdb_as_the_readme_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    """Every line runs on our files, and finds something."""
    monkeypatch.chdir(tmp_path)
    for name in ("parquet", "csv", "ndjson"):
        write(tmp_path / f"events.{name}", name)
    with duckdb.connect() as database:
        assert database.sql(query).fetchall()


def test_without_pyarrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names the command."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(SettingsError, match=r"pip install 'tickertape\[analytics\]'"):
        list(EXPORTS["parquet"].render(EVENTS))
