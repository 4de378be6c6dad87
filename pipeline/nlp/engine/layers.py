"""Weights of thinc's layers as arrays, and the layers that spaCy's two transition-based components have alike."""

from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray
from thinc.api import Model

Floats = NDArray[numpy.float32]
AnyModel = Model[Any, Any]


def parameter(model: AnyModel, name: str) -> Floats:
    """One array of a layer's weights."""
    return numpy.asarray(model.get_param(name), dtype=numpy.float32)


def maxout(sums: Floats, width: int) -> Floats:
    """The best piece of each unit: (rows, pieces * width), piece by piece, to (rows, width); two pieces at least."""
    best: Floats = numpy.maximum(sums[:, :width], sums[:, width : 2 * width])
    for start in range(2 * width, sums.shape[1], width):
        numpy.maximum(best, sums[:, start : start + width], out=best)
    return best


@dataclass(frozen=True, slots=True)
class StateLayer:
    """The layer over the tokens of a state, each in a role: `weights` (roles, sums, width), `nobody` (roles, sums), which a role
    without a token adds, and `bias` (sums). The sums are of `hidden` units, piece by piece: each piece is one stretch of memory.
    """

    hidden: int
    weights: Floats
    nobody: Floats
    bias: Floats


def state_layer(model: AnyModel) -> StateLayer:
    """Takes the weights of a `precomputable_affine`."""
    roles, hidden, _, width = parameter(model, "W").shape
    return StateLayer(
        hidden=hidden,
        weights=parameter(model, "W").transpose(0, 2, 1, 3).reshape(roles, -1, width),
        nobody=parameter(model, "pad")[0].transpose(0, 2, 1).reshape(roles, -1),
        bias=numpy.ascontiguousarray(parameter(model, "b").T.reshape(-1)),
    )
