"""What a text has said so far: the sentences before a phrase, whom they name, and who is introduced in it by which word."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from spacy.attrs import LOWER
from spacy.tokens import Span, Token

from pipeline.detection import scan
from pipeline.detection.phrases import lemma, phrase
from pipeline.detection.quotations import Quotation, quotations
from pipeline.nlp import knowledge
from pipeline.nlp.participants import MODIFIERS, known_of, participant
from pipeline.nlp.reading import Reading
from pipeline.records import Entity, Participant

BARE = frozenset({"the", "both", "two", "three", "this", "these", "that", "those"})
TOO_MANY = 2
ARMED = frozenset("rebels militants insurgents fighters guerrillas jihadists militia".split())
ARMED_SECTORS = frozenset({"REB", "PRM"})
# Offices of another sort: "the president" is not the vice president.
LESSER = frozenset("vice deputy former ex acting then".split())


@dataclass(frozen=True, slots=True)
class Discourse:
    """A reading with its sentences and quotations; `introduced` has the different bearers of role nouns, `armed` the
    armed groups: two of a sort at most, for two are one too many.
    """

    reading: Reading
    sentences: tuple[Span, ...]
    starts: tuple[int, ...]
    quotes: tuple[Quotation, ...]
    introduced: dict[str, list[Participant]]
    armed: list[Participant]

    def before(self, span: Span, window: int) -> Iterator[Span]:
        """What stands before the span in its own sentence, then whole sentences before that, nearest first."""
        index = bisect_right(self.starts, span.start) - 1
        yield span.doc[self.starts[index] : span.start]
        yield from reversed(self.sentences[max(0, index - window) : index])

    def mentions(self, span: Span) -> list[Entity]:
        """The mentions that begin in the span."""
        return self.reading.mentions(span.start_char, span.end_char)

    def root(self, named: Participant) -> Token:
        """The head word of whoever is named at those offsets."""
        span = self.reading.doc.char_span(named.start, named.end, alignment_mode="expand")
        return self.reading.doc[0] if span is None else span.root

    def bearers(self, noun: str, before: int) -> list[Participant]:
        """Those introduced by a role noun before an offset, each once."""
        return [who for who in self.introduced.get(noun, ()) if who.start < before]


def discourse(reading: Reading) -> Discourse:
    """The discourse of a reading, in time linear in its length."""
    sentences = tuple(reading.doc.sents)
    starts = tuple(sentence.start for sentence in sentences)
    return Discourse(reading, sentences, starts, quotations(reading.doc), _introduced(reading), _armed(reading))


def who(reading: Reading, span: Span) -> Participant:
    """The participant that the span names by its own words."""
    found = participant(span, reading.mentions(span.start_char, span.end_char))
    return replace(found, text=reading.text[found.start : found.end])


def is_bare(span: Span) -> bool:
    """Whether a phrase is a definite noun and no more: "the rebels", "the two countries"."""
    return len(span) > 1 and all(token.lower_ in BARE for token in span[:-1])


def _introduced(reading: Reading) -> dict[str, list[Participant]]:
    """By role noun that stands bare somewhere."""
    words, bare_words = scan.values(reading.doc, LOWER), scan.hashes(BARE)
    behind = {word for before, word in pairwise(words) if before in bare_words}
    nouns = [token for place, word in enumerate(words) if word in behind and _is_role(token := reading.doc[place])]
    bare = {token.lower_ for token in nouns if _stands_bare(token)}
    found: dict[str, list[Participant]] = {word: [] for word in bare}
    for token in nouns:
        known = found.get(token.lower_)
        if known is not None and len(known) < TOO_MANY and not _stands_bare(token) and not _is_lesser(token):
            _add(known, who(reading, phrase(_bearer(token))))
    return found


def _is_role(token: Token) -> bool:
    return token.pos_ in ("NOUN", "PROPN") and knowledge.sector(lemma(token)) is not None


def _armed(reading: Reading) -> list[Participant]:
    """The armed groups that the text names."""
    found: list[Participant] = []
    for mention in reading.entities if scan.found(reading.doc, ARMED) else ():
        known = known_of(mention) if mention.label == "ORG" else None
        if known is not None and known.sector in ARMED_SECTORS and len(found) < TOO_MANY:
            _add(found, who(reading, spanned(reading, mention)))
    return found


def spanned(reading: Reading, mention: Entity) -> Span:
    """The tokens of a mention."""
    span = reading.doc.char_span(mention.start, mention.end, alignment_mode="expand")
    return reading.doc[0:1] if span is None else span


def _add(known: list[Participant], bearer: Participant) -> None:
    if all(_key(bearer) != _key(other) for other in known):
        known.append(bearer)


def _stands_bare(noun: Token) -> bool:
    return noun.i > 0 and noun.nbor(-1).lower_ in BARE and noun.dep_ not in MODIFIERS - {"poss"}


def _is_lesser(noun: Token) -> bool:
    return noun.i > 0 and noun.nbor(-1).lower_ in LESSER


def _bearer(noun: Token) -> Token:
    """Whose title the noun is ("President Vladimir Putin"), or itself."""
    return noun.head if noun.dep_ in ("compound", "nmod") and noun.head.ent_type_ == "PERSON" else noun


def _key(bearer: Participant) -> tuple[str, str | None]:
    return bearer.entity_id or bearer.name, bearer.country
