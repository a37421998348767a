"""The float weights that a lowered file keeps: biases, normalisation, everything in FP16."""

from collections.abc import Iterable

from parity.model.lowered.quantised import reads_turned
from parity.model.lowered.store import Store
from parity.model.lowered.weight import Weight, matrix

_SCALED = (
    "DequantizeLinear", "MatMulNBits", "MatMulIntegerToFloat", "DynamicQuantizeMatMul",
    "DynamicQuantizeLSTM",
)  # fmt: skip
"""Operators with scales among their inputs, beside those that begin with a Q."""

_FLOATS = ("float16", "bfloat16", "float32", "float64")


def kept(store: Store) -> list[Weight]:
    """Stored floats of two elements or more that are no scales of integers."""
    scales = set(_scales(store))
    found = []
    for name in store.tensors:
        dtype, shape = store.dtype(name), store.shape(name)
        if dtype not in _FLOATS or name in scales:
            continue
        values = store.array(name)
        if values.size > 1:
            found.append(Weight(name, dtype, shape, matrix(values), turned=_turned(store, name)))
    return found


def _turned(store: Store, name: str) -> bool | None:
    return reads_turned(store, name) if len(store.shape(name)) == 2 else None


def _scales(store: Store) -> Iterable[str]:
    for node in store.nodes:
        if not node.op_type.startswith("Q") and node.op_type not in _SCALED:
            continue
        yield from (s for s in (store.source(i) for i in node.input[1:]) if s is not None)
