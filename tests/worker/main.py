"""The worker with test stages, as a program: `python -m tests.worker.main STAGE…`."""

import sys

from pipeline import telemetry
from pipeline.settings import Settings
from pipeline.worker.process import run
from tests.worker.stages import STAGES


def main() -> None:
    """Run the named stages with the settings of the environment."""
    settings = Settings.from_env()
    telemetry.configure(settings)
    # Short, for many tests wait for it to pass; but no busy machine lets a loop stand still so long.
    run([STAGES[name] for name in sys.argv[1:]], settings, preload="tests.worker.preload", session_seconds=10)


if __name__ == "__main__":
    main()
