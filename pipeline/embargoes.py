"""Articles under embargo, read back from what is known of each item: which wait, and until when."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline import codec
from pipeline.broker.consume import consume
from pipeline.records import HeldVersion, Message
from pipeline.settings import Settings
from pipeline.stages.held import waiting
from pipeline.topics import STATE

Unreadable = Callable[[Message, codec.DecodeError], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An article that waits, under its key."""

    key: str
    record: HeldVersion


def embargoes(settings: Settings, unreadable: Unreadable) -> list[Held]:
    """All that wait now: those that only somebody can release first, then by time. Raises BrokerError."""
    found: dict[tuple[int, bytes], HeldVersion] = {}
    for message in consume(settings, [settings.topic_prefix + STATE.name]):
        place = (message.partition, message.key or b"")
        held = _held(message, unreadable)
        if held is not None:
            found[place] = held
        else:
            found.pop(place, None)
    all_of_them = [Held(key=one.article.key, record=one) for one in found.values()]
    return sorted(all_of_them, key=lambda one: (one.record.until or "", one.key))


def _held(message: Message, unreadable: Unreadable) -> HeldVersion | None:
    if message.value is None:
        return None
    try:
        return waiting(message.value)
    except codec.DecodeError as error:
        unreadable(message, error)
        return None
