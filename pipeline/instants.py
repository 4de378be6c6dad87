"""Instants and days as text: RFC 3339 in UTC with milliseconds, the one format that we write."""

from datetime import UTC, date, datetime


def from_ms(milliseconds: int) -> str:
    """Milliseconds since 1970 as an instant: "2020-06-14T09:30:00.000Z"."""
    moment = datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_ms(instant: str | None) -> int | None:
    """Milliseconds since 1970 of an ISO 8601 instant, None if it is none; without a zone it is taken as UTC."""
    if not instant:
        return None
    try:
        moment = datetime.fromisoformat(instant)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return round(aware.timestamp() * 1000)


def day(instant: str | None) -> date | None:
    """The UTC day of an ISO 8601 instant or date, None if it is none."""
    milliseconds = to_ms(instant)
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, tz=UTC).date()
