"""Checks of this machine: no Kafka needed. Each takes the settings and returns one Check."""

import multiprocessing
import platform
import shutil
import sys
import time
from collections.abc import Callable

from pipeline import __version__
from pipeline.doctor.check import Check
from pipeline.errors import ModelError
from pipeline.nlp import model
from pipeline.schema_gate import gate
from pipeline.settings import Settings

OLDEST_PYTHON = (3, 11)
START_METHOD = "forkserver"
# The embedded broker's log, an hour of busy wire, and room for a segment to roll.
FREE_BYTES = 1024**3


def python(settings: Settings) -> Check:
    """Python is new enough."""
    detail = f"{platform.python_version()}, tickertape {__version__}"
    new = sys.version_info >= OLDEST_PYTHON
    return Check(name="python", ok=new, detail=detail, next_step=None if new else "install Python 3.11 or newer")


def model_loads(settings: Settings) -> Check:
    """The spaCy model loads."""
    started = time.perf_counter()
    try:
        model.load()
    except ModelError as error:
        return Check(name="model", ok=False, detail=str(error), next_step="make install")
    seconds = time.perf_counter() - started
    return Check(name="model", ok=True, detail=f"{model.MODEL.name} {model.MODEL.version}, loaded in {seconds:.1f} s")


def schemas(settings: Settings) -> Check:
    """The JSON Schemas are sound and as released."""
    faults = gate.faults()
    if faults:
        detail = faults[0] + (f" and {len(faults) - 1} more" if len(faults) > 1 else "")
        return Check(name="schemas", ok=False, detail=detail, next_step="tickertape schema check")
    return Check(name="schemas", ok=True, detail="sound, and as released")


def pool(settings: Settings) -> Check:
    """NLP processes can be started the way the pool does it."""
    able = START_METHOD in multiprocessing.get_all_start_methods()
    detail = f"start method {START_METHOD}" + ("" if able else f" is unknown to {platform.system()}")
    return Check(name="pool", ok=able, detail=detail, next_step=None if able else "run the worker on Linux")


def disk(settings: Settings) -> Check:
    """There is room under the state folder."""
    folder = next(path for path in (settings.state_path, *settings.state_path.absolute().parents) if path.exists())
    free = shutil.disk_usage(folder).free
    detail = f"{free / 1024**3:.1f} GiB free at {settings.state_path}"
    roomy = free >= FREE_BYTES
    return Check(
        name="disk", ok=roomy, detail=detail,
        next_step=None if roomy else "free some, or set TICKERTAPE_STATE_HOME to a roomier place",
    )  # fmt: skip


CHECKS: dict[str, Callable[[Settings], Check]] = {
    "python": python,
    "model": model_loads,
    "schemas": schemas,
    "pool": pool,
    "disk": disk,
}
