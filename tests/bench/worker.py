"""The worker with a stand-in for its annotate stage: `python -m tests.bench.worker timed|identity [STAGE…]`."""

import sys

from pipeline import telemetry
from pipeline.settings import Settings
from pipeline.stages.registry import STAGES
from pipeline.worker.process import run
from tests.bench.standins import STANDINS


def main() -> None:
    """Until a signal; without names all stages, as `tickertape worker`."""
    name, *wanted = sys.argv[1:]
    settings = Settings.from_env()
    telemetry.configure(settings)
    stages = STAGES | {"annotate": STANDINS[name]}
    run([stages[one] for one in wanted or stages], settings)


if __name__ == "__main__":
    main()
