"""The fault matrix: what is done to a running pipeline, and what must hold all the same. Run by `make chaos` and by pytest."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from pipeline.settings import Settings
from tests.chaos import faults_of_workers as workers
from tests.chaos.arena import Arena, Row


@dataclass(frozen=True)
class Fault:
    """One row; `injected` and `holds` are for readers. `when`: run in CI too, only for the table, or only when asked for."""

    name: str
    injected: str
    holds: str
    run: Callable[[Arena], Row]
    when: str = "ci"


FAULTS = {
    fault.name: fault
    for fault in (
        Fault("W1", "SIGKILL at each labelled step of the lane, for the first, middle, last of a batch",
              "nothing lost, repeats equal and within the window", workers.w1),
        Fault("W2", "SIGKILL of one of two workers at random", "nothing lost, the other takes over", workers.w2),
    )
}  # fmt: skip


def run(fault: Fault, settings: Settings, folder: Path, **options: Any) -> Row:
    """Inject the fault in a world of its own; whatever goes wrong in doing so is a row that did not hold."""
    own = replace(settings, topic_prefix=f"{fault.name.lower()}-{uuid4().hex[:6]}.", partitions=3)
    folder.mkdir(exist_ok=True)
    with Arena(own, folder, **options) as arena:
        try:
            return fault.run(arena)
        except Exception as error:  # noqa: BLE001 - one row that cannot be tried must not hide the others
            trouble = f"{type(error).__name__}: {error} (logs in {folder})"
            return Row(fault.name, 0, 0, 0, 0, 0.0, False, "not tried to the end", (trouble,))
