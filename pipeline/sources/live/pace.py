"""When to come again: what the server asks for, how lively the feed is, how long it has been failing. Pure.

No counters: a feed that has been quiet (or failing) for a while is left alone for a part of that while. So the memory of a
source changes only when something happens.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

# A feed whose last news is ten hours old may be looked at every hour.
QUIET_SHARE = 0.1
SLOWEST_SECONDS = 3_600.0
# A server that fails is asked again after as long as it has been failing: the waits double.
BACKOFF_SECONDS = 6 * 3_600.0
# ttl, max-age and Expires are often set without thought; an hour of them is respected. Retry-After is meant.
ASKED_SECONDS = 3_600.0
RETRY_SECONDS = 86_400.0
# Feeds that were started together drift apart; never earlier than asked.
JITTER_SHARE = 0.1


def lively(interval_seconds: float, changed_ms: int, now_ms: int) -> float:
    """The wait for a healthy feed that last had news at `changed_ms`."""
    slowest = max(interval_seconds, SLOWEST_SECONDS)
    return min(max(interval_seconds, (now_ms - changed_ms) / 1000 * QUIET_SHARE), slowest)


def backoff(interval_seconds: float, failing_since_ms: int, now_ms: int) -> float:
    """The wait for a feed that has been failing since."""
    return max(interval_seconds, min((now_ms - failing_since_ms) / 1000, BACKOFF_SECONDS))


def asked(headers: Mapping[str, str], own_seconds: float | None, now_ms: int) -> float:
    """What the answer (Cache-Control, Expires) and the feed itself (ttl) ask for, within reason; 0: nothing."""
    fresh = _max_age(headers)
    if fresh is None and (expires_ms := _http_date_ms(headers.get("expires"))) is not None:
        served_ms = _http_date_ms(headers.get("date"))
        fresh = (expires_ms - (now_ms if served_ms is None else served_ms)) / 1000
    return min(max(fresh or 0.0, own_seconds or 0.0, 0.0), ASKED_SECONDS)


def retry_after(headers: Mapping[str, str], now_ms: int) -> float | None:
    """Seconds until the server wants to be asked again: RFC 9110 allows a number of them, or a date."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdecimal():
        return min(float(said[:12]), RETRY_SECONDS)
    date_ms = _http_date_ms(said)
    return None if date_ms is None else min(max(0.0, (date_ms - now_ms) / 1000), RETRY_SECONDS)


def jittered(seconds: float, name: str, now_ms: int) -> float:
    """A little more, by name and time: the same again for the same."""
    drawn = int.from_bytes(hashlib.sha256(f"{name}|{now_ms}".encode()).digest()[:4]) / 2**32
    return seconds * (1 + JITTER_SHARE * drawn)


def _max_age(headers: Mapping[str, str]) -> float | None:
    for part in headers.get("cache-control", "").lower().split(","):
        name, _, value = part.strip().partition("=")
        value = value.strip('"')
        if name == "max-age" and value.isascii() and value.isdecimal():
            age = headers.get("age", "").strip()
            return float(value[:12]) - (float(age[:12]) if age.isascii() and age.isdecimal() else 0.0)
    return None


def _http_date_ms(value: str | None) -> int | None:
    """Epoch milliseconds of an HTTP date; None if it is none (servers say `Expires: 0`)."""
    try:
        moment: datetime = parsedate_to_datetime(value or "")
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return int(aware.timestamp() * 1000)
    except (ValueError, OverflowError):
        return None
