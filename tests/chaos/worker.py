"""The real worker with the cheap stages, as a program: `python -m tests.chaos.worker STAGE…`."""

import sys

from pipeline import telemetry
from pipeline.settings import Settings
from pipeline.worker.process import run
from tests.chaos.stages import STAGES

# The least that Kafka allows.
SESSION_SECONDS = 6


def main() -> None:
    """Run the named stages with the settings of the environment."""
    settings = Settings.from_env()
    telemetry.configure(settings)
    run(
        [STAGES[name] for name in sys.argv[1:]],
        settings,
        preload="tests.chaos.preload",
        session_seconds=SESSION_SECONDS,
    )


if __name__ == "__main__":
    main()
