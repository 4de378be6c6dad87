"""Imported once, by the forkserver: the one module whose import does something.

It loads what the pooled stages need (the spaCy model), so that all pool processes share that memory and start at once.
The collector is frozen so that it does not touch, and thereby copy, the shared pages.
"""

import gc

from pipeline.errors import TickertapeError
from pipeline.orphans import ignore_signals
from pipeline.settings import Settings
from pipeline.stages.registry import STAGES


def _load() -> None:
    for stage in STAGES.values():
        if stage.pooled:
            try:
                stage.prepare(Settings.from_env())
            except TickertapeError:
                # The forkserver has nobody to tell; `Pool.start` repeats this in a process that has, and raises it.
                return


# The forkserver's death would look like that of all pool processes.
ignore_signals()
_load()
gc.collect()
gc.freeze()
