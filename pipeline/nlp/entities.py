"""Entities of a Doc as records: spans repaired, linked to what is known, places with coordinates."""

from spacy.tokens import Doc

from pipeline import records
from pipeline.nlp.clean import Dateline


def entities(doc: Doc, text: str, *, dateline: Dateline | None = None) -> list[records.Entity]:
    """Mentions in the order of the text; offsets are into `text`, the original."""
    return [
        records.Entity(
            text=text[ent.start_char : ent.end_char],
            label=ent.label_,
            start=ent.start_char,
            end=ent.end_char,
            name=ent.text,
        )
        for ent in doc.ents
    ]
