"""How much a sender, and all of them together, may send at a time."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pipeline.sources.live.push.problems import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """All that is bounded. At worst `all_requests` bodies of `body_bytes` are held, packed and unpacked."""

    body_bytes: int = 4 * 1024 * 1024
    articles: int = 1_000
    body_seconds: float = 30.0
    header_seconds: float = 15.0
    header_bytes: int = 8_190
    headers: int = 64
    confirm_seconds: float = 10.0
    connections: int = 512
    key_requests: int = 8
    key_requests_per_second: float = 20.0
    all_requests: int = 32
    all_requests_per_second: float = 100.0
    outstanding_articles: int = 5_000
    outstanding_bytes: int = 64 * 1024 * 1024


class Bucket:
    """A token bucket: `rate` a second, twice that much at once."""

    def __init__(self, rate: float) -> None:
        self._rate, self._most = rate, max(1.0, 2 * rate)
        self._tokens, self._at_ms = self._most, 0

    def take(self, now_ms: int) -> float:
        """Take one; the seconds until there is one, 0 if it was taken. A clock that is set back costs nothing."""
        passed = max(0, now_ms - self._at_ms) / 1000
        self._tokens, self._at_ms = min(self._most, self._tokens + passed * self._rate), now_ms
        if self._tokens < 1:
            return (1 - self._tokens) / self._rate
        self._tokens -= 1
        return 0.0

    def give_back(self) -> None:
        """What was taken was not used."""
        self._tokens = min(self._most, self._tokens + 1)


class Gate:
    """Lets requests in, by key and altogether."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._all = Bucket(limits.all_requests_per_second)
        self._buckets: dict[str, Bucket] = {}
        self._inside: Counter[str] = Counter()

    @contextmanager
    def admitted(self, name: str, now_ms: int) -> Iterator[None]:
        """One request of the key `name`, for as long as the block takes. Raises Refused."""
        self._check_room(name)
        self._check_rate(name, now_ms)
        self._inside[name] += 1
        try:
            yield
        finally:
            self._inside[name] -= 1
            if not self._inside[name]:
                del self._inside[name]

    def _check_room(self, name: str) -> None:
        if self._inside[name] >= self._limits.key_requests:
            detail = f"{self._limits.key_requests} requests of one key at a time"
            raise Refused("too-many-requests", detail, retry_after_seconds=1)
        if self._inside.total() >= self._limits.all_requests:
            raise Refused("busy", retry_after_seconds=1)

    def _check_rate(self, name: str, now_ms: int) -> None:
        bucket = self._buckets.setdefault(name, Bucket(self._limits.key_requests_per_second))
        if wait := bucket.take(now_ms):
            detail = f"{self._limits.key_requests_per_second:g} requests a second of one key"
            raise Refused("too-many-requests", detail, retry_after_seconds=wait)
        if wait := self._all.take(now_ms):
            bucket.give_back()
            raise Refused("busy", retry_after_seconds=wait)
