"""INT8 products that may saturate on CPUs with AVX2 and without VNNI.

``vpmaddubsw`` multiplies an unsigned by a signed byte and adds two such products into 16 bits,
which end at 32,767: with activations of 255, two neighbouring weights of one column that together
are beyond 128 are cut off (onnxruntime#6004). Weights of 7 bits (``reduce_range=True``) can't.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from parity.lint.about import About, Lint, called
from parity.model.tensors import Array

KIND = "int8-saturates"

# Operator: the operand that holds weights, and its scale's neighbour that tells nothing here.
_WEIGHTS = {
    "MatMulInteger": 1,
    "DynamicQuantizeMatMul": 1,
    "MatMulIntegerToFloat": 1,
    "QLinearMatMul": 3,
    "QGemm": 3,
    "ConvInteger": 1,
    "QLinearConv": 3,
}
_FLOAT = {"MatMul": 1, "Gemm": 1, "Conv": 1}

MOST = 128
"""Two weights together: 255 * 128 = 32,640, and 255 * 129 is beyond 32,767."""


def look(about: About) -> Iterator[Lint]:
    """A lint for each product that can saturate, the largest share of pairs first."""
    found = []
    for node in about.nodes:
        weights = _weights(about, node)
        if weights is not None:
            risky, pairs = at_risk(_columns(node, weights))
            found.append((risky / max(1, pairs), risky, pairs, node))
    for share, risky, pairs, node in sorted(found, key=lambda one: -one[0]):
        if risky:
            yield Lint(
                KIND, "warning", called(node),
                f"{node.op_type}: {risky:,} of {pairs:,} pairs of its INT8 weights "
                f"({share:.1%}) are beyond 128 together and can saturate with activations "
                "of 255, on AVX2 without VNNI: other numbers there than here",
                "quantise with reduce_range=True (7 bits), or deploy on CPUs with VNNI alone",
            )  # fmt: skip


def at_risk(columns: Array) -> tuple[int, int]:
    """Pairs along axis 0 that can saturate, and pairs. columns: int8 (terms, columns)."""
    risky = risky_pairs(columns)
    return int(risky.sum()), int(risky.size)


def risky_pairs(columns: Array) -> Array:
    """Which pairs along axis 0 can saturate with some activations; bool (terms / 2, columns)."""
    even = columns[: len(columns) // 2 * 2].astype(np.int32)
    one, other = even[0::2], even[1::2]
    above = np.maximum(one, 0) + np.maximum(other, 0) > MOST
    below = np.minimum(one, 0) + np.minimum(other, 0) < -MOST
    return np.asarray(above | below)


def measurable(about: About) -> Iterator[tuple[Any, str, Array]]:
    """Products of matrices by INT8 weights: the node, the tensor of 8-bit activations, columns.

    Not convolutions, nor an operator that quantises its activations itself.
    """
    for node in about.nodes:
        weights = _weights(about, node)
        if weights is None or weights.ndim != _MATRIX or node.op_type not in _MEASURABLE:
            continue
        fed = node.input[0]
        if node.op_type in _FLOAT:
            fed = about.store.made_by[fed].input[0]
        if fed not in about.store.tensors:
            yield node, fed, _columns(node, weights)


_MEASURABLE = ("MatMulInteger", "MatMulIntegerToFloat", "QLinearMatMul", "QGemm", "MatMul", "Gemm")

_MATRIX = 2


def _weights(about: About, node: Any) -> Array | None:
    """Signed bytes that a product takes as its weights."""
    at = _WEIGHTS.get(node.op_type)
    name = node.input[at] if at is not None and len(node.input) > at else None
    if node.op_type in _FLOAT:
        maker = about.store.made_by.get(node.input[_FLOAT[node.op_type]])
        name = maker.input[0] if maker is not None and maker.op_type == "DequantizeLinear" else None
        fed = about.store.made_by.get(node.input[0])
        if fed is None or fed.op_type != "DequantizeLinear":
            return None  # computed in floats
    source = about.store.source(name, past=("Identity",)) if name else None
    if source is None or about.store.dtype(source) != "int8":
        return None
    array = about.array(source)
    return array if array is not None and array.ndim >= 2 else None


def _columns(node: Any, weights: Array) -> Array:
    """Weights as (terms of a sum, columns)."""
    if "Conv" in node.op_type:
        return np.moveaxis(weights.reshape(len(weights), -1), 0, 1)
    turned = any(a.name == "transB" and a.i for a in node.attribute)
    flat = np.swapaxes(weights, -1, -2) if turned else weights
    return np.moveaxis(flat, -2, 0).reshape(flat.shape[-2], -1)
