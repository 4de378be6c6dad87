"""Texts to readings: cleaned, parsed, entities found and linked."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import records
from pipeline.nlp.clean import Cleaned, clean
from pipeline.nlp.entities import entities
from pipeline.nlp.truecase import truecase

BATCH_TEXTS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One text, read; `doc` stands over the text that the model saw, character for character the original."""

    text: str
    cleaned: Cleaned
    doc: Doc
    entities: list[records.Entity]
    truncated: bool

    def mentions(self, start: int, end: int) -> list[records.Entity]:
        """The entities that begin at [start, end); found by halving, for an article has as many sentences as mentions."""
        first = bisect_left(self.entities, start, key=_start)
        return self.entities[first : bisect_left(self.entities, end, lo=first, key=_start)]


def _start(mention: records.Entity) -> int:
    return mention.start


def read(nlp: Language, texts: Iterable[str], *, limit_chars: int) -> Iterator[Reading]:
    """Readings in the order of `texts`; what is beyond `limit_chars` is not analysed and `truncated` says so."""
    pairs = ((_prepared(cleaned), (text, cleaned)) for text in texts for cleaned in [clean(text[:limit_chars])])
    for doc, (text, cleaned) in nlp.pipe(pairs, as_tuples=True, batch_size=BATCH_TEXTS):
        doc.user_data["text"] = text  # participants quote the original, not what the model saw
        yield Reading(
            text=text,
            cleaned=cleaned,
            doc=doc,
            entities=entities(doc, text, dateline=cleaned.dateline),
            truncated=len(text) > limit_chars,
        )


def _prepared(cleaned: Cleaned) -> str:
    return truecase(cleaned.text)
