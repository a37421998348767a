"""FP32 as ONNX Runtime's own optimiser leaves it, written to a file: fusions of its own operators.

At level "extended", which is the same on every machine; "all" would lay weights out for this one.
Expected: the interface as it was. A graph in which nothing could be fused is said, and no error.
"""

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parity.errors import ExportError

OF_THE_RUNTIME = True
"""Its operators are ONNX Runtime's, such as LayerNormalization at opset 13: no other reads it."""

_NAMED = 6  # kinds of fused operators that are listed


def convert(model: Any, keep: Sequence[str] = ()) -> Any:
    """The optimised model. keep: must be empty: no node is lowered that could be kept."""
    import onnx
    import onnxruntime

    if keep:
        raise ExportError("stays FP32: there is no node to keep")
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch, "fp32.onnx"), Path(scratch, "optimised.onnx")
        onnx.save(model, source)
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
        options.optimized_model_filepath = str(target)
        options.log_severity_level = 3
        onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
        return onnx.load(target)


def coverage(before: Any, after: Any, keep: Sequence[str] = ()) -> str:
    """Nodes before and after, and which operators are ONNX Runtime's own."""
    from parity.model.formats.onnx_walk import nodes

    was, now = (list(nodes(model.graph)) for model in (before, after))
    if not now:
        raise ExportError("is a graph without nodes")
    fused = Counter(n.op_type for n in now if n.domain not in ("", "ai.onnx"))
    listed = ", ".join(f"{count} {op}" for op, count in fused.most_common(_NAMED))
    told = f"{len(was)} nodes before, {len(now)} after"
    return f"{told}; ONNX Runtime's own: {listed}" if fused else f"{told}; nothing was fused"
