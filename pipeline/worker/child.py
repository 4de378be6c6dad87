"""What runs inside a pool process: its start, and one attempt at a batch. Imports nothing heavy itself."""

import importlib
import signal
import traceback
from collections.abc import Callable, Sequence

from pipeline import telemetry
from pipeline.contracts import ContractError
from pipeline.errors import TickertapeError
from pipeline.orphans import end_with, ignore_signals
from pipeline.settings import Settings
from pipeline.stages.base import Handle, Handled, Work
from pipeline.worker.blame import Failure

# Beyond the pool's own time limit, which the worker enforces; this one holds when there is no worker any more.
ALARM_FACTOR = 2.0


def start(worker_pid: int, settings: Settings) -> None:
    """Runs first in every pool process."""
    ignore_signals()
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    end_with(worker_pid)
    telemetry.configure(settings)


def prepare(stage_prepare: Callable[[Settings], None], settings: Settings, preload: str) -> None:
    """Load what the stage needs; free if the preload did so. Raises ModelError, or ImportError for the preload itself:
    the forkserver swallows that, and every process would then load everything for itself.
    """
    importlib.import_module(preload)
    stage_prepare(settings)


def run(handle: Handle, works: Sequence[Work], settings: Settings) -> list[Handled] | Failure:
    """One attempt in a pool process. The alarm ends it even if C code holds the interpreter and no worker is left."""
    signal.setitimer(signal.ITIMER_REAL, settings.batch_seconds * ALARM_FACTOR)
    try:
        return attempt(handle, works, settings)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def attempt(handle: Handle, works: Sequence[Work], settings: Settings) -> list[Handled] | Failure:
    """`handle`, with what it raises about messages as a value; ContractError and bad worlds pass through."""
    try:
        results = handle(works, settings)
    except (ContractError, TickertapeError):
        raise
    except Exception as error:  # noqa: BLE001 - a stage's own bug must not stop the others' messages
        return Failure(
            code="handler-failed", message=f"{type(error).__name__}: {error}", traceback=traceback.format_exc()
        )
    if len(results) != len(works):
        raise ContractError(f"{handle.__module__}.{handle.__name__} made {len(results)} results of {len(works)}")
    return results
