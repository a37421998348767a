"""A program of a few lines that shows what an exporter makes of one op."""

from pathlib import Path
from typing import Any

from parity.diagnose.reproduce.builders import BUILDERS, OLD
from parity.model.artifact import Artifact
from parity.model.formats.read import graph_of, sense
from parity.model.graph import Node
from parity.model.lowered.store import Store
from parity.model.opset import opsets
from parity.written.attributes.compare import stretches
from parity.written.attributes.expected import Read
from parity.written.attributes.shapes import Extents, shapes
from parity.written.culprit import Culprit

_OPEN = (2, 8, 12, 12, 12)
"""Extents for axes that the model leaves open, the batch first."""

_TEMPLATE = Path(__file__).with_name("repro_op.py.txt")


def script(reference: Artifact, candidate: Artifact, culprit: Culprit) -> str | None:
    """The program for the op that a culprit came from; None where it can't be told or built.

    Raises ModelError for files that are damaged.
    """
    if reference.format == "onnx" or candidate.format != "onnx":
        return None
    graph = graph_of(reference.program)
    with sense(candidate.program):
        found = stretches(graph, Store(candidate.program))
        ops = [
            s.op for s in found if any(culprit.outputs[:1] == tuple(n.output[:1]) for n in s.nodes)
        ]
    if not ops:
        return None
    with sense(reference.program):
        return _of(ops[0], Read(graph, shapes(reference)), opsets(candidate)[1])


def _of(op: Node, read: Read, opset: int | None) -> str | None:
    name = op.name.removeprefix("pd_op.").rstrip("_")
    builder = BUILDERS.get(OLD.get(name, name))
    shape = read.shapes.get(op.inputs[0]) if op.inputs else None
    if builder is None or shape is None or len(shape) > len(_OPEN):
        return None
    extents = _closed(shape)
    values: dict[str, Any] = {"channels": extents[1] if len(extents) > 1 else None}
    for key, names in builder.values.items():
        given = (read.given(op, name) for name in names)
        value = next((v for v in given if v is not None), None)
        if value is None:
            return None
        values[key] = list(value) if isinstance(value, tuple) else value
    shown = {key: repr(value) for key, value in values.items()}
    text = _TEMPLATE.read_text("utf-8")
    filled = {
        "@OP@": op.name,
        "@SHAPE@": repr(list(extents)),
        "@LAYER@": builder.layer.format(**shown) or "None",
        "@CALL@": builder.call.format(**shown),
        "@OPSET@": str(opset or 13),
    }
    for mark, what in filled.items():
        text = text.replace(mark, what)
    return text


def _closed(shape: Extents) -> Extents:
    return tuple(axis if axis > 0 else _OPEN[at] for at, axis in enumerate(shape))
