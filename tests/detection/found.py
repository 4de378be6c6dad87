"""What the detector finds in a text, in a form that a table of cases can be compared with."""

from datetime import date

from pipeline.detection.detector import detect
from pipeline.nlp import model
from pipeline.nlp.reading import Reading, read
from pipeline.records import Event

PUBLISHED_ON = date(2026, 3, 4)  # a Wednesday


def reading(text: str) -> Reading:
    """The text, read."""
    return next(iter(read(model.shared(), [text], limit_chars=200_000)))


def events(text: str, published_on: date | None = PUBLISHED_ON) -> list[Event]:
    """All events of the text."""
    return detect(reading(text), article_key="test|1", published_on=published_on)


def kinds(text: str) -> list[tuple[str, str]]:
    """(kind, modality) of each event, in text order."""
    return [(event.kind, event.modality) for event in events(text)]


def roles(text: str, kind: str) -> tuple[list[str], list[str]]:
    """The texts of actors and recipients of the first event of that kind."""
    event = next(event for event in events(text) if event.kind == kind)
    return [actor.text for actor in event.actors], [recipient.text for recipient in event.recipients]
