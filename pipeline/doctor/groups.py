"""The consumer groups of the worker: which there are, what they read."""

from pipeline.settings import Settings
from pipeline.topics import ARTICLES, BACKFILL, EVENTS, Topic

# As the stages read them (tests/doctor compares with pipeline/stages).
READS: dict[str, tuple[Topic, ...]] = {"annotate": (ARTICLES, BACKFILL), "route": (EVENTS,)}


def group_name(settings: Settings, stage: str) -> str:
    """The consumer group of a stage."""
    return f"{settings.topic_prefix}tickertape-{stage}"
