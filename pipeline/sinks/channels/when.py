"""Epoch milliseconds as Python's own moments."""

from datetime import UTC, datetime, timedelta


def moment(at_ms: int) -> datetime:
    """The moment, in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)
