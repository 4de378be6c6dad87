"""Quotations: from where to where, and who is quoted."""

import pytest

from pipeline.detection.quotations import quotations
from tests.detection.found import events, reading


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He said "no" and left.', ['"no"']),
        ("“We go,” he said. “We stay.”", ["“We go,”", "“We stay.”"]),
        ('"One. Two," he said.', ['"One. Two,"']),
        ("“Never closed.\n\nNext paragraph.", ["“Never closed."]),
        ("No quotation.", []),
        ("It was the men's car.", []),
    ],
)
def test_quotations(text: str, quoted: list[str]) -> None:
    """Marks are part of a quotation; one that is never closed ends with its paragraph."""
    doc = reading(text).doc
    assert [doc[quote.start : quote.end].text.strip() for quote in quotations(doc)] == quoted


SALAS = [
    ('"We were attacked. The army shelled the town," Juan Salas said.', "Juan Salas"),
    ('"We will not give up," Juan Salas said. "The army shelled the town."', "Juan Salas"),
    ('"We will not give up," Juan Salas said.\n\n"The army shelled the town."', "Juan Salas"),
    ('"We will not give up," Juan Salas said. "The army shelled the town," he added.', "Juan Salas"),
    ("Juan Salas said a bridge had fallen. He added that the army shelled the town.", "Juan Salas"),
    ('Juan Salas said: "We will not give up. The army shelled the town."', "Juan Salas"),
    ('According to Juan Salas, "nobody fled. The army shelled the town."', "Juan Salas"),
    ("“We will not give up,” Juan Salas said. “Nobody fled.\n\n“The army shelled the town.”", "Juan Salas"),
]
NOBODY = [
    '"We will not give up," Juan Salas said. The army shelled the town.',
    '"We will not give up," Juan Salas said. Night fell. "The army shelled the town."',
    'The army shelled the "terrorist" town.',
    "According to Juan Salas, nobody fled. The army shelled the town.",
]


@pytest.mark.parametrize(("text", "source"), SALAS)
def test_speaker_continued(text: str, source: str) -> None:
    """A quotation keeps its speaker over sentences and paragraphs."""
    (shelling,) = [event for event in events(text) if event.kind == "shelling"]
    assert shelling.attribution is not None
    assert shelling.attribution.source == source


@pytest.mark.parametrize("text", NOBODY)
def test_speaker_not_continued(text: str) -> None:
    """What stands outside quotations, or after another sentence, the article says itself."""
    (shelling,) = [event for event in events(text) if event.kind == "shelling"]
    assert shelling.attribution is None
