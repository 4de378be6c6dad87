"""Named entities: spaCy's transition-based recogniser, decoded for all tokens of a text at once.

Outside an entity the recogniser's state is the next token alone, inside one it is that token and where the entity began. So every
token is scored as if outside in one product, and the entities of several tokens are followed side by side, a token a
round. What makes a move invalid is as in `spacy.pipeline._parser_internals.ner` for documents without preset entities.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy
from numpy.typing import NDArray
from spacy.pipeline import EntityRecognizer
from spacy.tokens import Doc, Span

from pipeline.nlp.engine.kinds import Places
from pipeline.nlp.engine.layers import Floats, maxout, parameter, state_layer
from pipeline.nlp.engine.tok2vec import Tok2Vec

Bools = NDArray[numpy.bool_]


@dataclass(frozen=True, slots=True)
class Moves:
    """The recogniser's classes: `label[c]` is the label of class c, `inside[c]` and `last[c]` the classes that go on after a
    begin c.
    """

    label: list[str]
    begin: Bools
    unit: Bools
    out: int
    inside: Places
    last: Places


def moves(names: Sequence[str]) -> Moves:
    """The moves by the names of their classes, as "B-ORG"; a unit without a label is for preset entities only."""
    at = {name: number for number, name in enumerate(names)}
    label = [name[2:] for name in names]
    return Moves(
        label=label,
        begin=numpy.array([name.startswith("B-") for name in names]),
        unit=numpy.array([name.startswith("U-") and name != "U-" for name in names]),
        out=at["O"],
        inside=numpy.array([at.get(f"I-{one}", -1) for one in label], dtype=numpy.intp),
        last=numpy.array([at.get(f"L-{one}", -1) for one in label], dtype=numpy.intp),
    )


class Ner:
    """One recogniser: its own vectors, the layer over the three tokens of a state, the layer that scores the moves."""

    def __init__(self, component: EntityRecognizer) -> None:
        """Takes the weights of a component of spaCy's that was trained without a beam."""
        model = component.model
        embed, _, linear = model.get_ref("tok2vec").layers
        self.tok2vec = Tok2Vec(embed)
        self.moves = moves([component.moves.get_class_name(number) for number in range(component.moves.n_moves)])
        # What only goes on or ends needs an entity that is open.
        self._going_on = ~(self.moves.begin | self.moves.unit)
        self._going_on[self.moves.out] = False
        lower, upper = state_layer(model.get_ref("lower")), model.get_ref("upper")
        self._hidden = lower.hidden
        projection, offset = parameter(linear, "W"), parameter(linear, "b")
        # Two layers without anything between them are one: (vector width, roles * pieces * hidden).
        self._states = numpy.ascontiguousarray((lower.weights.reshape(-1, len(offset)) @ projection).T)
        offsets = lower.weights @ offset
        self._outside = (offsets[0] + lower.nobody[1] + lower.nobody[2] + lower.bias).astype(numpy.float32)
        self._inside = (offsets.sum(axis=0) + lower.bias).astype(numpy.float32)
        self._scores = numpy.ascontiguousarray(parameter(upper, "W").T), parameter(upper, "b")

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Set `doc.ents`; where sentences are known, no entity crosses their ends."""
        for doc, vectors in zip(docs, self.tok2vec.vectors(docs), strict=True):
            found = self._found(vectors, *_bounds(doc))
            doc.set_ents([Span(doc, start, end, label=label) for start, end, label in found], default="outside")

    def _found(self, vectors: Floats, spaces: Bools, ending: Bools) -> list[tuple[int, int, str]]:
        """(start, end, label) of each entity."""
        parts = numpy.split(vectors @ self._states, 3, axis=1)
        chosen = self._outside_moves(parts[0], spaces, ending)
        unit, starts = self.moves.unit[chosen], numpy.flatnonzero(self.moves.begin[chosen])
        ends = numpy.arange(1, len(chosen) + 1)
        ends[starts] = self._ends(parts, starts, chosen[starts], ending)
        found, reached = [], 0
        for start in numpy.flatnonzero(unit | self.moves.begin[chosen]).tolist():
            if start >= reached:
                reached = int(ends[start])
                found.append((start, reached, self.moves.label[chosen[start]]))
        return found

    def _outside_moves(self, part: Floats, spaces: Bools, ending: Bools) -> Places:
        """The best valid class of each token, if no entity is open there."""
        weights, bias = self._scores
        scores = maxout(part + self._outside, self._hidden) @ weights
        scores += bias
        scores[:, self._going_on] = -numpy.inf
        scores[numpy.ix_(ending | spaces, self.moves.begin)] = -numpy.inf
        scores[numpy.ix_(spaces, self.moves.unit)] = -numpy.inf
        chosen: Places = scores.argmax(axis=1)
        return chosen

    def _ends(self, parts: Sequence[Floats], starts: Places, begun: Places, ending: Bools) -> Places:
        """Where each entity that began at `starts` by the class `begun` ends: the token after its last."""
        weights, bias = self._scores
        inside, last = self.moves.inside[begun], self.moves.last[begun]
        onward, more = (weights[:, inside] - weights[:, last]).T, bias[inside] - bias[last]
        ends, open_, length = starts + 1, numpy.arange(len(starts)), 1
        while len(open_):
            at = starts[open_] + length
            state = parts[0][at] + parts[1][starts[open_]] + parts[2][at - 1] + self._inside
            margin = numpy.einsum("ij,ij->i", maxout(state, self._hidden), onward[open_]) + more[open_]
            # Equal scores go to the class that stands first.
            going = ((margin > 0) | ((margin == 0) & (inside < last)[open_])) & ~ending[at]
            ends[open_] = at + 1
            open_ = open_[going]
            length += 1
        return ends


def _bounds(doc: Doc) -> tuple[Bools, Bools]:
    """Which tokens are white space, and which are the last of a sentence or of the text."""
    attributes = doc.to_array(["IS_SPACE", "SENT_START"])
    ending = numpy.ones(len(doc), dtype=numpy.bool_)
    ending[:-1] = attributes[1:, 1] == 1
    return attributes[:, 0].astype(numpy.bool_), ending
