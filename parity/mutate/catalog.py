"""All ways to make a candidate wrong, by class; one catalogue, of the benchmark of blame too."""

import random
from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import onnx
from onnx import numpy_helper

from parity.mutate import graph as in_graph
from parity.mutate.weights import NUMBERS, read, tensors, weight, write

Mutate = Callable[[onnx.ModelProto, random.Random], str | None]
"""Changes a model in place and says what it did; None where it found nothing to change."""

_DRAWS = 12  # nodes that are tried before a class is said to have nothing here


def _by_node(kind: str) -> Mutate:
    """A fault of a node's, at one that is drawn."""
    plant = in_graph.PLANTS[kind]

    def mutate(model: onnx.ModelProto, draw: random.Random) -> str | None:
        nodes = [n for n in model.graph.node if n.op_type not in ("Constant", "Identity")]
        draw.shuffle(nodes)
        for node in nodes:
            before = node.op_type
            if plant(model.graph, node, draw):
                now = f" as {node.op_type}" if node.op_type != before else ""
                return f"{kind}: {before} {node.name or node.output[0]}{now}"
        return None

    return mutate


def _weights(model: onnx.ModelProto) -> dict[str, onnx.TensorProto]:
    """Tensors that are worth the name: floats, halves, codes."""
    return {
        name: tensor
        for name, tensor in tensors(model.graph).items()
        if tensor.data_type in NUMBERS and np.prod(tensor.dims) > 4
    }


def _matrix(model: onnx.ModelProto, draw: random.Random) -> str | None:
    known = set(_weights(model))
    for _ in range(_DRAWS if known else 0):
        made = weight(model.graph, known, draw)
        if made is not None:
            return f"{made[0]}: {' and '.join(sorted(made[1]))}"
    return None


def _valued(change: Callable[[Any, random.Random], str]) -> Mutate:
    """A fault in the values of one weight. change: alters them in place and says how."""

    def mutate(model: onnx.ModelProto, draw: random.Random) -> str | None:
        held = _weights(model)
        if not held:
            return None
        name = draw.choice(sorted(held))
        values = read(held[name])
        said = change(values, draw)
        write(held[name], values)
        return f"{said} of {name}"

    return mutate


def _element(values: Any, draw: random.Random) -> str:
    at = draw.randrange(values.size)
    largest = float(np.abs(values).max()) or 1.0
    values.flat[at] = -values.flat[at] if abs(values.flat[at]) > largest / 10 else largest
    return f"element {[int(i) for i in np.unravel_index(at, values.shape)]}"


def _row(values: Any, draw: random.Random) -> str:
    at = draw.randrange(len(values))
    values[at] = values[at - 1] if len(values) > 1 and draw.random() < 0.5 else 1.5 * values[at]
    return f"row {at}"


def _scale(values: Any, draw: random.Random) -> str:
    by = draw.choice([0.99, 1.01, 0.9, 1.2, -1.0])
    values *= by
    return f"times {by:g}"


def _fp16(values: Any, draw: random.Random) -> str:
    del draw
    values[...] = values.astype(np.float16)
    return "rounding to float16"


def _bf16(values: Any, draw: random.Random) -> str:
    del draw
    values[...] = values.astype(ml_dtypes.bfloat16)
    return "rounding to bfloat16"


def _spread(values: Any, draw: random.Random) -> str:
    """As if it had been broadcast along a wrong axis, or from its first entry."""
    if values.ndim > 1 and values.shape[0] == values.shape[1] and draw.random() < 0.5:
        values[...] = np.broadcast_to(values[:, :1], values.shape)
        return "first column spread"
    values[...] = np.broadcast_to(values[:1], values.shape)
    return "first row spread"


def _quantised(model: onnx.ModelProto, draw: random.Random) -> str | None:
    """A scale or zero point of what is quantised."""
    held = tensors(model.graph)
    names = [n for n, t in held.items() if n.endswith(("_scale", "_zero_point"))
             and (t.data_type == onnx.TensorProto.FLOAT or np.prod(t.dims) >= 0)]  # fmt: skip
    if not names:
        return None
    name = draw.choice(sorted(names))
    values = numpy_helper.to_array(held[name]).copy()
    if values.dtype.kind == "f":
        write(held[name], 1.1 * values)
        return f"scale {name} times 1.1"
    write(held[name], values + 1 if values.max(initial=0) < 100 else values - 1)
    return f"zero point {name} by one"


def _outputs(model: onnx.ModelProto, draw: random.Random) -> str | None:
    """Two outputs change places; one alone has its last axis turned round."""
    given = [o.name for o in model.graph.output]
    if len(given) > 1:
        one, other = draw.sample(given, 2)
        for node in model.graph.node:
            names = [{one: other, other: one}.get(n, n) for n in node.output]
            node.output[:] = names
        return f"{one} and {other} change places"
    name = given[0]
    for node in model.graph.node:
        for at, output in enumerate(node.output):
            if output == name:
                node.output[at] = f"planted.{name}"
    starts = {"starts": [-1], "ends": [-(2**31)], "axes": [-1], "steps": [-1]}
    inputs = [f"planted.{name}"]
    for key, values in starts.items():
        array = np.asarray(values, np.int64)
        model.graph.initializer.append(numpy_helper.from_array(array, f"planted.{key}"))
        inputs.append(f"planted.{key}")
    model.graph.node.append(onnx.helper.make_node("Slice", inputs, [name], "planted.turned"))
    return f"{name} turned round along its last axis"


CLASSES: dict[str, Mutate] = {
    "attribute": _by_node("attribute"),
    "operator": _by_node("other op"),
    "left out": _by_node("left out"),
    "inputs swapped": _by_node("swapped"),
    "inputs rewired": _by_node("rewired"),
    "constant": _by_node("constant"),
    "element": _valued(_element),
    "row": _valued(_row),
    "matrix": _matrix,
    "scale": _valued(_scale),
    "fp16": _valued(_fp16),
    "bf16": _valued(_bf16),
    "broadcast": _valued(_spread),
    "quantisation": _quantised,
    "outputs": _outputs,
}
"""By class, in the order of reports. Rare inputs are in ``rare``: they are in no file."""


def mutate(model: onnx.ModelProto, kind: str, seed: str) -> str | None:
    """Plant a fault of a class, by a seed; what it is, or None where there is none."""
    return CLASSES[kind](model, random.Random(seed))  # noqa: S311  nothing secret
