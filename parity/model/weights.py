"""The values of single stored tensors, straight from a model's files and without an engine."""

import math
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from parity.model.artifact import Artifact
from parity.model.codes import codes
from parity.model.formats.read import graph_of, sense

Floats = NDArray[np.floating[Any]]

_FLOATS = ("float16", "float32", "float64")


def floats(artifact: Artifact, names: Collection[str]) -> dict[str, Floats]:
    """Stored floating point tensors by name, as views of the mapped files.

    Of a weight that Paddle's own quantisation stores as codes, the numbers that they stand for.
    Left out: names that store nothing, and other dtypes. Raises ModelError if a file is damaged.
    """
    with sense(artifact.program):
        if artifact.format == "onnx":
            return _onnx(artifact.program, names)
        return _paddle(artifact, names)


def _onnx(path: Path, names: Collection[str]) -> dict[str, Floats]:
    from onnx import numpy_helper

    from parity.model.formats.external import place
    from parity.model.formats.onnx_graph import DTYPES, opened
    from parity.model.formats.onnx_light import raw

    model, buffer = opened(path)
    stored = {tensor.name: tensor for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].HasField("t"):
            stored[node.output[0]] = node.attribute[0].t
    found: dict[str, Floats] = {}
    for name in names:
        if name not in stored:
            continue
        tensor = stored[name]
        dtype = DTYPES.get(tensor.data_type, ("", 0))[0]
        if dtype not in _FLOATS:
            continue
        shape = tuple(tensor.dims)
        if tensor.data_location == tensor.EXTERNAL:
            found[name] = _mapped(*place(path, tensor), dtype, shape)
        elif (data := raw(tensor, buffer)) is not None:
            found[name] = np.frombuffer(data, dtype).reshape(shape)
        else:  # as a list of numbers
            found[name] = numpy_helper.to_array(tensor)
    return found


def _paddle(artifact: Artifact, names: Collection[str]) -> dict[str, Floats]:
    from parity.model.formats.stored import saved, walk

    if artifact.parameters is None:
        return {}
    file, graph = artifact.parameters, graph_of(artifact.program)
    order = [name for name, _ in saved(graph)]
    stored = dict(zip(order, walk(file), strict=True))

    def read(name: str) -> Floats:
        return _mapped(file, stored[name].offset, stored[name].dtype, stored[name].shape)

    found: dict[str, Floats] = {}
    for name, tensor in stored.items():
        if name not in names or tensor.dtype not in _FLOATS:
            continue
        held = codes(graph, name)
        numbers = read(name)
        if held is not None and held.scale in stored:
            numbers = held.numbers(numbers, read(held.scale))
        found[name] = numbers
    return found


def _mapped(file: Path, offset: int, dtype: str, shape: tuple[int, ...]) -> Floats:
    if not math.prod(shape):
        return np.empty(shape, dtype)
    mapped: Floats = np.memmap(file, dtype, "r", offset, shape)
    return mapped
