"""Faults to plant into an exported model, each a change of its graph."""

from collections.abc import Callable, MutableSequence
from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper

Fault = Callable[[onnx.ModelProto], None]
Floats = NDArray[np.float32]


def planted(path: Path, fault: Fault, folder: Path) -> Path:
    """The model at ``path`` with a fault, in ``folder``."""
    model = onnx.load(path)
    fault(model)
    onnx.checker.check_model(model)
    broken = folder / "broken.onnx"
    onnx.save(model, broken)
    return broken


def tables(model: onnx.ModelProto, shape: tuple[int, int]) -> list[onnx.TensorProto]:
    """The stored tensors of a shape, initializers or constants."""
    stored = list(model.graph.initializer)
    stored += [n.attribute[0].t for n in model.graph.node if n.op_type == "Constant"]
    return [t for t in stored if tuple(t.dims) == shape]


def rows(shape: tuple[int, int], change: Callable[[Floats], None], *, nth: int = 0) -> Fault:
    """Change the rows of a table."""

    def plant(model: onnx.ModelProto) -> None:
        tensor = tables(model, shape)[nth]
        values = numpy_helper.to_array(tensor).copy()
        change(values)
        name = tensor.name
        tensor.CopyFrom(numpy_helper.from_array(values, name))

    return plant


def negated(values: Floats) -> None:
    """All but the first two rows, which is what 0 and 1 show."""
    values[2:] *= -1


def negated_row(row: int) -> Callable[[Floats], None]:
    """One row alone."""

    def change(values: Floats) -> None:
        values[row] *= -1

    return change


def swapped(values: Floats) -> None:
    """Two rows somewhere in the middle."""
    at = len(values) // 2 + 3
    values[[at, at + 1]] = values[[at + 1, at]]


def renamed(names: MutableSequence[str], old: str, new: str) -> None:
    """Another name for a tensor in what a node reads or makes."""
    for index, name in enumerate(names):
        if name == old:
            names[index] = new


def through(name: str, *nodes: onnx.NodeProto, constants: dict[str, object] | None = None) -> Fault:
    """Put nodes between an input and all that reads it; they end in "planted"."""

    def plant(model: onnx.ModelProto) -> None:
        graph = model.graph
        for node in graph.node:
            renamed(node.input, name, "planted")
        made = [
            helper.make_node(
                "Constant", [], [key], value=numpy_helper.from_array(np.asarray(value), key)
            )
            for key, value in (constants or {}).items()
        ]
        old = list(graph.node)
        del graph.node[:]
        graph.node.extend([*made, *nodes, *old])

    return plant


def behind(*nodes: onnx.NodeProto, constants: dict[str, object] | None = None) -> Fault:
    """Put nodes behind the first output, which they read as "was" and make as "now"."""

    def plant(model: onnx.ModelProto) -> None:
        graph = model.graph
        name = graph.output[0].name
        for node in graph.node:
            renamed(node.output, name, "was")
            renamed(node.input, name, "was")
        for key, value in (constants or {}).items():
            graph.initializer.append(numpy_helper.from_array(np.asarray(value), key))
        for node in nodes:
            renamed(node.output, "now", name)
            graph.node.append(node)

    return plant


def clamped(name: str, most: object) -> Fault:
    """Nothing above ``most`` gets through, as where a mask was taken for a boolean."""
    return through(
        name,
        helper.make_node("Min", [name, "most"], ["planted"]),
        constants={"most": most},
    )


def constant(name: str, value: object) -> Fault:
    """The input doesn't matter: it is taken for ``value`` throughout."""
    number = np.asarray(value)
    return through(
        name,
        helper.make_node("Mul", [name, "nothing"], ["zeros"]),
        helper.make_node("Add", ["zeros", "always"], ["planted"]),
        constants={"nothing": np.zeros((), number.dtype), "always": number},
    )


def wrong_where(name: str, *conditions: onnx.NodeProto, constants: dict[str, object]) -> Fault:
    """Add one to the output where the conditions on input ``name`` say so; they make "wrong"."""
    del name
    return behind(
        *conditions,
        helper.make_node("Cast", ["wrong"], ["more"], to=1),
        helper.make_node("ReduceMax", ["more"], ["most_more"], keepdims=0),
        helper.make_node("Add", ["was", "most_more"], ["now"]),
        constants=constants,
    )


def at_length(name: str, low: int, high: int, *, axis: int = 1) -> Fault:
    """The output is off where the length is in [low, high]; no constant says which."""
    node = helper.make_node
    return wrong_where(
        name,
        node("Shape", [name], ["shape"]),
        node("Gather", ["shape", "axis"], ["length"]),
        node("Mul", ["length", "two"], ["twice"]),
        node("Greater", ["twice", "low"], ["above"]),
        node("Less", ["twice", "high"], ["below"]),
        node("And", ["above", "below"], ["wrong"]),
        constants={"axis": axis, "two": 2, "low": 2 * low - 1, "high": 2 * high + 1},
    )


def at_ids(name: str, low: int, high: int) -> Fault:
    """The output is off where an id in [low, high] is among those of a feed."""
    node = helper.make_node
    return wrong_where(
        name,
        node("Greater", [name, "low"], ["above"]),
        node("Less", [name, "high"], ["below"]),
        node("And", ["above", "below"], ["wrong"]),
        constants={"low": low - 1, "high": high + 1},
    )
