"""The conditions of an ONNX model's branches, as a small model of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parity.model.formats.onnx_graph import opened
from parity.model.formats.onnx_light import raw
from parity.model.formats.onnx_walk import free, inside, nodes


@dataclass(frozen=True)
class Conditions:
    """model: what computes them, serialised. inputs: those it takes. names: by branching node
    the condition. inner: branches whose condition is computed inside another branch or body.
    """

    model: bytes
    inputs: tuple[str, ...]
    names: Mapping[str, str]
    inner: int


def conditions(path: Path) -> Conditions | None:
    """None for a model without branches. Raises ModelError for a file that can't be read."""
    model, buffer = opened(path)
    graph = model.graph
    top = [node for node in graph.node if node.op_type == "If"]
    every = [node for node in nodes(graph) if node.op_type == "If"]
    if not every:
        return None
    outside = {value.name for value in graph.input} | {t.name for t in graph.initializer}
    outside |= {name for node in graph.node for name in node.output}
    seen = [node for node in every if node in top or node.input[0] in outside]
    names = {node.name or f"If {index}": node.input[0] for index, node in enumerate(seen)}
    return _cut(model, buffer, names, len(every) - len(seen))


def _cut(model: Any, buffer: Any, names: Mapping[str, str], inner: int) -> Conditions:
    """What the conditions are computed from, and nothing else."""
    from onnx import ModelProto, TensorProto, helper

    graph = model.graph
    makers = {name: node for node in graph.node for name in node.output if name}
    wanted, waiting = set(names.values()), list(names.values())
    kept: set[int] = set()
    while waiting:
        node = makers.get(waiting.pop())
        if node is None or id(node) in kept:
            continue
        kept.add(id(node))
        read = set(node.input).union(*(free(part) for part in inside(node)))
        waiting += read - wanted
        wanted |= read
    made = ModelProto()
    made.ir_version = model.ir_version
    made.opset_import.extend(model.opset_import)
    made.functions.extend(model.functions)
    made.graph.name = "conditions"
    made.graph.node.extend(node for node in graph.node if id(node) in kept)
    made.graph.initializer.extend(t for t in graph.initializer if t.name in wanted)
    stored = {t.name for t in graph.initializer}
    inputs = [value for value in graph.input if value.name in wanted and value.name not in stored]
    made.graph.input.extend(inputs)
    for name in sorted(set(names.values())):
        made.graph.output.append(helper.make_tensor_value_info(name, TensorProto.BOOL, None))
    _fill(made, buffer)
    return Conditions(made.SerializeToString(), tuple(value.name for value in inputs), names, inner)


def _fill(made: Any, buffer: Any) -> None:
    """Put large raw data back, which a model is read without."""
    from parity.model.formats.onnx_walk import tensors

    for tensor in tensors(made.graph):
        data = None if tensor.data_location == tensor.EXTERNAL else raw(tensor, buffer)
        if data is not None and len(data):
            tensor.doc_string = ""
            tensor.raw_data = bytes(data)
