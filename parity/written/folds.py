"""Normalisations with stored statistics that went into the weights before them, or into a factor.

``gamma (w x + b - mean) / sqrt(variance + epsilon) + beta`` is one convolution with other
numbers, and exporters and optimisers store those.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from parity.compare.weights.partners import distance, fits
from parity.model.graph import Graph, Node
from parity.model.lowered.parameters import Parameter
from parity.model.lowered.store import Store
from parity.model.lowered.weight import Floats32, Weight, matrix
from parity.written.judge import Judge
from parity.written.measure import like
from parity.written.reference import Reference
from parity.written.said import WeightSaid

PLACES = {
    "pir": (3, 4, 1, 2),
    "pdmodel": (3, 1, 2, 4),
    "onnx": (1, 2, 3, 4),
}
"""Inputs that are factor, offset, mean, variance. ``.pdmodel`` has them by the alphabet."""

_EPSILON = 1e-5  # what Paddle and ONNX take where none is given

_ROUNDED = 2.0**-18
"""Relative to the largest term: five operations in float32, in another order."""

_ALIKE = 0.5  # square distance up to which a weight can be a folded one with a fault in it


@dataclass(frozen=True, eq=False)
class Part:
    """What may be stored of a normalisation.

    parameter: with the numbers that it must have. terms: the magnitude of what each is a sum of;
    None for a product. consumed: the names of the parameters that went in.
    """

    parameter: Parameter
    terms: Floats32 | None
    consumed: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Fold:
    """weight: with the normalisation in it; None for one with no convolution before it.

    shift: what is added. factor: what is multiplied with, if it is on its own.
    """

    weight: Part | None
    shift: Part
    factor: Part

    @property
    def consumed(self) -> tuple[str, ...]:
        """The names of all parameters that went in."""
        return (*(self.weight.consumed if self.weight else ()), *self.shift.consumed)


def normalisations(reference: Reference) -> Iterator[Node]:
    """Nodes that normalise with stored statistics."""
    for node in reference.graph.nodes:
        if node.op.lower().replace("_", "").startswith(("batchnorm", "syncbatchnorm")):
            yield node


def of(reference: Reference, node: Node) -> tuple[str, ...]:
    """Its factor, offset, mean and variance; nothing where one of them isn't stored."""
    places = PLACES[reference.format]
    names = tuple(node.inputs[at] for at in places if at < len(node.inputs))
    stored = len(names) == len(places) and all(name in reference.parameters for name in names)
    return names if stored else ()


def folds(reference: Reference) -> Iterator[Fold]:
    """One for each normalisation, made when it is asked for."""
    for node in normalisations(reference):
        made = _fold(reference, node)
        if made is not None:
            yield made


def _fold(reference: Reference, node: Node) -> Fold | None:
    known = reference.parameters
    names = of(reference, node)
    if not names:
        return None
    gamma, beta, mean, variance = (
        known[name].values.reshape(-1).astype(np.float64) for name in names
    )
    epsilon = node.attributes.get("epsilon", _EPSILON)
    factor = gamma / np.sqrt(variance + float(epsilon if isinstance(epsilon, float) else _EPSILON))
    weight, bias = _before(reference, node.inputs[0])
    scales = (names[0], names[3])
    shifts = [*names]
    offset = np.zeros_like(mean)
    if bias is not None and known[bias].values.size == mean.size:
        offset = known[bias].values.reshape(-1).astype(np.float64)
        shifts.append(bias)
    folded = None if weight is None else _times(known[weight], factor, names[0])
    shift = beta + (offset - mean) * factor
    terms = np.abs(beta) + (np.abs(offset) + np.abs(mean)) * np.abs(factor)
    return Fold(
        None if folded is None else Part(folded, None, (weight or "", *scales)),
        Part(
            _vector(f"{names[1]} with the shift of {names[2]}", shift),
            terms.astype(np.float32).reshape(1, -1), tuple(shifts),
        ),
        Part(_vector(f"the factor of {names[0]}", factor), None, scales),
    )  # fmt: skip


def _vector(name: str, values: NDArray[np.float64]) -> Parameter:
    held = values.astype(np.float32).reshape(1, -1)
    return Parameter(name, (held.size,), held, None)


