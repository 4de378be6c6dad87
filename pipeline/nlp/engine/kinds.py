"""Which rows of hashes are alike: what is worked out for one of a kind serves all of them."""

import numpy
from numpy.typing import NDArray

Keys = NDArray[numpy.uint64]
Places = NDArray[numpy.intp]

# Odd numbers without a pattern, one a column, of which tok2vec has the most: six.
_FACTORS = numpy.random.default_rng(96).integers(1, 2**63, 8, dtype=numpy.uint64) * numpy.uint64(2) + numpy.uint64(1)


def kinds(rows: Keys) -> tuple[list[int], Places, Places]:
    """A key of 64 bits for each kind of (rows, columns), the first row of that kind, and the place of every row's kind.

    The columns are hashes themselves, so that two kinds hardly ever share a key.
    """
    mixed = (rows * _FACTORS[: rows.shape[1]]).sum(axis=1)
    keys, first, of_row = numpy.unique(mixed, return_index=True, return_inverse=True)
    return keys.tolist(), first, of_row
