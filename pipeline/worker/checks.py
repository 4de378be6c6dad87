"""What must hold before the first message is read. Every message names the next command."""

import faust.streams

from pipeline.broker import admin
from pipeline.errors import BrokerError, TickertapeError
from pipeline.settings import Settings
from pipeline.stages.base import Stage


def check(stage: Stage, settings: Settings) -> None:
    """Raises BrokerError (Kafka does not answer, topics missing or uneven), TickertapeError (Faust half installed)."""
    if vars(faust.streams)["_CStreamIterator"] is None:
        # Its pure Python stand-in acknowledges messages of an earlier assignment: they would be lost.
        raise TickertapeError("Faust lacks its compiled parts: run `pip install --force-reinstall faust-streaming`")
    names = _names(stage, settings)
    found = admin.describe_topics(settings, names)
    missing = sorted(names - set(found))
    if missing:
        raise BrokerError(f"there is no topic {', '.join(missing)}: run `tickertape topics apply`")
    together = [settings.topic_prefix + topic.name for topic in (*stage.reads, stage.state) if topic]
    if len({found[name].partitions for name in together}) > 1:
        counts = ", ".join(f"{name} {found[name].partitions}" for name in together)
        raise BrokerError(
            f"the partitions of {stage.name}'s topics must be equal in number, so that a key's state is where its "
            f"messages are ({counts}): raise TICKERTAPE_PARTITIONS to the highest and run `tickertape topics apply`"
        )


def _names(stage: Stage, settings: Settings) -> set[str]:
    return {settings.topic_prefix + topic.name for topic in (*stage.reads, *stage.writes, stage.state) if topic}
