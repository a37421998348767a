"""FP32 with the fusions of ONNX Runtime's optimiser for transformers: Gelu, attention, norms.

Which patterns it knows are those of PyTorch's exporter; of Paddle2ONNX's it takes few. Numbers of
heads and hidden size are left to it to find. Expected: the interface as it was.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parity.errors import ExportError
from parity.exports.variants import optimized

OF_THE_RUNTIME = True

_FAMILY = "bert"  # of the layouts that the optimiser knows, the one of encoders


def convert(model: Any, keep: Sequence[str] = ()) -> Any:
    """The fused model. keep: must be empty: no node is lowered that could be kept."""
    import onnx

    if keep:
        raise ExportError("stays FP32: there is no node to keep")
    try:
        from onnxruntime.transformers import optimizer
    except ImportError as error:
        raise ExportError(f"this onnxruntime has no optimiser for transformers: {error}") from error
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch, "fp32.onnx")
        onnx.save(model, source)
        made = optimizer.optimize_model(
            str(source), model_type=_FAMILY, num_heads=0, hidden_size=0, opt_level=0
        )
        return made.model


def coverage(before: Any, after: Any, keep: Sequence[str] = ()) -> str:
    """As of ``optimized``. Raises ExportError where nothing was fused: it would be no such file."""
    from parity.model.formats.onnx_walk import nodes

    if all(node.domain in ("", "ai.onnx") for node in nodes(after.graph)):
        raise ExportError("nothing was fused: the optimiser knows none of this graph's patterns")
    return optimized.coverage(before, after, keep)
