"""What the forkserver imports when it serves test stages; as pipeline.worker.preload, but without a model."""

import tests.worker.stages  # noqa: F401
from pipeline.orphans import ignore_signals

ignore_signals()
