"""NDJSON: one CloudEvent a line, as it stands in the topic."""

from collections.abc import Iterable, Iterator

from pipeline import codec
from pipeline.sinks.exports.base import Event, Export


def render(events: Iterable[Event]) -> Iterator[bytes]:
    """A line an event."""
    for event in events:
        yield codec.encode(event) + b"\n"


NDJSON = Export(media_type="application/x-ndjson", suffix=".ndjson", render=render)
