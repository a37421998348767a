"""Half precision by ONNX Runtime's own converter; inputs and outputs keep their types.

Expected: every float tensor becomes FP16, unless all that reads it is an
operator without an FP16 form, which is told from the converter's own list.
"""

from collections import Counter
from typing import Any

from parity.errors import ExportError

LARGEST = 65504.0
SMALLEST = 5.96e-8
"""The converter clamps what FP16 can't hold to these, without a word."""


def convert(model: Any) -> Any:
    """The model in FP16, with casts behind its inputs and before its outputs."""
    from onnxruntime.transformers.float16 import convert_float_to_float16

    from parity.exports._graph import sort

    converted = convert_float_to_float16(
        model, min_positive_val=SMALLEST, max_finite_val=LARGEST, keep_io_types=True
    )
    sort(converted.graph)  # it appends its casts at the end
    return converted


def coverage(before: Any, after: Any) -> str:
    """Float tensors in FP16, and what had to be clamped. Raises ExportError."""
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
    unexpected = [n for n in left if not _excused(n, after)]
    if unexpected:
        raise ExportError(
            f"has only {half} of {len(was)} float tensors in FP16; "
            f"nothing explains why {', '.join(sorted(unexpected)[:3])} stayed FP32"
        )
    text = f"{half} of {len(was)} float tensors in FP16"
    if left:
        text += f" ({len(left)} are read by {_readers(left, after)} only, which have no FP16 form)"
    clamped = Counter(kind for t in was.values() for kind in _clamped(values(t)))
    return text + "".join(f"; {count} {kind}" for kind, count in sorted(clamped.items()))


def _excused(name: str, model: Any) -> bool:
    from onnxruntime.transformers import float16

    for reader, index in _uses(name, model):
        fixed = float16.ALWAYS_FLOAT_INPUTS.get(reader.op_type, [])
        if reader.op_type not in float16.DEFAULT_OP_BLOCK_LIST and index not in fixed:
            return False
    return True


def _readers(names: Any, model: Any) -> str:
    return ", ".join(sorted({node.op_type for name in names for node, _ in _uses(name, model)}))


def _uses(name: str, model: Any) -> list[tuple[Any, int]]:
    from parity.exports._graph import nodes

    return [(node, i) for node in nodes(model.graph) for i, n in enumerate(node.input) if n == name]


def _clamped(array: Any) -> list[str]:
    import numpy as np

    size = np.abs(array[np.isfinite(array)])
    found = []
    if (size > LARGEST).any():
        found.append(f"clamped to {LARGEST:g}")
    if ((size > 0) & (size < SMALLEST)).any():
        found.append(f"with values below {SMALLEST:g}, raised to it")
    return found
