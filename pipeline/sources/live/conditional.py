"""Asking HTTP only for what changed, and staying away when asked to: what of an answer is remembered for the next GET. Pure.

In a memory: `etag`, `last_modified`, `body` (digest), `moved_to`, `failing_since_ms`, `not_before_ms`.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.records import Problem
from pipeline.sources.live import pace
from pipeline.sources.live.base import Memory, Polled, Response

# What the memory of a healthy source does not have. A restart does not make up for a Retry-After.
FAILING = ("failing_since_ms", "not_before_ms")
GONE_SECONDS = 86_400.0


def conditions(past: Memory, accept: str) -> dict[str, str]:
    """The headers of a conditional GET: the validators go back as they came, quotes and all."""
    headers = {"accept": accept, "if-none-match": past.get("etag"), "if-modified-since": past.get("last_modified")}
    return {name: value for name, value in headers.items() if value}


def is_same(answer: Response, past: Memory) -> bool:
    """Whether nothing changed: a 304, or the very same body from a server that knows no validators."""
    return answer.status == 304 or (answer.status == 200 and fingerprint(answer.body) == past.get("body"))


def validators(answer: Response, *, all_taken: bool) -> dict[str, Any]:
    """What to remember of an answer; nothing while a part of it waits for a later poll."""
    if not all_taken:
        return {"etag": None, "last_modified": None, "body": None}
    return {
        "etag": answer.headers.get("etag"),
        "last_modified": answer.headers.get("last-modified"),
        "body": fingerprint(answer.body),
    }


def moved(answer: Response) -> dict[str, str]:
    """Where the URL has moved for good."""
    return {"moved_to": answer.moved_to} if answer.moved_to else {}


def fingerprint(body: bytes) -> str:
    """Stands for a body."""
    return hashlib.sha256(body).hexdigest()[:32]


def well(past: Memory) -> dict[str, Any]:
    """The memory of a source that has just answered as it should."""
    return {name: value for name, value in past.items() if name not in FAILING}


@dataclass(frozen=True, slots=True)
class Patience:
    """How a source that fails is asked again: after `interval_seconds` at least, and `longest_seconds` at most."""

    name: str
    interval_seconds: float
    longest_seconds: float = pace.BACKOFF_SECONDS


def failed(whose: Patience, past: Memory, problem: Problem, headers: Mapping[str, str], now_ms: int) -> Polled:
    """Come again later each time, and not before the server wants it. The validators stay, for the source that comes back may
    be the one we know; where it had moved to does not."""
    new: dict[str, Any] = {"failing_since_ms": now_ms}
    new |= {key: value for key, value in past.items() if key != "moved_to"}
    wait_seconds = pace.backoff(whose.interval_seconds, new["failing_since_ms"], now_ms)
    wait_seconds = max(whose.interval_seconds, min(wait_seconds, whose.longest_seconds))
    if told := pace.retry_after(headers, now_ms):
        new["not_before_ms"] = now_ms + int(told * 1000)
        wait_seconds = max(wait_seconds, told)
    return Polled(
        memory=new if new != past else None,
        wait_seconds=pace.jittered(wait_seconds, whose.name, now_ms),
        problem=problem,
    )


def waiting(url: str, past: Memory, now_ms: int) -> Polled | None:
    """The poll that is none, because the server asked for a pause; None if it did not, or the pause is over."""
    left_ms = past.get("not_before_ms", 0) - now_ms
    if left_ms <= 0:
        return None
    message = f"{url} asked for a pause (Retry-After), which is not over"
    return Polled(wait_seconds=left_ms / 1000, problem=Problem(code="told-to-wait", message=message))


def answered(answer: Response) -> Problem:
    """What a status says that is none of those one hopes for."""
    return Problem(code=f"http-{answer.status}", message=f"{answer.url} answered {answer.status}")


def gone(url: str, memory: dict[str, Any] | None = None) -> Polled:
    """The end of a source (410, and not only where it had moved to); `memory` to save, if that is news."""
    message = f"{url} is gone for good (410): take it out of sources.toml, or change its url"
    return Polled(memory=memory, wait_seconds=GONE_SECONDS, problem=Problem(code="gone", message=message))
