"""C1, T2, T3, S2-S7: too much, late, twice, out of order, removed, replaced, spread, all over again."""

import json
import time
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import Any

import psutil

from pipeline.broker.admin import apply_topics
from pipeline.records import Article
from pipeline.topics import ARTICLES, BACKFILL, CURRENT, ENTITIES, EVENTS, OUTCOMES, STATE
from tests.chaos.arena import WINDOW, Arena, Row, article, until
from tests.chaos.log import Log, Reader
from tests.chaos.verifier import Measure
from tests.kafka.worker_world import Worker

RSS_CAP_MB = 1536.0
# What tells of the delivery and not of the world (pipeline/README.md, "The view converges").
ATTACKS = [f"Rebels {number} attacked a convoy." for number in range(4)]
HISTORY = ("revision", "detected_at")


def c1(arena: Arena) -> Row:
    """Ten times as much as it can read, for a while: what waits, waits in Kafka."""
    seconds = 60 if arena.thorough else 15
    worker = arena.worker(window_articles=512)
    padding = "The day passed without news. " * 100
    rss: list[float] = []
    with arena.watched(), arena.fed(per_second=100, first_line="Slow 0.1", headline=padding):
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            rss.append(_rss_mb(worker))
            time.sleep(0.5)
    lag = arena.lag("annotate")
    worker.stop()
    half = len(rss) // 2
    growth = max(rss[half:]) - max(rss[:half])
    arena.measures += [
        Measure("I8", "RSS in MB", max(rss), RSS_CAP_MB),
        Measure("I8", "growth in the second half in MB", growth, 64),
    ]
    arena.expect(lag > WINDOW, f"only {lag} waited: it was not too much")
    return arena.row(
        "C1", 0.0, f"RSS {max(rss):.0f} MB, {growth:+.0f} MB in the second half, lag {lag}", duplicates=0, drained=False
    )


def _rss_mb(worker: Worker) -> float:
    """The worker's and its children's."""
    own = psutil.Process(worker.process.pid)
    return sum(float(one.memory_info().rss) for one in (own, *own.children(recursive=True))) / 1024 / 1024


def versions(seed: int, items: int = 40) -> list[Article]:
    """Each item in one to five versions that say different things, in order."""
    random = Random(seed)
    return [
        replace(
            article(number),
            version=str(version),
            version_created_at=f"2024-06-16T07:{version:02}:00Z",
            text="\n".join([f"Version {version}.", *random.sample(ATTACKS, random.randint(0, 3))]),
        )
        for number in range(items)
        for version in range(1, random.randint(2, 6))
    ]


