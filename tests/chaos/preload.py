"""What the forkserver imports when it serves the cheap stages; as pipeline.worker.preload, but without a model."""

import tests.chaos.stages  # noqa: F401
from pipeline.orphans import ignore_signals

ignore_signals()
