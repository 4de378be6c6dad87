"""The annotate stage measured or emptied, for tests.bench.worker.

`timed`: as it is, and every pool process writes the CPU seconds that it spent in annotate itself (text to findings) into the
state folder. `identity`: nothing is found in any text, at no cost; all the rest is as ever. `slow`: each text takes 50 ms more.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from pipeline.records import Annotation, Article
from pipeline.settings import Settings
from pipeline.stages import annotate as stage
from pipeline.stages.annotate import ANNOTATE
from pipeline.stages.base import Handled, Stage, Work, nothing
from pipeline.stages.syndication import Find

NOTHING = Annotation(entities=[], events=[])
FIND = stage._find
SLOWER_SECONDS = 0.05
PREFIX = "annotate-seconds-"
_spent = 0.0


def identity(works: Sequence[Work], settings: Settings) -> list[Handled]:
    """The stage, were annotate to take no time."""
    return _with(_nothing, works, settings)


def _nothing(articles: Sequence[Article], _: Settings) -> list[Annotation]:
    return [NOTHING] * len(articles)


def timed(works: Sequence[Work], settings: Settings) -> list[Handled]:
    """The stage, and what annotate cost, in a file that `spent_seconds` reads."""
    try:
        return _with(_counted, works, settings)
    finally:
        (settings.state_path / f"{PREFIX}{os.getpid()}").write_text(str(_spent))


def _counted(articles: Sequence[Article], settings: Settings) -> list[Annotation]:
    global _spent
    begun = time.process_time()
    try:
        return FIND(articles, settings)
    finally:
        _spent += time.process_time() - begun


def slow(works: Sequence[Work], settings: Settings) -> list[Handled]:
    """The stage, each text 50 ms slower."""
    return _with(_slowly, works, settings)


def _slowly(articles: Sequence[Article], settings: Settings) -> list[Annotation]:
    time.sleep(SLOWER_SECONDS * len(articles))
    return FIND(articles, settings)


def _with(find: Find, works: Sequence[Work], settings: Settings) -> list[Handled]:
    """The stage, with another way to find what is in texts: in its place, so that all around it is as ever."""
    vars(stage)["_find"] = find
    try:
        return stage.handle(works, settings)
    finally:
        vars(stage)["_find"] = FIND


def spent_seconds(folder: Path) -> float:
    """CPU seconds in annotate, of all pool processes that wrote into the folder."""
    return sum(float(path.read_text() or 0) for path in folder.glob(f"{PREFIX}*"))


STANDINS: dict[str, Stage] = {
    "timed": replace(ANNOTATE, handle=timed),
    "identity": replace(ANNOTATE, handle=identity, prepare=nothing),
    "slow": replace(ANNOTATE, handle=slow),
}