def t2(arena: Arena) -> Row:
    """Versions in any order, some much too late: the view ends as if they had come in order."""
    ordered = versions(arena.seed)
    late = arena.random.sample(ordered, len(ordered) // 10)
    rest = [one for one in ordered if one not in late]
    arena.random.shuffle(rest)
    view, seconds = _view(arena, [*rest, *late])
    with arena.twin() as twin:
        in_order, _ = _view(twin, ordered)
    arena.expect(view == in_order, f"{len(view.items() ^ in_order.items())} rows of the views differ")
    return arena.row("T2", seconds, f"{len(view)} events in both views, equal", duplicates=0)


def t3(arena: Arena) -> Row:
    """Everything twice and ten times: events and views are those of once."""
    once = arena.articles(60)
    twice, often = once[:40], once[:20]
    many = [*once, *twice, *(one for one in often for _ in range(8))]
    arena.random.shuffle(many)
    view, seconds = _view(arena, many)
    with arena.twin() as twin:
        of_once, _ = _view(twin, once)
    arena.expect(view == of_once, f"{len(view.items() ^ of_once.items())} rows of the views differ")
    return arena.row("T3", seconds, f"{len(view)} events, as of once", duplicates=0)


def _view(arena: Arena, articles: Iterable[Article]) -> tuple[dict[str, str], float]:
    """What news.events-current.v1 ends as, without the history of the delivery."""
    worker = arena.worker("annotate", "route")
    arena.send(articles)
    seconds = arena.settle(60)
    arena.settle(60, "route")
    worker.stop()
    with Reader(arena.settings.brokers, arena.settings.topic_prefix, [CURRENT.name], "none") as reader:
        records = reader.catch_up().of(CURRENT.name)
    last = {(one.key or b"").decode(): one.value for one in records}
    return {key: _said(json.loads(value)) for key, value in last.items() if value is not None}, seconds


def _said(event: Any) -> str:
    data = {name: value for name, value in event["data"].items() if name not in HISTORY}
    return json.dumps([event["subject"], event["partitionkey"], data], sort_keys=True)


def s2(arena: Arena) -> Row:
    """Retention removes what was not read yet: that is told, and the rest is read."""
    with arena.watched():
        arena.send(arena.articles(60))
        worker = arena.worker()
        arena.settle(60)
        worker.stop()
        arena.send(arena.articles(60))
        arena.delete_records(ARTICLES)
        arena.send(arena.articles(60))
        worker = arena.worker()
        seconds = arena.settle(60)
        worker.stop()
    arena.expect("retention removed" in worker.said, "nobody was told of the gap")
    arena.expect(arena.outcomes_now() == 120, f"{arena.outcomes_now()} outcomes, not 120")
    return arena.row("S2", seconds, "60 were gone, and that was told", duplicates=0)


def s4(arena: Arena) -> Row:
    """The input topic is deleted and made anew: the worker ends or goes on, but does not stay silent."""
    worker = arena.worker(stall_seconds=10)
    arena.send(arena.articles(30))
    arena.settle(60)
    for topic in (ARTICLES, ENTITIES, EVENTS, OUTCOMES):  # what they say of the old inputs would not fit the new
        arena.delete_topic(topic)
    until(lambda: _again(arena), "the topics made anew", 30)
    arena.send(arena.articles(30))
    began = time.monotonic()
    until(lambda: worker.process.poll() is not None or arena.outcomes_now() >= 30, "an end, or outcomes", 90)
    seconds = time.monotonic() - began
    code = worker.process.poll()
    if code is not None:
        arena.expect(code == 3, f"ended with {code}, not 3")
        worker = arena.worker()
    arena.settle(60)
    worker.stop()
    arena.measures.append(Measure("I7", "seconds until it ended or went on", seconds, 60))
    arena.expect(arena.outcomes_now() >= 30, "not all were read")
    return arena.row(
        "S4", seconds, f"ended with {code}" if code is not None else "went on by itself", duplicates=WINDOW
    )


def _again(arena: Arena) -> bool:
    """Whether the topics could be made; Kafka takes a moment to forget the old ones."""
    apply_topics(arena.settings, arena.topics)
    return arena.outcomes_now() == 0


def s5(arena: Arena) -> Row:
    """Three partitions become six while it reads."""
    worker = arena.worker()
    with arena.watched():
        arena.send(arena.articles(60))
        arena.settle(60)
        apply_topics(replace(arena.settings, partitions=6), arena.topics)
        arena.send(arena.articles(120))
        seconds = until(lambda: worker.process.poll() is not None or arena.lag("annotate") == 0, "all six read", 90)
        code = worker.process.poll()
        if code is not None:
            arena.expect(code == 3, f"ended with {code}, not 3")
            worker = arena.worker()
        arena.settle(60)
        worker.stop()
    with arena.reader() as reader:
        used = {one.partition for one in reader.catch_up().of(ARTICLES.name)}
    arena.expect(used == set(range(6)), f"only partitions {sorted(used)} were used")
    return arena.row("S5", seconds, "all six read", duplicates=0)


def s7(arena: Arena) -> Row:
    """The group forgets where it was: everything is read again, and says the same."""
    articles = versions(arena.seed)
    with arena.watched():
        arena.send(articles)
        worker = arena.worker()
        arena.settle(60)
        worker.stop()
        first = _unique(arena)
        arena.delete_group("annotate")
        arena.samples.clear()
        worker = arena.worker()
        seconds = arena.settle(60)
        worker.stop()
    again = _unique(arena)
    arena.expect(first == again, f"{len(first ^ again)} records are new or gone")
    return arena.row("S7", seconds, f"{len(first)} different records before and after", duplicates=len(articles))


def _unique(arena: Arena) -> set[tuple[str, bytes | None, bytes | None]]:
    """The different records of all outputs but states, which remember that they saw an input again."""
    with arena.reader() as reader:
        log: Log = reader.catch_up()
    left_out = (ARTICLES.name, BACKFILL.name, STATE.name)
    return {
        (topic, one.key, one.value) for topic, found in log.records.items() if topic not in left_out for one in found
    }
