"""Texts to readings: cleaned, parsed, entities found and linked."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from spacy.tokens import Doc

from pipeline import records
from pipeline.nlp.clean import Cleaned, clean
from pipeline.nlp.engine.engine import Engine
from pipeline.nlp.entities import entities
from pipeline.nlp.truecase import truecase

BATCH_TEXTS = 64  # the parser takes 7.7 microseconds a token with 16 texts at a time, 6.1 with 64
BATCH_CHARS = 200_000  # some 40,000 tokens: 100 MB of what the model works on


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


def read(nlp: Engine, texts: Iterable[str], *, limit_chars: int) -> Iterator[Reading]:
    """Readings in the order of `texts`; what is beyond `limit_chars` is not analysed and `truncated` says so."""
    for batch in _batches(texts, limit_chars):
        cleaned = [clean(text[:limit_chars]) for text in batch]
        docs = nlp.docs([truecase(one.text) for one in cleaned])
        for text, seen, doc in zip(batch, cleaned, docs, strict=True):
            yield _reading(text, seen, doc, truncated=len(text) > limit_chars)


def _batches(texts: Iterable[str], limit_chars: int) -> Iterator[list[str]]:
    """The texts together that are read at a time: many, so that the parser's steps are shared, but never much memory."""
    batch: list[str] = []
    room = BATCH_CHARS
    for text in texts:
        if batch and (len(batch) == BATCH_TEXTS or min(len(text), limit_chars) > room):
            yield batch
            batch, room = [], BATCH_CHARS
        batch.append(text)
        room -= min(len(text), limit_chars)
    if batch:
        yield batch


def _reading(text: str, cleaned: Cleaned, doc: Doc, *, truncated: bool) -> Reading:
    doc.user_data["text"] = text  # participants quote the original, not what the model saw
    found = entities(doc, text, dateline=cleaned.dateline)
    return Reading(text=text, cleaned=cleaned, doc=doc, entities=found, truncated=truncated)
