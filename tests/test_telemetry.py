"""Logs that machines and people can read."""

import logging
from typing import Any

import pytest

from pipeline import codec, telemetry


def record(message: str = "a batch failed", name: str = "pipeline.worker.blame", **fields: Any) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.WARNING, __file__, 1, message, (), None)
    made.created, made.msecs = 1_700_000_000.25, 250
    vars(made).update(fields)
    return made


def test_a_json_line_has_the_fields() -> None:
    line = telemetry.JsonFormatter().format(record(code="timed-out", messages=3, where=("a", 1)))
    assert codec.decode(line.encode()) == {
        "at": "2023-11-14T22:13:20.250Z",
        "level": "WARNING",
        "logger": "pipeline.worker.blame",
        "message": "a batch failed",
        "code": "timed-out",
        "messages": 3,
        "where": "('a', 1)",
    }


def test_a_json_line_stays_one_line_with_a_traceback() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        made = record()
        made.exc_info = (ValueError, error, error.__traceback__)
    line = telemetry.JsonFormatter().format(made)
    assert "\n" not in line
    assert "ValueError: two" in codec.decode(line.encode())["traceback"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("timed-out", "field=timed-out"),
        (3, "field=3"),
        ("two words", "field='two words'"),
        ("forged\nCRITICAL all is lost", "field='forged\\nCRITICAL all is lost'"),
        ("\x1b[31mred", "field='\\x1b[31mred'"),
    ],
)
def test_a_text_line_shows_fields_and_cannot_be_forged(value: object, shown: str) -> None:
    line = telemetry.TextFormatter().format(record(field=value))
    assert line.endswith(f"WARNING  pipeline.worker.blame: a batch failed {shown}")
    assert "\n" not in line


def test_a_chatty_client_is_heard_once_in_a_while() -> None:
    hush = telemetry.Hush()
    lines = [record("cannot connect to %s", "aiokafka.client") for _ in range(3)]
    lines[1].created += 9.9
    lines[2].created += 10
    assert [hush.filter(line) for line in lines] == [True, False, True]


def test_our_own_logs_are_all_heard() -> None:
    hush = telemetry.Hush()
    assert all(hush.filter(record()) for _ in range(3))


def test_figures_are_per_second_since_the_last_report() -> None:
    counters = telemetry.Counters()
    for outcome in ("events", "no-event", "events"):
        counters.add(outcome)
    counters.lag = 7
    assert counters.report(2.0) == {"per_second": 1.5, "lag": 7, "outcomes": {"events": 2, "no-event": 1}}
    assert counters.report(2.0) == {"per_second": 0.0, "lag": 7, "outcomes": {"events": 2, "no-event": 1}}
