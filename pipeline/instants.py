"""Instants and days as text: RFC 3339 in UTC with milliseconds, the one format that we write."""

from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
LAST_MS = (datetime.max.replace(tzinfo=UTC) - EPOCH) // MILLISECOND


def from_ms(milliseconds: int) -> str:
    """Milliseconds since 1970 as an instant: "2020-06-14T09:30:00.000Z"."""
    moment = EPOCH + milliseconds * MILLISECOND
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def to_ms(instant: str | None) -> int | None:
    """Milliseconds since 1970 of an ISO 8601 instant, None if it is none; without a zone it is taken as UTC."""
    moment = _moment(instant)
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - EPOCH) // MILLISECOND


def exact_ms(instant: str | None) -> int | None:
    """As `to_ms`, but None where it takes a guess (no zone), and outside 1970 to 9999."""
    moment, milliseconds = _moment(instant), to_ms(instant)
    if moment is None or moment.tzinfo is None or milliseconds is None or not 0 <= milliseconds <= LAST_MS:
        return None
    return milliseconds


def _moment(instant: str | None) -> datetime | None:
    if not instant:
        return None
    try:
        return datetime.fromisoformat(instant.upper())  # RFC 3339 allows "t" and "z"
    except ValueError:
        return None


def day(instant: str | None) -> date | None:
    """The UTC day of an ISO 8601 instant or date, None if it is none (or before the year 1, or after 9999, in UTC)."""
    milliseconds = to_ms(instant)
    try:
        return None if milliseconds is None else (EPOCH + milliseconds * MILLISECOND).date()
    except OverflowError:
        return None
