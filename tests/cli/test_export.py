"""What `tickertape export` makes of its options. With Kafka: tests/kafka/test_export.py."""

import pytest
from click.testing import CliRunner

from pipeline.cli import main


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


def test_no_broker(tmp_path: object) -> None:
    """One line and the exit code for Kafka; no file."""
    done = CliRunner().invoke(main, ["export", "--format", "csv"], env={"TICKERTAPE_BROKERS": "127.0.0.1:1"})
    assert done.exit_code == 3
    assert done.stderr.startswith("tickertape: ")
