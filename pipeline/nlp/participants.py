"""A noun phrase as a participant: who it is, of which country, of which sector."""

from collections.abc import Sequence

from spacy.tokens import Span

from pipeline import records


def participant(span: Span, mentions: Sequence[records.Entity]) -> records.Participant:
    """The participant that `span` names; `mentions` are the entities of the same text."""
    inside = [mention for mention in mentions if span.start_char <= mention.start and mention.end <= span.end_char]
    name = (inside[-1].name if inside else None) or span.text
    return records.Participant(text=span.text, start=span.start_char, end=span.end_char, name=name)
