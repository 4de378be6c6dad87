"""Vectors of tokens: the weights of a `spacy.HashEmbedCNN`, run as plain matrix products.

What a token is embedded as depends on its lexeme alone, so it is worked out once and remembered. Each text is convolved by
itself, in blocks that begin at the same tokens always: a row of a matrix product differs in its last bits with where it stands,
and so nothing depends on what else is in the batch.
"""

from collections.abc import Sequence

import numpy
from spacy.tokens import Doc

from pipeline.nlp.engine.kinds import Keys, kinds
from pipeline.nlp.engine.layers import AnyModel, Floats, maxout, parameter

BLOCK_TOKENS = 384  # what a block needs stays in the second-level cache: 240 to 384 alike, 768 7 % and 3072 40 % slower
REMEMBERED = 60_000  # lexemes, 23 MB; when full it begins anew
EPSILON = numpy.float32(1e-8)  # of thinc's layer normalisation


class Maxout:
    """A maxout layer with its layer normalisation: (rows, in) to (rows, out)."""

    def __init__(self, chain: AnyModel) -> None:
        """Takes the weights of `maxout>>layernorm`."""
        maxout, norm = chain.layers
        weights = parameter(maxout, "W")
        self.width, _, inputs = weights.shape
        # Piece by piece instead of unit by unit: each piece is then one stretch of memory.
        self.weights = numpy.ascontiguousarray(weights.transpose(1, 0, 2).reshape(-1, inputs).T)
        self.bias = numpy.ascontiguousarray(parameter(maxout, "b").T.reshape(-1))
        self.gain, self.shift = parameter(norm, "G"), parameter(norm, "b")

    def __call__(self, rows: Floats) -> Floats:
        """The activations of `rows`."""
        return self.normalised(rows @ self.weights)

    def normalised(self, product: Floats) -> Floats:
        """The activations by the matrix product, which is overwritten."""
        product += self.bias
        best = maxout(product, self.width)
        best -= best.mean(axis=1, keepdims=True)
        variance = numpy.einsum("ij,ij->i", best, best) / numpy.float32(self.width)
        best *= (1 / numpy.sqrt(variance + EPSILON))[:, None]
        best *= self.gain
        best += self.shift
        return best


class Tok2Vec:
    """Embedding and convolutions of one `tok2vec` model; `vectors(docs)` are what `model.predict(docs)` is."""

    def __init__(self, model: AnyModel) -> None:
        """Takes the weights of `embed>>encode`."""
        embed, encode = model.layers
        self.columns: list[int | str] = embed.layers[0].attrs["columns"]
        self._tables = embed.layers[2].layers[0]
        self._mixed = _maxouts(embed)[0]
        self._convolutions = _maxouts(encode)
        self.width = self._mixed.width
        self._rows: dict[int, int] = {}
        self._table: Floats = numpy.zeros((1024, self.width), dtype=numpy.float32)

    @property
    def remembered(self) -> int:
        """How many lexemes are."""
        return len(self._rows)

    def vectors(self, docs: Sequence[Doc]) -> list[Floats]:
        """A (tokens, width) array for each doc."""
        if not docs:
            return []
        embedded = self._embedded(numpy.concatenate([doc.to_array(self.columns) for doc in docs]))
        ends = numpy.cumsum([len(doc) for doc in docs])
        return [self._convolved(rows) for rows in numpy.split(embedded, ends[:-1])]

    def _embedded(self, features: Keys) -> Floats:
        """The embeddings of (tokens, columns) features."""
        keys, first, inverse = kinds(features)
        if len(self._rows) + len(keys) > REMEMBERED:
            self._rows.clear()
        rows = [self._rows.get(key, -1) for key in keys]
        unknown = [place for place, row in enumerate(rows) if row < 0]
        if unknown:
            self._remember([keys[place] for place in unknown], features[first[unknown]])
            rows = [self._rows[key] for key in keys]
        found: Floats = self._table[numpy.array(rows, dtype=numpy.intp)[inverse]]
        return found

    def _remember(self, keys: Sequence[int], features: Keys) -> None:
        known, wanted = len(self._rows), len(self._rows) + len(keys)
        if wanted > len(self._table):
            grown = numpy.zeros((2 * wanted, self.width), dtype=numpy.float32)
            grown[:known] = self._table[:known]
            self._table = grown
        tables = self._tables.predict(features)
        one_by_one = numpy.matmul(tables[:, None, :], self._mixed.weights)[:, 0]
        self._table[known:wanted] = self._mixed.normalised(one_by_one)
        self._rows.update(zip(keys, range(known, wanted), strict=True))

    def _convolved(self, embedded: Floats) -> Floats:
        """The convolutions of one text; a block sees as many tokens beside it as the layers reach."""
        reach = len(self._convolutions)
        padded = numpy.zeros((len(embedded) + 2 * reach, self.width), dtype=numpy.float32)
        padded[reach:-reach] = embedded
        for start in range(0, len(embedded), BLOCK_TOKENS):
            block = padded[start : start + BLOCK_TOKENS + 2 * reach].copy()
            for convolution in self._convolutions:
                block += convolution(_windows(block))
            embedded[start : start + BLOCK_TOKENS] = block[reach:-reach]
        return embedded


def _maxouts(model: AnyModel) -> list[Maxout]:
    return [Maxout(node) for node in model.walk() if node.name == "maxout>>layernorm"]


def _windows(rows: Floats) -> Floats:
    """Each row between its neighbours, (rows, 3 * width); beyond the ends is nothing."""
    width = rows.shape[1]
    windows: Floats = numpy.zeros((len(rows), 3 * width), dtype=numpy.float32)
    windows[1:, :width] = rows[:-1]
    windows[:, width : 2 * width] = rows
    windows[:-1, 2 * width :] = rows[1:]
    return windows
