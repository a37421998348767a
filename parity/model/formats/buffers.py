"""Small whole numbers that a Paddle model stores among its weights: offsets, positions, bounds."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np

from parity.errors import ModelError
from parity.model.formats.stored import saved, walk
from parity.model.graph import INDEX_ELEMENTS, Graph
from parity.model.tensors import Array

_WHOLE = ("int64", "int32", "int16", "int8", "uint8")


def with_buffers(graph: Graph, program: Path) -> Graph:
    """The graph with those among its constants; as it is where the file isn't of this program.

    What is wrong with the file is told by `pdiparams.parameters_of`.
    """
    file = program.with_suffix(".pdiparams")
    order = saved(graph)
    if not any(p.dtype in _WHOLE and math.prod(p.shape) <= INDEX_ELEMENTS for _, p in order):
        return graph
    try:
        found = walk(file)
    except (ModelError, OSError):
        return graph
    if [(p.shape, p.dtype) for _, p in order] != [(s.shape, s.dtype) for s in found]:
        return graph
    values: dict[str, Array] = {}
    for (name, parameter), stored in zip(order, found, strict=True):
        count = math.prod(parameter.shape)
        if parameter.dtype in _WHOLE and 0 < count <= INDEX_ELEMENTS:
            read = np.fromfile(file, parameter.dtype, count, offset=stored.offset)
            values[name] = read.reshape(parameter.shape)
    return replace(graph, constants={**graph.constants, **values})
