"""Half precision by ONNX Runtime's own converter; inputs and outputs keep their types.

Expected: every float tensor becomes FP16, unless all that reads it is an
operator that stays FP32: one without an FP16 form, as the converter lists them,
one of ``MOVERS`` where those have to, or a node that is to be kept.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from parity.errors import ExportError

LARGEST = 65504.0
SMALLEST = 5.96e-8
"""The converter clamps what FP16 can't hold to these, without a word."""

RECURRENT = ("GRU", "LSTM", "RNN")
MOVERS = ("Transpose", "Reshape")
"""Kept in FP32 beside a recurrent layer: with them in FP16, ONNX Runtime 1.31.1's
NchwcTransformer ends in SIGSEGV when it loads LAC. They only move numbers."""


def convert(model: Any, keep: Sequence[str] = ()) -> Any:
    """The model in FP16, with casts behind its inputs and before its outputs.

    keep: names of nodes that stay in FP32; between two of them nothing is rounded to FP16.
    """
    from onnxruntime.transformers.float16 import convert_float_to_float16

    from parity.exports._casts import joined
    from parity.exports._graph import sort

    converted = convert_float_to_float16(
        model,
        min_positive_val=SMALLEST,
        max_finite_val=LARGEST,
        keep_io_types=True,
        op_block_list=_kept(model),
        node_block_list=list(keep),
    )
    if keep:
        joined(converted.graph)
    sort(converted.graph)  # it appends its casts at the end
    return converted


def coverage(before: Any, after: Any, keep: Sequence[str] = ()) -> str:
    """Float tensors in FP16, what stayed, what had to be clamped. Raises ExportError."""
    from onnx import TensorProto

    from parity.exports._graph import constants, values

    was = {n: t for n, t in constants(before).items() if t.data_type == TensorProto.FLOAT}
    now = constants(after)
    left = {n: t for n, t in now.items() if n in was and t.data_type == TensorProto.FLOAT}
    half = sum(t.data_type == TensorProto.FLOAT16 for n, t in now.items() if n in was)
    if not half:
        raise ExportError(
            f"has no FP16 tensor: all {len(was)} float tensors stayed as they were"
            if was
            else "has no FP16 tensor: the model has no float tensor to convert"
        )
    kept = _kept(before)
    unexpected = [n for n in left if not _excused(n, after, kept, keep)]
    if unexpected:
        raise ExportError(
            f"has only {half} of {len(was)} float tensors in FP16; "
            f"nothing explains why {', '.join(sorted(unexpected)[:3])} stayed FP32"
        )
    parts = [f"{half} of {len(was)} float tensors in FP16"]
    if keep:
        parts.append(f"{len(keep)} nodes kept in FP32")
    if left:
        parts.append(f"{len(left)} stay FP32 for {_readers(left, after)}")
    if _recurrent(before):
        parts.append(f"{' and '.join(MOVERS)} stay FP32 beside a recurrent layer")
    clamped = Counter(kind for t in was.values() for kind in _clamped(values(t)))
    parts += [f"{count} {kind}" for kind, count in sorted(clamped.items())]
    return "; ".join(parts)


def _kept(model: Any) -> tuple[str, ...]:
    from onnxruntime.transformers.float16 import DEFAULT_OP_BLOCK_LIST

    return (*DEFAULT_OP_BLOCK_LIST, *(MOVERS if _recurrent(model) else ()))


def _recurrent(model: Any) -> bool:
    from parity.model.formats.onnx_walk import nodes

    return any(node.op_type in RECURRENT for node in nodes(model.graph))


def _excused(name: str, model: Any, kept: tuple[str, ...], keep: Sequence[str]) -> bool:
    from onnxruntime.transformers.float16 import ALWAYS_FLOAT_INPUTS

    return all(
        reader.op_type in kept
        or reader.name in keep
        or index in ALWAYS_FLOAT_INPUTS.get(reader.op_type, ())
        for reader, index in _uses(name, model)
    )


def _readers(names: Iterable[str], model: Any) -> str:
    return ", ".join(sorted({node.op_type for name in names for node, _ in _uses(name, model)}))


def _uses(name: str, model: Any) -> list[tuple[Any, int]]:
    from parity.model.formats.onnx_walk import nodes

    return [(node, i) for node in nodes(model.graph) for i, n in enumerate(node.input) if n == name]


def _clamped(array: Any) -> list[str]:
    """How a tensor is changed by more than rounding. A few tiny weights among others are not."""
    import numpy as np

    size = np.abs(array[np.isfinite(array) & (array != 0)])
    found = []
    if (size > LARGEST).any():
        found.append(f"clamped to {LARGEST:g}")
    if size.size and (size < SMALLEST).all():
        found.append(f"raised to {SMALLEST:g}")
    return found
