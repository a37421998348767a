"""Weights that Paddle's own quantisation stores as codes: whole numbers in a float tensor."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from parity.model.graph import Graph

Floats = NDArray[np.floating]

_BITS = 8  # Paddle's default


@dataclass(frozen=True)
class Codes:
    """How the codes of a weight become numbers.

    scale: the parameter that holds what the largest code stands for, one number or one a channel.
    axis: of the channels; -1 where there is one scale. most: the largest code.
    """

    scale: str
    axis: int
    most: int

    def numbers(self, codes: Floats, scale: Floats) -> Floats:
        """What the codes stand for, float32."""
        shape = [1] * codes.ndim
        if scale.size > 1 and self.axis >= 0:
            shape[self.axis] = scale.size
        step: Floats = scale.reshape(shape).astype(np.float32) / np.float32(self.most)
        return codes * step


def codes(graph: Graph, name: str) -> Codes | None:
    """Of a parameter that ``dequantize_linear`` alone reads; None for any other."""
    readers = graph.readers(name)
    if not readers or any(r.op != "dequantize" or r.inputs[0] != name for r in readers):
        return None
    first = readers[0]
    bits, axis = first.attributes.get("bit_length"), first.attributes.get("quant_axis")
    if len(first.inputs) < 2 or first.inputs[1] not in graph.parameters:
        return None
    most = 2 ** ((bits if isinstance(bits, int) else _BITS) - 1) - 1
    return Codes(first.inputs[1], axis if isinstance(axis, int) else -1, most)
