"""Compute an ONNX model in float64, node by node. In a process of its own: foreign code.

Each node by parity's own formula where onnx's is wrong or lacking, else by onnx's reference
implementation; where neither computes it, by ONNX Runtime in float32, which is told: of such an
operator there is no oracle.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from parity.diagnose.ladder.formulas import FORMULAS
from parity.model.formats.onnx_walk import free, inside
from parity.model.parts.onnx_functions import inlined
from parity.model.tensors import Array, Feed

Values = dict[str, Any]  # arrays; also lists of them, and None

_DEFAULT = ("", "ai.onnx")

_ALIKE = 1e-4
"""Of the largest magnitude: up to what an operator in float32 may be off its float64. A wrong
formula is off by hundredths and more (BatchNormalization by onnx 1.17: 0.09)."""


@dataclass
class Computed:
    """outputs: by name, of floats in float64. borrowed: operators that ONNX Runtime computed.

    apart: operators on which the oracle and ONNX Runtime, given the same, disagree.
    """

    outputs: dict[str, Array]
    borrowed: set[str] = field(default_factory=set)
    apart: dict[str, float] = field(default_factory=dict)


def compute(model: Any, feed: Feed, runtime: Callable[[Any, Values], list[Any]], *,
            checked: bool) -> Computed:  # fmt: skip
    """Compute a ModelProto's outputs.

    runtime: computes a model of one node in float32, given its inputs. checked: compare each kind
    of node with that, and believe it where they disagree; both have what the node has in the
    model.
    """
    return _Run(inlined(model), feed, runtime, checked=checked).run()


class _Run:
    def __init__(
        self, model: Any, feed: Feed, runtime: Callable[[Any, Values], list[Any]], *, checked: bool
    ) -> None:
        self._model, self._runtime, self._checked = model, runtime, checked
        self._opset = next((o.version for o in model.opset_import if o.domain in _DEFAULT), 1)
        self._values: Values = {"": None}
        for tensor in model.graph.initializer:
            # As it is, until it is read: a word table in float64 is twice the model for nothing.
            self._values[tensor.name] = numpy_helper.to_array(tensor)
        self._values |= {name: wide(array) for name, array in feed.items()}
        self._known: dict[str, bool] = {}  # kinds of nodes, and whether the oracle is right
        self._computed = Computed({})

    def run(self) -> Computed:
        graph = self._model.graph
        wanted = {output.name for output in graph.output}
        last = {name: at for at, node in enumerate(graph.node) for name in read(node)}
        for at, node in enumerate(graph.node):
            for name, value in zip(node.output, self._node(node), strict=False):
                if name:
                    self._values[name] = value
            for name in {*read(node), *node.output}:
                if name and name not in wanted and last.get(name, at) <= at:
                    self._values.pop(name, None)
        self._computed.outputs = {
            o.name: np.asarray(wide(self._values[o.name])) for o in graph.output
        }
        return self._computed

    def _branch(self, node: Any) -> list[Any]:
        """An If: the nodes of the branch that is taken, each computed and checked as any other."""
        taken = "then_branch" if bool(np.all(self._values[node.input[0]])) else "else_branch"
        graph = next(a.g for a in node.attribute if a.name == taken)
        outside = dict(self._values)
        for tensor in graph.initializer:
            self._values[tensor.name] = numpy_helper.to_array(tensor)
        for inner in graph.node:
            self._values |= dict(zip(inner.output, self._node(inner), strict=False))
        made = [self._values[output.name] for output in graph.output]
        self._values = outside
        return made

    def _node(self, node: Any) -> list[Any]:
        if node.op_type == "If" and node.domain in _DEFAULT:
            return self._branch(node)
        table = node.input[0] if node.op_type == "Gather" else ""
        given = {
            name: self._values[name] if name == table else wide(self._values[name])
            for name in read(node)
        }
        mine = self._oracle(node, given)
        if mine is None:
            self._computed.borrowed.add(node.op_type)
            return [wide(v) for v in self._runtime(self._one(node, given), given)]
        if not self._checked:
            return mine
        kind = _kind(node, given)
        if self._known.get(kind) is True:
            return mine
        try:
            theirs = [wide(v) for v in self._runtime(self._one(node, given), given)]
        except Exception:  # a node that it runs only among others: it can't be checked
            return mine
        off = max((_apart(a, b) for a, b in zip(mine, theirs, strict=False)), default=0.0)
        self._known[kind] = off <= _ALIKE
        if self._known[kind]:
            return mine
        self._computed.apart[node.op_type] = max(off, self._computed.apart.get(node.op_type, 0.0))
        return theirs

    def _oracle(self, node: Any, given: Values) -> list[Any] | None:
        try:
            formula = FORMULAS.get(node.op_type) if node.domain in _DEFAULT else None
            if formula is not None:
                made = formula(node, [given[n] for n in node.input], self._opset)
            elif node.domain in _DEFAULT:
                fed = {name: value for name, value in given.items() if name}
                made = ReferenceEvaluator(self._one(node, given)).run(None, fed)
            else:
                return None
        except Exception:  # it lacks operators and says so in many ways
            return None
        return [wide(value) for value in made]

    def _one(self, node: Any, given: Values) -> Any:
        """A model of one node. What it reads has the types that it has in the model, narrow."""
        inputs = [_info(name, value) for name, value in given.items() if name]
        outputs = [helper.make_empty_tensor_value_info(name) for name in node.output if name]
        graph = helper.make_graph([node], "one", inputs, outputs)
        made = helper.make_model(graph, opset_imports=self._model.opset_import)
        made.ir_version = self._model.ir_version
        return made


def read(node: Any) -> list[str]:
    """Every name that a node reads, those of its branches too, each once."""
    names = [*node.input, *(name for graph in inside(node) for name in sorted(free(graph)))]
    return list(dict.fromkeys(names))


def wide(value: Any) -> Any:
    """Floats of 32 bits in 64."""
    if isinstance(value, list):
        return [wide(v) for v in value]
    if getattr(value, "dtype", None) == np.float32:
        return np.asarray(value, np.float64)
    return value


def narrow(value: Any) -> Any:
    """The reverse, for ONNX Runtime."""
    if isinstance(value, list):
        return [narrow(v) for v in value]
    if getattr(value, "dtype", None) == np.float64:
        return np.asarray(value, np.float32)
    return value


def _info(name: str, value: Any) -> Any:
    if isinstance(value, list):
        kind = helper.np_dtype_to_tensor_dtype(np.asarray(narrow(value[0])).dtype) if value else 1
        return helper.make_tensor_sequence_value_info(name, kind, None)
    array = np.asarray(narrow(value))
    return helper.make_tensor_value_info(
        name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape
    )


def _kind(node: Any, given: Values) -> str:
    forms = [f"{np.asarray(v).dtype}{np.ndim(v)}" for v in given.values() if v is not None]
    attributes = sorted(a.SerializeToString() for a in node.attribute)
    return f"{node.op_type} {forms} {attributes}"


def _apart(mine: Any, theirs: Any) -> float:
    """How far two results are apart, of their magnitude; infinity where they don't compare."""
    if isinstance(mine, list) or isinstance(theirs, list):
        return 0.0
    one, other = np.asarray(mine), np.asarray(theirs)
    if one.shape != other.shape:
        return np.inf
    if one.dtype.kind not in "fc":
        return 0.0 if np.array_equal(one, other) else np.inf
    finite = np.isfinite(one) & np.isfinite(other)
    if not np.array_equal(np.isnan(one), np.isnan(other)):
        return np.inf
    size = max(float(np.abs(one[finite]).max(initial=0.0)), 1e-6)
    return float(np.abs(one[finite] - other[finite]).max(initial=0.0)) / size
