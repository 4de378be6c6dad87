"""A replay run: candidates → chunks → Kafka's confirmation → progress. Counted: what was read is what the counts add up to."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, Protocol

from pipeline import codec, instants
from pipeline.broker.produce import Failure, Receipt
from pipeline.records import Article, Outgoing
from pipeline.replay.candidates import Candidate, Found
from pipeline.replay.pace import Pace
from pipeline.replay.progress import Sent
from pipeline.replay.selection import Selection, language, written
from pipeline.sources.folder import LeftOut
from pipeline.sources.items import Rejected


class Sender(Protocol):
    """Where records go, such as a `broker.produce.Producer`."""

    def deliver(self, records: Sequence[Outgoing]) -> list[Receipt | Failure]:
        """Send together, and wait for what becomes of each."""


class Done(Protocol):
    """What was sent before: a `progress.Progress`."""

    def __contains__(self, fingerprint: bytes) -> bool: ...

    def add(self, sent: Iterable[Sent]) -> None: ...


@dataclass(slots=True)
class Counts:
    """What was read, each in exactly one of: sent, unconfirmed, sent before, excluded, rejected, left out."""

    read: int = 0
    sent: int = 0
    unconfirmed: int = 0
    sent_before: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    left_out: int = 0
    bytes: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    first_ms: int | None = None
    last_ms: int | None = None
    undated: int = 0

    def wanted(self, article: Article) -> None:
        """An article that is to be sent: its language and its date."""
        self.languages[language(article)] += 1
        written_ms = written(article)
        if written_ms is None:
            self.undated += 1
            return
        self.first_ms = written_ms if self.first_ms is None else min(self.first_ms, written_ms)
        self.last_ms = written_ms if self.last_ms is None else max(self.last_ms, written_ms)

    def plain(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "read": self.read, "sent": self.sent, "unconfirmed": self.unconfirmed, "sent_before": self.sent_before,
            "excluded": dict(sorted(self.excluded.items())), "rejected": dict(sorted(self.rejected.items())),
            "left_out": self.left_out, "bytes": self.bytes, "languages": dict(self.languages.most_common()),
            "first_at": None if self.first_ms is None else instants.from_ms(self.first_ms),
            "last_at": None if self.last_ms is None else instants.from_ms(self.last_ms), "undated": self.undated,
        }  # fmt: skip


class Nowhere:
    """Where a dry run sends to: everything is confirmed at once, and remembered as long as the run goes on, so that a
    repetition within an archive counts as one."""

    def __init__(self) -> None:
        self._sent: set[bytes] = set()

    def deliver(self, records: Sequence[Outgoing]) -> list[Receipt | Failure]:
        """A receipt for each."""
        return [Receipt(topic=record.topic, partition=0, offset=0) for record in records]

    def __contains__(self, fingerprint: bytes) -> bool:
        return fingerprint in self._sent

    def add(self, sent: Iterable[Sent]) -> None:
        """Remember what would have been sent."""
        self._sent.update(fingerprint for fingerprint, _, _ in sent)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What to do with candidates: where to, which of them, at most how many (those sent before count)."""

    topic: str
    replay_id: str
    selection: Selection
    limit: int | None = None
    headers: tuple[tuple[str, bytes], ...] = ()


@dataclass(slots=True)
class Run:
    """One run; `report` hears of every rejected item."""

    task: Task
    sender: Sender
    done: Done
    pace: Pace
    report: Callable[[Rejected], None]
    counts: Counts = field(default_factory=Counts)
    _under_way: set[bytes] = field(default_factory=set)

    def __call__(self, found: Iterable[Found]) -> Iterator[None]:
        """Send everything that is wanted; a step for each chunk and each second of waiting."""
        fresh = self._fresh(found)
        while chunk := list(islice(fresh, self.pace.chunk)):
            yield from self.pace.wait()
            self._send(chunk)
            self.pace.sent(len(chunk))
            yield

    def _fresh(self, found: Iterable[Found]) -> Iterator[Candidate]:
        """Candidates that are wanted and were not sent before."""
        for one in found:
            if self.task.limit is not None and self._taken >= self.task.limit:
                return
            self.counts.read += 1
            if isinstance(one, Candidate):
                if self._is_wanted(one):
                    self._under_way.add(one.fingerprint)
                    yield one
            elif isinstance(one, LeftOut):
                self.counts.left_out += 1
            else:
                self.counts.rejected[one.problem.code] += 1
                self.report(one)

    @property
    def _taken(self) -> int:
        counts = self.counts
        return counts.sent + counts.unconfirmed + counts.sent_before + len(self._under_way)

    def _is_wanted(self, one: Candidate) -> bool:
        reason = None if one.article is None else self.task.selection.excluded(one.article)
        if reason is not None:
            self.counts.excluded[reason] += 1
            return False
        if one.fingerprint in self._under_way or one.fingerprint in self.done:
            self.counts.sent_before += 1
            return False
        if one.article is not None:
            self.counts.wanted(one.article)
        return True

    def _send(self, chunk: list[Candidate]) -> None:
        """Send together, wait for Kafka, remember what it confirmed."""
        task = self.task
        records = [
            Outgoing(topic=task.topic, key=one.key, value=self._stamped(one), headers=task.headers) for one in chunk
        ]
        sent = []
        for one, result in zip(chunk, self.sender.deliver(records), strict=True):
            if isinstance(result, Failure):
                self.counts.unconfirmed += 1
                continue
            self.counts.sent += 1
            self.counts.bytes += len(one.value or b"")
            sent.append((one.fingerprint, result.partition, result.offset))
        self.done.add(sent)
        self._under_way.clear()

    def _stamped(self, one: Candidate) -> bytes | None:
        """The value with the run's name in it; bytes that hold no article go as they stand."""
        if one.article is None:
            return one.value
        return codec.encode(replace(one.article, replay_id=self.task.replay_id))