def _times(weight: Parameter, factor: NDArray[np.float64],
           by: str) -> Parameter | None:  # fmt: skip
    if weight.shape[0] != factor.size:
        return None
    folded = (weight.values * factor[:, None]).astype(np.float32)  # type: ignore[operator]
    return Parameter(f"{weight.name} times the factor of {by}", weight.shape, matrix(folded), None)


def _before(reference: Reference, name: str) -> tuple[str | None, str | None]:
    """The convolution's weight and bias before a normalisation."""
    graph, bias = reference.graph, None
    node = graph.producers.get(name)
    if node is not None and node.op == "add" and len(graph.readers(name)) == 1:
        for one, other in (node.inputs[:2], node.inputs[1::-1]):
            stored = _stored(graph, other)
            if stored in reference.parameters:
                bias, name = stored, one
                node = graph.producers.get(one)
                break
    if node is None or "conv" not in node.op.lower() or "transpose" in node.op.lower():
        return None, None
    if len(graph.readers(name)) != 1:
        return None, None
    weights = [i for i in node.inputs if i in reference.parameters]
    matrices = [i for i in weights if len(reference.parameters[i].shape) > 1]
    vectors = [i for i in weights if len(reference.parameters[i].shape) == 1]
    return (matrices[0] if matrices else None), (vectors[0] if vectors else bias)


def _stored(graph: Graph, name: str) -> str:
    node = graph.producers.get(name)
    return node.inputs[0] if node is not None and node.op == "reshape" and node.inputs else name


def folded(
    fold: Fold, weights: Sequence[Weight], judge: Judge, store: Store
) -> Iterator[tuple[Weight, WeightSaid, Part]]:
    """Those of some weights that were made by a fold, each with what is said of it."""
    free = list(weights)
    bias = ""
    for part in (fold.weight, fold.shift, fold.factor):
        found = None if part is None else _nearest(part.parameter, free, bias)
        bias = ""
        if part is None or found is None:
            continue
        weight, turned = found
        free = [w for w in free if w is not weight]
        if part is fold.weight:
            bias = _beside(store, weight.name)
        yield weight, _said(part, weight, turned, judge), part


def _said(part: Part, weight: Weight, turned: bool, judge: Judge) -> WeightSaid:
    right = _right(weight, part.parameter, turned, part.terms)
    if right.all():
        return WeightSaid(weight.name, part.parameter.name, "equal", detail="folded")
    # What is only rounding would be counted with the fault.
    wanted = like(weight, part.parameter.values, turned=turned)
    held = replace(weight, values=np.where(right, wanted, weight.values))
    return judge.judge(held, part.parameter, turned)


def _beside(store: Store, name: str) -> str:
    """The stored bias of the convolution that reads a weight; "" if there is none."""
    for node in store.read_by.get(name, ()):
        if "Conv" in node.op_type and len(node.input) > _BIAS and node.input[_BIAS]:
            return store.source(node.input[_BIAS]) or ""
    return ""


_BIAS = 2  # its place among a convolution's inputs


def _nearest(
    parameter: Parameter, weights: Sequence[Weight], known: str
) -> tuple[Weight, bool] | None:
    """The weight of a known name; else that whose name has the parameter's; else by numbers."""
    stem = parameter.name.split(" ")[0]
    near = [
        (weight.name != known, stem not in weight.name, distance(weight, parameter, way), at, way)
        for at, weight in enumerate(weights)
        for way in fits(weight, parameter)
    ]
    near = [n for n in near if not (n[0] and n[1]) or n[2] < _ALIKE]
    if not near:
        return None
    *_, at, way = min(near)
    return weights[at], way


def _right(
    weight: Weight, parameter: Parameter, turned: bool, terms: Floats32 | None
) -> NDArray[np.bool_]:
    """Which elements are as a fold makes them, but for its rounding."""
    wanted = np.asarray(like(weight, parameter.values, turned=turned), np.float64)
    if weight.quantised or weight.dtype not in ("float32", "float64"):
        return np.zeros(weight.values.shape, np.bool_)
    size = np.abs(wanted)
    if terms is not None:
        size = np.asarray(like(weight, terms, turned=turned), np.float64)
    off = np.abs(weight.values.astype(np.float64) - wanted)
    return np.asarray(off <= _ROUNDED * size)
