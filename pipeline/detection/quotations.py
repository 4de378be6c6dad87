"""Quotations of a text: from mark to mark over sentences, and whoever is quoted (Pareti 2012: source, cue, content)."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from spacy.attrs import ORTH
from spacy.tokens import Doc, Token

from pipeline.detection.grammar import VERB, subjects
from pipeline.detection.nominals import prepositional
from pipeline.detection.nouns import names_somebody
from pipeline.detection.phrases import lemma
from pipeline.detection.scan import places

OPENING, CLOSING, STRAIGHT = frozenset("“„«"), frozenset("”»"), frozenset({'"', "``", "''"})
SAYING = frozenset(
    "say tell report announce state claim add note explain confirm declare insist argue maintain assert acknowledge admit "
    "reveal stress warn write quote believe estimate allege suggest indicate reiterate emphasize emphasise comment remark "
    "recall disclose affirm contend deny post tweet accuse".split()
)


@dataclass(frozen=True, slots=True)
class Quotation:
    """Tokens [start, end), marks included."""

    start: int
    end: int


def quotations(doc: Doc) -> tuple[Quotation, ...]:
    """The quotations in text order; one that is never closed ends with its paragraph."""
    found: list[Quotation] = []
    opened: int | None = None
    for token in (doc[place] for place in _stops(doc)):
        if opened is not None and "\n\n" in token.text:
            found.append(Quotation(opened, token.i))
            opened = None
        elif opened is None and (token.text in OPENING or token.text in STRAIGHT):
            opened = token.i
        elif opened is not None and (token.text in CLOSING or token.text in STRAIGHT):
            found.append(Quotation(opened, token.i + 1))
            opened = None
    return (*found, *([Quotation(opened, len(doc))] if opened is not None else []))


def _stops(doc: Doc) -> list[int]:
    """Where quotation marks and white space stand, or nothing if there is no mark."""
    marks = places(doc, OPENING | CLOSING | STRAIGHT, ORTH)
    return sorted({*marks, *doc.to_array("IS_SPACE").nonzero()[0].tolist()}) if marks else []


def around(token: Token, quotes: Sequence[Quotation]) -> int | None:
    """The index of the quotation in which the token stands."""
    index = bisect_right(quotes, token.i, key=lambda quote: quote.start) - 1
    return index if index >= 0 and token.i < quotes[index].end else None


def quoted(token: Token, quotes: Sequence[Quotation]) -> Token | None:
    """The head noun, or pronoun, of whoever the quotation around the token quotes, or None.

    The cue stands in the sentence where the quotation ends ("…," he said) or begins (He said: "…"). A quotation without one
    goes on where the one before left off: '"…," he said. "We will …"'.
    """
    index = around(token, quotes)
    if index is None or not is_whole(quotes[index], token.doc):
        return None
    for quote in (quotes[index], *_continued(index, token.doc, quotes)):
        speaker = _cued(quote, token.doc, quotes)
        if speaker is not None:
            return speaker
    return None


CHAIN = 3  # quotations without a cue that one speaker may be given: longer runs are no news style


def _continued(index: int, doc: Doc, quotes: Sequence[Quotation]) -> list[Quotation]:
    """The quotations before that this one goes on from, nearest first: each ends in the sentence before the next."""
    found: list[Quotation] = []
    while index > 0 and len(found) < CHAIN:
        sentence, before = doc[quotes[index].start].sent, quotes[index - 1]
        beside = any(token.is_alpha for token in doc[sentence.start : quotes[index].start])
        if beside or sentence.start == 0 or before.end <= doc[sentence.start - 1].sent.start:
            break
        found.append(before)
        index -= 1
    return found


def _cued(quote: Quotation, doc: Doc, quotes: Sequence[Quotation]) -> Token | None:
    """The speaker by the nearest cue outside quotations, in the sentence of the last word before that of the first."""
    for boundary in (quote.end - 1, quote.start):
        beside = [token for token in _line(doc[boundary]) if around(token, quotes) is None]
        for cue in sorted(beside, key=lambda token: abs(token.i - boundary)):
            who = speaker(cue)
            if who is not None:
                return who
    return None


def _line(token: Token) -> list[Token]:
    """The sentence of a token, as far as it stands in the same paragraph: parsers run on over blank lines."""
    start, end = token.sent.start, token.sent.end
    breaks = [other.i for other in token.sent if "\n\n" in other.text]
    start = max([start, *(i for i in breaks if i < token.i)])
    end = min([end, *(i for i in breaks if i > token.i)])
    return list(token.doc[start:end])


def speaker(cue: Token) -> Token | None:
    """Who says so by one cue, a verb of saying or "according": the first that somebody is, a pronoun where it must be."""
    if cue.lower_ == "according":
        return next((head for head in prepositional(cue, "to") if names_somebody(head)), None)
    if cue.pos_ not in VERB or lemma(cue) not in SAYING:
        return None
    who = subjects(cue)
    return next((head for head in who if names_somebody(head) or head.lower_ in SPEAKING), None)


SPEAKING = frozenset({"he", "she", "they", "it"})


def is_whole(quote: Quotation, doc: Doc) -> bool:
    """Whether it quotes a clause, no mere word ("terrorist" group)."""
    return any(token.dep_ in ("nsubj", "nsubjpass") for token in doc[quote.start : quote.end])
