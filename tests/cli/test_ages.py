"""Points in time on the command line."""

import pytest

from pipeline.cli.ages import milliseconds


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("90s", 910_000),
        ("10m", 400_000),
        ("1h", 0),
        ("1970-01-01", 0),
        ("1970-01-02", 86_400_000),
        ("1970-01-01T00:00:01.5Z", 1_500),
        ("1970-01-01T02:00+01:00", 3_600_000),
        ("0001-01-01", 0),
        ("yesterday", None),
        ("10", None),
        ("-5m", None),
        ("10w", None),
    ],
)
def test_times(given: str, found: int | None) -> None:
    """An instant, or an age as seen a thousand seconds after 1970 began."""
    assert milliseconds(given, now_seconds=1_000.0) == found
