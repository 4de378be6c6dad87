"""A run: each candidate ends in exactly one count, and nothing that Kafka did not confirm is remembered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from pipeline import codec
from pipeline.broker.produce import Failure, Receipt
from pipeline.records import Article, Outgoing, Problem
from pipeline.replay.candidates import Found, of_items
from pipeline.replay.pace import Pace
from pipeline.replay.run import Counts, Nowhere, Run, Task
from pipeline.replay.selection import Selection
from pipeline.sources.folder import LeftOut
from pipeline.sources.items import Item, Rejected


@dataclass
class Log:
    """A topic of one partition; `refuses` are keys that it never takes."""

    refuses: set[bytes] = field(default_factory=set)
    records: list[Outgoing] = field(default_factory=list)

    def deliver(self, records: Sequence[Outgoing]) -> list[Receipt | Failure]:
        return [self._one(record) for record in records]

    def _one(self, record: Outgoing) -> Receipt | Failure:
        if record.key in self.refuses:
            return Failure(topic=record.topic, key=record.key, reason="no")
        self.records.append(record)
        return Receipt(topic=record.topic, partition=0, offset=len(self.records) - 1)


def article(number: int, **values: Any) -> Article:
    return Article(**{"provider": "p", "guid": str(number), "text": f"text {number}", **values})


def run(found: Iterable[Item | LeftOut], log: Log, done: Any = None, **task: Any) -> tuple[Counts, Any, list[Rejected]]:
    reported: list[Rejected] = []
    done = Nowhere() if done is None else done
    pace = Pace(rate=None, most_lag=None, lag=int, now=lambda: 0.0, sleep=lambda _: None)
    going = Run(
        Task(**{"topic": "t", "replay_id": "r", "selection": Selection(), **task}), log, done, pace, reported.append
    )
    for _ in going(of_items(found)):
        pass
    return going.counts, done, reported


def keys(log: Log) -> list[bytes]:
    return [record.key for record in log.records]


def test_articles_go_out_with_the_runs_name() -> None:
    log = Log()
    run([article(1, replay_id="of another run")], log, headers=(("reprocess", b"r"),))
    assert log.records == [
        Outgoing(topic="t", key=b"p|1", value=codec.encode(article(1, replay_id="r")), headers=(("reprocess", b"r"),))
    ]


def test_what_was_read_adds_up() -> None:
    """Sent, filtered, rejected, left out, a repetition, one refused by Kafka."""
    rejected = Rejected(path="x", line=3, problem=Problem(code="invalid-json", message="m"))
    found: list[Item | LeftOut] = [
        article(1),
        article(2, language="fr"),
        rejected,
        LeftOut("y"),
        article(1),
        article(3),
        article(4),
    ]
    counts, _, reported = run(found, Log(refuses={b"p|3"}), selection=Selection(languages=frozenset({"und"})))
    assert (counts.read, counts.sent, counts.sent_before, counts.unconfirmed, counts.left_out) == (7, 2, 1, 1, 1)
    assert (dict(counts.excluded), dict(counts.rejected)) == ({"language": 1}, {"invalid-json": 1})
    assert reported == [rejected]


def test_only_what_was_confirmed_is_not_sent_again() -> None:
    found = [article(1), article(2), article(3)]
    _, done, _ = run(found, Log(refuses={b"p|2"}))
    log = Log()
    counts, _, _ = run(found, log, done)
    assert (keys(log), counts.sent, counts.sent_before) == ([b"p|2"], 1, 2)


def test_content_counts_not_its_place() -> None:
    """The archive was renamed, sorted anew, and has grown; a corrected article is another."""
    _, done, _ = run([article(1), article(2)], Log())
    log = Log()
    run([article(3), article(2), article(1, text="corrected"), article(1)], log, done)
    assert keys(log) == [b"p|3", b"p|1"]


@pytest.mark.parametrize(("limit", "sent"), [(1, 1), (3, 3), (9, 5)])
def test_a_limit(limit: int, sent: int) -> None:
    log = Log()
    counts, _, _ = run(map(article, range(5)), log, limit=limit)
    assert (len(log.records), counts.sent) == (sent, sent)


def test_a_limit_counts_what_was_sent_before() -> None:
    """The same command with the same limit has nothing left to do; with a higher one, the difference."""
    _, done, _ = run(map(article, range(5)), Log(), limit=3)
    log = Log()
    run(map(article, range(5)), log, done, limit=3)
    assert keys(log) == []
    run(map(article, range(5)), log, done, limit=4)
    assert keys(log) == [b"p|3"]


def test_dates_and_languages_are_those_of_what_is_sent() -> None:
    found = [
        article(1, published_at="2020-02-01T00:00:00Z", language="en"),
        article(2, published_at="2019-02-01T00:00:00Z", language="en-GB"),
        article(3),
    ]
    counts, _, _ = run(found, Log())
    plain = counts.plain()
    assert (plain["first_at"], plain["last_at"]) == ("2019-02-01T00:00:00.000Z", "2020-02-01T00:00:00.000Z")
    assert (plain["languages"], plain["undated"]) == ({"en": 2, "und": 1}, 1)


def candidates(found: Iterable[Item]) -> list[Found]:
    return list(of_items(found))


def test_the_same_content_is_the_same_candidate_whatever_run_it_came_with() -> None:
    one, other = candidates([article(1, replay_id="a"), article(1, replay_id="b")])
    assert one == other
