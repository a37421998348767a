"""Between which numbers each FP16 tensor inside an ONNX model lies, had it FP32's range.

Not an engine to deploy on. A CPU has no FP16 kernels for most operators: ONNX Runtime computes
them in FP32 and leaves out the casts between, so that what overflows on the device that the model
is for does not here. The ranges show it: they are taken inside the graph, by a node that reduces
each tensor to a few numbers, before anything is rounded. Nothing else is kept in memory.

It answers, by the tensor's name, float32 (lowest, highest, the lowest of its rows' highest).
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from parity.engines import EngineInfo, Options
from parity.engines._options import thread_count
from parity.engines.ort import session_of, tensors_of, version
from parity.model.artifact import Artifact
from parity.model.parts.onnx_cut import Graph
from parity.model.tensors import Array, Feed, Outputs

OPTIONS = {"threads": "threads inside an operator (default: cores shared between the engines)"}

FORMATS = ("onnx",)

_HALF = "tensor(float16)"

_AXES_INPUT = 18  # the opset from which on ReduceMax takes its axes as an input


class RangesEngine:
    """One session, in which every FP16 tensor is reduced."""

    def __init__(self, model: Artifact, options: Options) -> None:
        self._graph = Graph(model.program)
        self._threads = thread_count(options)
        self.halves = self._ranked()
        self._sessions: dict[tuple[str, ...], tuple[Any, dict[str, Array]]] = {}
        self.info = EngineInfo("ranges", version(), (), (), {"tensors": len(self.halves)})

    def run(self, feed: Feed) -> Outputs:
        """The ranges on a feed, in the order of the graph; a tensor of no elements has none."""
        return self._some(tuple(self.halves), feed)

    def close(self) -> None:
        """Free the sessions."""
        self._sessions.clear()

    def _ranked(self) -> dict[str, int]:
        """The rank of each FP16 tensor that an output depends on, by name."""
        graph = self._graph
        names = [n for at in graph.behind(graph.outputs) for n in graph.nodes[at].output if n]
        piece, _ = graph.piece(names)
        session = session_of(piece, level="disable", threads=self._threads, lean=True)
        return {o.name: len(o.shape or ()) for o in session.get_outputs() if o.type == _HALF}

    def _some(self, names: tuple[str, ...], feed: Feed) -> dict[str, Array]:
        """Of some tensors; of the halves where that doesn't run, down to the one that doesn't."""
        if not names:
            return {}
        try:
            if names not in self._sessions:
                self._sessions[names] = self._session(names)
            session, weights = self._sessions[names]
            inputs, made, _ = tensors_of(session)
            given = {**feed, **weights}
            found = session.run(made, {i.name: given[i.name] for i in inputs})
        except Exception:
            if len(names) == 1:  # of no elements, say: those have no largest
                return {}
            middle = len(names) // 2
            return {**self._some(names[:middle], feed), **self._some(names[middle:], feed)}
        numbers = np.reshape(np.asarray(found, np.float32), (len(names), 3))
        return dict(zip(names, numbers, strict=True))

    def _session(self, names: Sequence[str]) -> tuple[Any, dict[str, Array]]:
        import onnx

        piece, weights = self._graph.piece(names)
        model = onnx.ModelProto()
        model.ParseFromString(piece)
        del model.graph.output[:]
        opset = next((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), 1)
        for at, name in enumerate(names):
            _reduce(model.graph, name, f"parity.ranges.{at}", self.halves, opset)
        session = session_of(model.SerializeToString(), level="disable", threads=self._threads)
        return session, weights


def open(model: Artifact, options: Options) -> RangesEngine:  # noqa: A001  the contract's name
    """Load an ONNX file."""
    return RangesEngine(model, options)


def _reduce(graph: Any, name: str, own: str, ranks: Mapping[str, int], opset: int) -> None:
    """Add the three numbers of a tensor as outputs. Its cast to FP32 undoes the one before it."""
    from onnx import TensorProto, helper

    def add(kind: str, read: str, made: str, **attributes: Any) -> str:
        graph.node.append(helper.make_node(kind, [read], [f"{own}.{made}"], **attributes))
        return f"{own}.{made}"

    whole = add("Cast", name, "whole", to=TensorProto.FLOAT)
    low = add("ReduceMin", whole, "low", keepdims=0)
    high = add("ReduceMax", whole, "high", keepdims=0)
    rows = whole
    if ranks[name]:
        axes: dict[str, Any] = {"axes": [-1]} if opset < _AXES_INPUT else {}
        rows = add("ReduceMax", whole, "rows", keepdims=0, **axes)
        if not axes:
            last = helper.make_tensor(f"{own}.axes", TensorProto.INT64, [1], [-1])
            graph.initializer.append(last)
            graph.node[-1].input.append(last.name)
    row = add("ReduceMin", rows, "row", keepdims=0)
    for made in (low, high, row):
        graph.output.add().name = made
