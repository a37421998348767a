"""Compute an ONNX model in float64, node by node. In a process of its own: foreign code.

Each node by parity's own formula where onnx's is wrong or lacking, else by onnx's reference
implementation; where neither computes it, by ONNX Runtime in float32, which is told: of such an
operator there is no oracle.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from parity.model.formats.onnx_walk import free, inside
from parity.model.parts.onnx_functions import inlined
from parity.model.tensors import Array, Feed
from parity.oracle.formulas import FORMULAS, OR_ONNX
from parity.oracle.inner_ops import NEW_OPS
from parity.oracle.width import narrow, wide

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


Runtime = Callable[[Any, Values], list[Any]]
"""Computes a model of one node in float32, given its inputs."""


class Oracle:
    """A ModelProto that is computed for one feed after the other.

    checked: compare each kind of node with the runtime, and believe that where they disagree; both
    have what the node has in the model. Kinds that agreed once are not compared again.
    """

    def __init__(self, model: Any, runtime: Runtime, *, checked: bool) -> None:
        self._model, self._runtime, self._checked = inlined(model), runtime, checked
        self._opset = next((o.version for o in model.opset_import if o.domain in _DEFAULT), 1)
        # As they are, until they are read: a word table in float64 is twice the model for nothing.
        self._stored = {t.name: numpy_helper.to_array(t) for t in self._model.graph.initializer}
        self._known: dict[str, bool] = {}  # kinds of nodes, and whether the oracle is right
        self._computed = Computed({})

    def compute(self, feed: Feed) -> Computed:
        """The model's outputs, with what there was no oracle of."""
        self._computed = Computed({})
        values: Values = {"": None, **self._stored}
        values |= {name: wide(array) for name, array in feed.items()}
        graph = self._model.graph
        wanted = {output.name for output in graph.output}
        last = {name: at for at, node in enumerate(graph.node) for name in read(node)}
        for at, node in enumerate(graph.node):
            for name, value in zip(node.output, self._node(node, values), strict=False):
                if name:
                    values[name] = value
            for name in {*read(node), *node.output}:
                if name and name not in wanted and last.get(name, at) <= at:
                    values.pop(name, None)
        self._computed.outputs = {o.name: np.asarray(wide(values[o.name])) for o in graph.output}
        return self._computed

    def _branch(self, node: Any, values: Values) -> list[Any]:
        """An If: the nodes of the branch that is taken, each computed and checked as any other."""
        taken = "then_branch" if bool(np.all(values[node.input[0]])) else "else_branch"
        graph = next(a.g for a in node.attribute if a.name == taken)
        inside = {**values, **{t.name: numpy_helper.to_array(t) for t in graph.initializer}}
        for inner in graph.node:
            made = zip(inner.output, self._node(inner, inside), strict=False)
            inside |= {name: value for name, value in made if name}
        return [inside[output.name] for output in graph.output]

    def _node(self, node: Any, values: Values) -> list[Any]:
        if node.op_type == "If" and node.domain in _DEFAULT:
            return self._branch(node, values)
        table = node.input[0] if node.op_type == "Gather" else ""
        given = {name: values[name] if name == table else wide(values[name]) for name in read(node)}
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
        if node.domain not in _DEFAULT:
            return None
        try:
            made = self._by_formula(node, given)
            if made is None:
                fed = {name: value for name, value in given.items() if name}
                named = ReferenceEvaluator(self._one(node, given), new_ops=NEW_OPS).run(None, fed)
                every = iter(named)
                made = [next(every) if name else None for name in node.output]
        except Exception:  # it lacks operators and says so in many ways
            return None
        return [wide(value) for value in made]

    def _by_formula(self, node: Any, given: Values) -> list[Any] | None:
        """None where onnx's own is as good. Raises NotImplementedError where that is wrong, too."""
        inputs = [given[name] for name in node.input]
        if node.op_type in FORMULAS:
            return FORMULAS[node.op_type](node, inputs, self._opset)
        if node.op_type in OR_ONNX:
            with contextlib.suppress(NotImplementedError):
                return OR_ONNX[node.op_type](node, inputs, self._opset)
        return None

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


def _info(name: str, value: Any) -> Any:
    if isinstance(value, list):
        kind = helper.np_dtype_to_tensor_dtype(np.asarray(narrow(value[0])).dtype) if value else 1
        return helper.make_tensor_sequence_value_info(name, kind, None)
    array = np.asarray(narrow(value))
    return helper.make_tensor_value_info(
        name, helper.np_dtype_to_tensor_dtype(array.dtype), array.shape
    )


def _kind(node: Any, given: Values) -> str:
    # Sizes, too: onnx's pools are right where windows fit, and wrong where they don't.
    forms = [f"{np.asarray(v).dtype}{np.shape(v)}" for v in given.values() if v is not None]
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
