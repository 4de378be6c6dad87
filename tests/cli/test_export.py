"""What `tickertape export` makes of its options. With Kafka: tests/kafka/test_export.py."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import main

NOWHERE = {"TICKERTAPE_BROKERS": "127.0.0.1:1"}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Missing option '--format'"),
        (
            ["--format", "xls"],
            "'xls' is not one of 'ndjson', 'csv', 'parquet', 'geojson', 'gdelt', 'polecat', 'ics', 'atom'",
        ),
        (["--format", "csv", "--since", "yesterday"], "not an instant (2020-01-14T10:00Z), a day"),
        (["--format", "csv", "--where", "kind="], "column 6: a value is wanted"),
        (["--format", "csv", "--output", "."], "is a directory"),
    ],
)
def test_usage(words: list[str], message: str) -> None:
    done = CliRunner().invoke(main, ["export", *words])
    assert done.exit_code == 2
    assert message in done.stderr


def test_no_broker(tmp_path: Path) -> None:
    """One line and the exit code for Kafka; no file, and none half written."""
    output = tmp_path / "events.csv"
    done = CliRunner().invoke(main, ["export", "--format", "csv", "--output", str(output)], env=NOWHERE)
    assert done.exit_code == 3
    assert done.stderr.startswith("tickertape: ")
    assert list(tmp_path.iterdir()) == []


def test_what_stood_in_the_file_stays_until_there_is_more(tmp_path: Path) -> None:
    output = tmp_path / "events.csv"
    output.write_text("yesterday's")
    CliRunner().invoke(main, ["export", "--format", "csv", "--output", str(output)], env=NOWHERE)
    assert output.read_text() == "yesterday's"


def test_no_such_folder(tmp_path: Path) -> None:
    """Said before Kafka is asked."""
    output = tmp_path / "none" / "events.csv"
    done = CliRunner().invoke(main, ["export", "--format", "csv", "--output", str(output)], env=NOWHERE)
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr == f"Error: {output} cannot be written: No such file or directory; give --output another FILE\n"
