"""The real annotate stage without NLP: state machine, ids, records and outcomes are the product's, only reading is cheap.

Each line of a text that begins with "Rebels" is an event. Its first words may say what it does to the process that reads it.
"""

import ctypes
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import replace

from pipeline import ids
from pipeline.records import Annotation, Article, Entity, Event, Span
from pipeline.settings import Settings
from pipeline.stages import annotate
from pipeline.stages.base import Handled, Stage, Work
from pipeline.stages.route import ROUTE
from tests.builders import make_event

KIND = "attack"


def handle(works: Sequence[Work], settings: Settings) -> list[Handled]:
    """As the annotate stage does, but for the reading."""
    return annotate.handle(works, settings, annotate=read)


def prepare(_: Settings) -> None:
    """No model to load."""


def read(articles: Sequence[Article], _: Settings) -> list[Annotation]:
    """Line by line."""
    return [_read(article) for article in articles]


def _read(article: Article) -> Annotation:
    lines = article.text.splitlines()
    _misbehave(lines[0])
    rebels = [line for line in lines if line.startswith("Rebels")]
    happenings = [(KIND, [line.split(" attacked ")[0]], list[str]()) for line in rebels]
    event_ids = ids.event_ids(article.key, happenings)
    events = [_event(article.text, line, name) for line, name in zip(rebels, event_ids, strict=True)]
    entities = [
        Entity(text="Rebels", label="ORG", start=event.sentence.start, end=event.sentence.start + 6) for event in events
    ]
    return Annotation(entities=entities, events=events)


def _event(text: str, line: str, event_id: str) -> Event:
    start = text.index(line)
    return make_event(
        event_id=event_id, actors=[], trigger=Span(text="Rebels", start=start, end=start + 6),
        sentence=Span(text=line, start=start, end=start + len(line)),
    )  # fmt: skip


def _misbehave(line: str) -> None:
    """What the first line orders, if it is an order."""
    match line.split(" ")[0]:
        case "Slow":
            time.sleep(float(line.split(" ")[1]))
        case "Hang":
            time.sleep(3600)
        case "Spin":
            while True:
                pass
        case "Kill":
            os._exit(9)
        case "Crash":
            ctypes.string_at(0)
        case "Swallow":  # all the memory that it may have
            limit = 512 * 1024 * 1024
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
            _ = [bytearray(1024 * 1024) for _ in range(1024)]


ANNOTATE: Stage = replace(annotate.ANNOTATE, handle=handle, prepare=prepare)
# The same in the worker's own process: for those who start hundreds.
INLINE: Stage = replace(ANNOTATE, pooled=False)
STAGES: dict[str, Stage] = {"annotate": ANNOTATE, "inline": INLINE, "route": ROUTE}
