"""Parts of speech and lemmas: what spaCy's `attribute_ruler` and `lemmatizer` say, asked once for each kind of token.

All but a few of the ruler's patterns look at one token's word, tag and dependency, and the lemmatizer at nothing else; so what
they say of a (word, tag, dependency) is remembered, and for most words one dependency is as good as another. Patterns over two
tokens ("there is", "gon na") are asked where the two stand. Morphology is not written: nothing of Tickertape reads it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.nlp.engine.kinds import Keys, kinds
from pipeline.nlp.engine.patterns import ANY, Patterns

READ: list[int | str] = ["ORTH", "TAG", "DEP"]
WRITTEN: list[int | str] = ["TAG", "DEP", "POS", "LEMMA"]
REMEMBERED = 100_000  # kinds of tokens; when full it begins anew

Kind = tuple[str, str, str]  # word, tag, dependency
STOP: Kind = (".", ".", "punct")  # a word, tag and dependency that no pattern over two tokens asks for


@dataclass(frozen=True, slots=True)
class Answer:
    """What is written of a kind of token, and whether a pattern over two tokens may begin with it."""

    tag: int
    dep: int
    pos: int
    lemma: str
    leads: bool


class Attributes:
    """The ruler and the lemmatizer of a pipeline, and what they have said."""

    def __init__(self, nlp: Language) -> None:
        """Takes the two components of `nlp`."""
        self._vocab = nlp.vocab
        self._ruler = cast(Any, nlp.get_pipe("attribute_ruler"))
        self._lemmatizer = cast(Any, nlp.get_pipe("lemmatizer"))
        self._patterns = Patterns(pattern for row in self._ruler.patterns for pattern in row["patterns"])
        self._known: dict[int, Answer] = {}
        self._alike: dict[Kind, Answer] = {}

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Set tag, dependency, part of speech and lemma of tagged and parsed docs."""
        if not any(map(len, docs)):
            return
        seen = numpy.concatenate([doc.to_array(READ) for doc in docs])
        ends = numpy.cumsum([len(doc) for doc in docs])
        keys, first, inverse = kinds(seen)
        answers = self._answers(keys, seen[first])
        values = self._values(answers)[inverse]
        leading = numpy.array([one.leads for one in answers])[inverse]
        leading[ends[ends > 0] - 1] = False  # a text's last token has none behind it
        for place in numpy.flatnonzero(leading).tolist():
            values[place : place + 2] = self._values(self._asked(self._read(seen[place : place + 2])))
        for doc, part in zip(docs, numpy.split(values, ends[:-1]), strict=True):
            doc.from_array(WRITTEN, part)  # type: ignore[arg-type]  # unsigned, as it is documented

    def _values(self, answers: Iterable[Answer]) -> Keys:
        add = self._vocab.strings.add
        return numpy.array([(one.tag, one.dep, one.pos, add(one.lemma)) for one in answers], dtype=numpy.uint64)

    def _answers(self, keys: Sequence[int], seen: Keys) -> list[Answer]:
        """The answers for distinct kinds of tokens; `seen` has a row for each key."""
        if len(self._known) + len(keys) > REMEMBERED:
            self._known.clear()
            self._alike.clear()
            self._lemmatizer.cache.clear()
        new = [place for place, key in enumerate(keys) if key not in self._known]
        if new:
            self._known.update(zip([keys[place] for place in new], self._told(seen[new]), strict=True))
        return [self._known[key] for key in keys]

    def _told(self, seen: Keys) -> list[Answer]:
        """The answers for kinds that are new, as if each stood alone."""
        alike = [(word, tag, self._patterns.seen_as(word, dep)) for word, tag, dep in self._read(seen)]
        new = [kind for kind in dict.fromkeys(alike) if kind not in self._alike]
        if new:
            self._alike.update(zip(new, self._asked(new, apart=True), strict=True))
        deps = seen[:, READ.index("DEP")].tolist()
        answers = [self._alike[kind] for kind in alike]
        return [
            replace(one, dep=dep) if kind[2] == ANY else one
            for one, kind, dep in zip(answers, alike, deps, strict=True)
        ]

    def _read(self, seen: Keys) -> list[Kind]:
        strings = self._vocab.strings
        return [(strings[orth], strings[tag], strings[dep]) for orth, tag, dep in seen.tolist()]

    def _asked(self, tokens: Sequence[Kind], *, apart: bool = False) -> list[Answer]:
        """What the components say of the tokens, side by side in one doc; `apart`: as if each stood alone."""
        leads = [self._patterns.leads(*token) for token in tokens]
        laid: list[Kind] = []
        places = []
        for token, leading in zip(tokens, leads, strict=True):
            places.append(len(laid))
            laid += [token, STOP] if leading and apart else [token]
        words, tags, deps = (list(column) for column in zip(*laid, strict=True))
        doc = Doc(self._vocab, words=words, tags=tags, deps=deps, heads=list(range(len(words))))
        self._lemmatizer(self._ruler(doc))
        told = (doc[place] for place in places)
        return [
            Answer(one.tag, one.dep, one.pos, one.lemma_, leading) for one, leading in zip(told, leads, strict=True)
        ]
