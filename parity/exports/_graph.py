"""Look at and tidy an onnx.ModelProto. Works in the process of a variant."""

from graphlib import CycleError, TopologicalSorter
from typing import Any

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from parity.errors import ExportError
from parity.model.formats.onnx_walk import free, inside, nodes
from parity.model.formats.ops import RANDOM
from parity.model.tensors import Array

_SMALL = 1 << 20
"""Folding may add this many bytes to a model, so that an Expand doesn't blow it up."""

_NAMED = 5
"""So many nodes of a circle are named at most."""

_NEVER_FOLD = (*RANDOM, "Dropout", "Constant")


def constants(model: Any) -> dict[str, Any]:
    """Tensors that no input can change, by name: initializers and Constant nodes."""
    found: dict[str, Any] = {}
    _constants(model.graph, found)
    return found


def values(tensor: Any) -> Array:
    """A tensor's values."""
    array: Array = numpy_helper.to_array(tensor)
    return array


def fold(model: Any) -> None:
    """Turn Constant nodes, and what is computed from constants alone, into initializers.

    Only in the outer graph. What isn't used afterwards is dropped.
    """
    graph = model.graph
    opset = [o for o in model.opset_import if o.domain in ("", "ai.onnx")]
    outputs = {o.name for o in graph.output}
    inputs = {i.name for i in graph.input}
    known = {t.name: t for t in graph.initializer if t.name not in inputs}
    kept = []
    for node in graph.node:
        made = None if outputs.intersection(node.output) else _made(node, known, opset)
        if made is None:
            kept.append(node)
            continue
        for tensor in made:
            known[tensor.name] = tensor
            graph.initializer.append(tensor)
    del graph.node[:]
    graph.node.extend(kept)
    # Up to IR 3, which opset 8 is written with, an initializer had to be an input, too.
    model.ir_version = max(model.ir_version, 4)
    _drop_unused(graph)


def sort(graph: Any) -> None:
    """Bring nodes into an order in which each comes after what it reads; stable.

    Raises ExportError where there is none.
    """
    made_by = {name: i for i, node in enumerate(graph.node) for name in node.output if name}
    read = [{*node.input}.union(*map(free, inside(node))) for node in graph.node]
    needs = [{made_by[name] for name in names if name in made_by} for names in read]
    try:
        TopologicalSorter(dict(enumerate(needs))).prepare()
    except CycleError as error:
        round_ = [graph.node[i].name or graph.node[i].op_type for i in error.args[1][1:]]
        circle = ", ".join(round_[:_NAMED]) + (", …" if len(round_) > _NAMED else "")
        raise ExportError(
            f"goes round in a circle, in the model or by its converter: {circle}"
        ) from error
    order: list[int] = []
    placed: set[int] = set()
    for first in range(len(needs)):
        stack = [first]
        while stack:
            waiting = sorted(needs[stack[-1]] - placed, reverse=True)
            if waiting and stack[-1] not in placed:
                stack += waiting
                continue
            index = stack.pop()
            if index not in placed:
                placed.add(index)
                order.append(index)
    ordered = [graph.node[i] for i in order]
    del graph.node[:]
    graph.node.extend(ordered)


def _constants(graph: Any, found: dict[str, Any]) -> None:
    inputs = {i.name for i in graph.input}
    found |= {t.name: t for t in graph.initializer if t.name not in inputs}
    for node in graph.node:
        if node.op_type == "Constant":
            for tensor in _made(node, {}, []) or ():
                found[tensor.name] = tensor
        for inner in inside(node):
            _constants(inner, found)


def _made(node: Any, known: dict[str, Any], opset: list[Any]) -> list[Any] | None:
    """What a node gives if that never changes, as tensors; None if it may, or can't be told."""
    if node.op_type == "Constant":
        return _constant(node)
    read = [name for name in node.input if name]
    if (
        node.domain not in ("", "ai.onnx")
        or node.op_type in _NEVER_FOLD
        or not read
        or not all(name in known for name in read)
        or any(inside(node))
    ):
        return None
    given = {name: values(known[name]) for name in read}
    results = [given[read[0]]] if node.op_type == "Identity" else _evaluate(node, given, opset)
    if results is None or not all(isinstance(r, np.ndarray | np.generic) for r in results):
        return None
    room = sum(array.nbytes for array in given.values()) + _SMALL
    if sum(np.asarray(r).nbytes for r in results) > room:
        return None
    named = zip(node.output, results, strict=True)
    return [numpy_helper.from_array(np.asarray(r), name) for name, r in named if name]


def _evaluate(node: Any, given: dict[str, Array], opset: list[Any]) -> list[Any] | None:
    from onnx.reference import ReferenceEvaluator

    inputs = [
        helper.make_tensor_value_info(name, helper.np_dtype_to_tensor_dtype(a.dtype), a.shape)
        for name, a in given.items()
    ]
    outputs = [helper.make_empty_tensor_value_info(name) for name in node.output if name]
    graph = helper.make_graph([node], "one", inputs, outputs)
    try:
        evaluator = ReferenceEvaluator(helper.make_model(graph, opset_imports=opset))
        results: list[Any] = evaluator.run(None, given)
    except Exception:  # it lacks operators, and says so in many ways
        return None
    return results if len(results) == len(node.output) else None


def _constant(node: Any) -> list[Any] | None:
    if len(node.attribute) != 1:
        return None
    attribute, name = node.attribute[0], node.output[0]
    match attribute.name:
        case "value":
            tensor = TensorProto()
            tensor.CopyFrom(attribute.t)
            tensor.name = name
        case "value_float" | "value_floats":
            tensor = numpy_helper.from_array(
                np.array(helper.get_attribute_value(attribute), np.float32), name
            )
        case "value_int" | "value_ints":
            tensor = numpy_helper.from_array(
                np.array(helper.get_attribute_value(attribute), np.int64), name
            )
        case _:
            return None
    return [tensor]


def _drop_unused(graph: Any) -> None:
    used = {name for node in nodes(graph) for name in node.input} | {o.name for o in graph.output}
    for inner in (g for node in graph.node for g in inside(node)):
        used |= {o.name for o in inner.output}
    kept = [tensor for tensor in graph.initializer if tensor.name in used]
    if len(kept) < len(graph.initializer):
        del graph.initializer[:]
        graph.initializer.extend(kept)
