"""Dependencies and sentences: spaCy's transition-based parser, whose states are scored in arrays.

The states of all texts of a batch take their steps side by side, as in spaCy's own `greedy_parse`; its transition system says
what a state looks at and what a move does. Only the sums in between are done here: spaCy asks BLAS once for each of the eight
tokens that a state looks at, and takes and gives back the interpreter's lock around each.
"""

from collections.abc import Sequence
from typing import Any

import numpy
from spacy.tokens import Doc

from pipeline.nlp.engine.layers import Floats, maxout, parameter, state_layer


class Parser:
    """The layer over the tokens of a state, worked out once for each token and role, and the layer that scores the moves."""

    def __init__(self, component: Any) -> None:
        """Takes the weights of a `DependencyParser` that listens to the shared vectors and was trained without a beam."""
        self._component = component
        model = component.model
        *_, linear = model.get_ref("tok2vec").layers
        lower, upper = state_layer(model.get_ref("lower")), model.get_ref("upper")
        self._projection = numpy.ascontiguousarray(parameter(linear, "W").T), parameter(linear, "b")
        self._hidden, self._bias, self._nobody = lower.hidden, lower.bias, lower.nobody.reshape(-1)
        # One row of sums for each of the roles that a token may have in a state.
        self._roles, self._width, width = lower.weights.shape
        self._states = numpy.ascontiguousarray(lower.weights.reshape(-1, width).T)
        self._scores = numpy.ascontiguousarray(parameter(upper, "W").T), parameter(upper, "b")
        self._looks_at = model.predict([_blank(component.vocab, self._projection[0].shape[0])]).get_token_ids

    def annotate(self, docs: Sequence[Doc]) -> None:
        """Set heads, dependencies and sentences of docs that have their vectors in `doc.tensor`."""
        states = self._component.moves.init_batch(docs)
        self._walk([state for state in states if not state.is_final()], self._sums(docs))
        self._component.set_annotations(docs, states)

    def _sums(self, docs: Sequence[Doc]) -> Floats:
        """What each token adds to a state's sums in each of its roles: (tokens + 1) * roles rows, the last for nobody."""
        weights, bias = self._projection
        sums = numpy.empty((sum(map(len, docs)) + 1, self._roles * self._width), dtype=numpy.float32)
        done = 0
        for doc in docs:
            numpy.matmul(doc.tensor @ weights + bias, self._states, out=sums[done : done + len(doc)])
            done += len(doc)
        sums[done] = self._nobody
        return sums.reshape(-1, self._width)

    def _walk(self, states: Sequence[Any], sums: Floats) -> None:
        """Let every state take its best valid move until all are final."""
        weights, bias = self._scores
        nobody, roles = len(sums) // self._roles - 1, numpy.arange(self._roles, dtype=numpy.intp)
        space = numpy.empty((len(states), self._roles, self._width), dtype=numpy.float32)
        while states:
            tokens = self._looks_at(states)
            tokens[tokens < 0] = nobody
            rows = tokens * numpy.intp(self._roles) + roles
            # Whatever mode but "raise" spares a copy; no row is out of bounds.
            parts = sums.take(rows, axis=0, out=space[: len(states)], mode="clip")
            added = numpy.add.reduce(parts, axis=1)
            added += self._bias
            scores = maxout(added, self._hidden) @ weights
            scores += bias
            states = self._component.transition_states(states, scores)


def _blank(vocab: Any, width: int) -> Doc:
    """A text of one word, to ask spaCy's step model about."""
    doc = Doc(vocab, words=["."])
    doc.tensor = numpy.zeros((1, width), dtype=numpy.float32)
    return doc
