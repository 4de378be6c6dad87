"""The worker: Faust at the edge of the stages. `faust -A pipeline.worker worker -l info` runs the annotate stage."""

from typing import Any


def __getattr__(name: str) -> Any:
    """`app`, built when Faust's command line asks for it: importing this package does nothing."""
    if name != "app":
        raise AttributeError(name)
    from pipeline.settings import Settings
    from pipeline.stages.registry import STAGES
    from pipeline.worker.apps import create_app

    return create_app(STAGES["annotate"], Settings.from_env())
