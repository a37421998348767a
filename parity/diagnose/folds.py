"""Normalisations with stored statistics that went into the weights before them, or into a factor.

``gamma (w x + b - mean) / sqrt(variance + epsilon) + beta`` is one convolution with other
numbers, and exporters and optimisers store those.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from parity.compare.weights.partners import distance, fits
from parity.diagnose.judge import Judge
from parity.diagnose.measure import like
from parity.diagnose.reference import Reference
from parity.diagnose.said import WeightSaid
from parity.model.graph import Graph, Node
from parity.model.lowered.parameters import Parameter
from parity.model.lowered.weight import Floats32, Weight, matrix

_PLACES = {
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
class Fold:
    """weight: with the normalisation in it; None for one with no convolution before it.

    shift: what is added, factor: what is multiplied with. terms: the magnitude of what the
    shift is a sum of. consumed: the names of all parameters that went in.
    """

    weight: Parameter | None
    factor: Parameter
    shift: Parameter
    terms: Floats32
    consumed: tuple[str, ...]


def folds(reference: Reference) -> Iterator[Fold]:
    """One for each normalisation, made when it is asked for."""
    for node in reference.graph.nodes:
        if node.op.lower().replace("_", "").startswith(("batchnorm", "syncbatchnorm")):
            made = _fold(reference, node)
            if made is not None:
                yield made


def _fold(reference: Reference, node: Node) -> Fold | None:
    known = reference.parameters
    names = [node.inputs[at] for at in _PLACES[reference.format] if at < len(node.inputs)]
    if len(names) < len(_PLACES["onnx"]) or any(name not in known for name in names):
        return None
    gamma, beta, mean, variance = (
        known[name].values.reshape(-1).astype(np.float64) for name in names
    )
    epsilon = node.attributes.get("epsilon", _EPSILON)
    factor = gamma / np.sqrt(variance + float(epsilon if isinstance(epsilon, float) else _EPSILON))
    weight, bias = _before(reference, node.inputs[0])
    consumed = list(names)
    offset = np.zeros_like(mean)
    if bias is not None and known[bias].values.size == mean.size:
        offset = known[bias].values.reshape(-1).astype(np.float64)
        consumed.append(bias)
    folded = None if weight is None else _times(known[weight], factor, names[0])
    if weight is not None and folded is not None:
        consumed.append(weight)
    shift = beta + (offset - mean) * factor
    terms = np.abs(beta) + (np.abs(offset) + np.abs(mean)) * np.abs(factor)
    said = f"of {names[0]}"
    return Fold(
        folded, _vector(f"factor {said}", factor), _vector(f"shift {said}", shift),
        terms.astype(np.float32).reshape(1, -1), tuple(consumed),
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
    fold: Fold, weights: Sequence[Weight], judge: Judge
) -> Iterator[tuple[Weight, WeightSaid]]:
    """Those of some weights that were made by a fold, each with what is said of it."""
    taken: set[int] = set()
    for parameter, terms in (
        (fold.weight, None), (fold.shift, fold.terms), (fold.factor, None)
    ):  # fmt: skip
        if parameter is None:
            continue
        found = _nearest(parameter, [w for w in weights if id(w) not in taken])
        if found is None:
            continue
        weight, turned = found
        taken.add(id(weight))
        right = _right(weight, parameter, turned, terms)
        if right.all():
            yield weight, WeightSaid(weight.name, parameter.name, "equal", detail="folded")
            continue
        # What is only rounding would be counted with the fault.
        wanted = like(weight, parameter.values, turned=turned)
        held = replace(weight, values=np.where(right, wanted, weight.values))
        yield weight, judge.judge(held, parameter, turned)


def _nearest(parameter: Parameter, weights: Sequence[Weight]) -> tuple[Weight, bool] | None:
    stem = parameter.name.split(" ")[0]
    near = [
        (stem not in weight.name, distance(weight, parameter, way), at, way)
        for at, weight in enumerate(weights)
        for way in fits(weight, parameter)
    ]
    near = [n for n in near if not n[0] or n[1] < _ALIKE]
    if not near:
        return None
    _, _, at, way = min(near)
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
