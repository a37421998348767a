"""A file optimised, and that quantised, in the environment of whoever exported it.

It imports onnx and onnxruntime, of whatever versions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from parity.exports._finish import RefusedError

_INTEGER = ("MatMulInteger", "DynamicQuantizeMatMul", "MatMulIntegerToFloat", "QAttention",
            "ConvInteger", "DynamicQuantizeLSTM", "QGemm")  # fmt: skip
"""Operators of a quantised file that multiply integers."""

_PRODUCTS = ("MatMul", "Gemm", "Attention", "FusedMatMul")
"""Operators whose second input is a matrix of weights, if it is constant."""

_NAMED = 6  # kinds of operators that are listed


def optimised(source: Path, target: Path, config: Mapping[str, Any], by: str | None) -> str:
    """Optimise a file; how, and what came of it. by: whose optimiser; None for the better one.

    ``optimize_model`` of onnxruntime.transformers fuses what makes up a transformer; where it
    isn't to be had, or knows no such model, ONNX Runtime's own optimiser writes what it runs.
    """
    kind = str(config.get("model_type", ""))
    why = ""
    if by != "onnxruntime":
        why = _fused(source, target, kind, config)
        if why and by == "transformers":
            raise RefusedError(f"can't be optimised by onnxruntime.transformers: {why}")
    if by == "onnxruntime" or why:
        _by_runtime(source, target)
        who = "ONNX Runtime"
    else:
        who = f"onnxruntime.transformers as {kind}"
    was, now = _nodes(source), _nodes(target)
    if not now:
        raise RefusedError("gave a graph without nodes when it was optimised")
    own = Counter(n.op_type for n in now if n.domain not in ("", "ai.onnx"))
    listed = ", ".join(f"{count} {op}" for op, count in own.most_common(_NAMED))
    told = f"by {who}{f' ({why})' if why else ''}: {len(was)} nodes before, {len(now)} after"
    return f"{told}; {listed}" if listed else f"{told}; nothing was fused"


def quantised(source: Path, target: Path, *, per_channel: bool) -> str:
    """Quantise a file dynamically, weights in INT8; how much of it. Raises RefusedError.

    per_channel: a scale for each column of a matrix, and not one for all of it.
    """
    from onnx import TensorProto
    from onnxruntime.quantization import QuantType, quantize_dynamic

    try:
        quantize_dynamic(
            str(source),
            str(target),
            per_channel=per_channel,
            weight_type=QuantType.QInt8,
            # Behind the runtime's own operators ONNX infers no type.
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
    except Exception as error:  # its exceptions have no common base
        words = " ".join(str(error).split())[:300]
        raise RefusedError(f"can't quantise the optimised file: {words}") from error
    done = Counter(n.op_type for n in _nodes(target) if n.op_type in _INTEGER)
    expected, left = _by_weights(source), _by_weights(target)
    if not done or left:
        raise RefusedError(
            f"quantised {sum(done.values())} of {len(expected)} products by constant weights; "
            f"left as they were: {', '.join(left[:3]) or 'none'}"
        )
    told = ", ".join(f"{count} {op}" for op, count in done.most_common(_NAMED))
    scales = "a scale for each column" if per_channel else "one scale a matrix"
    return f"{told}; {len(expected)} of {len(expected)} products by constant weights; {scales}"


def _fused(source: Path, target: Path, kind: str, config: Mapping[str, Any]) -> str:
    """Optimise by onnxruntime.transformers; "", or why it can't be."""
    try:
        from onnxruntime.transformers.optimizer import MODEL_TYPES, optimize_model
    except ImportError as error:
        return f"onnxruntime.transformers can't be imported: {error}"
    if kind not in MODEL_TYPES:
        return f"onnxruntime.transformers knows no {kind or 'model_type'}"
    heads, hidden = (int(config.get(k) or 0) for k in ("num_attention_heads", "hidden_size"))
    try:
        made = optimize_model(str(source), model_type=kind, num_heads=heads, hidden_size=hidden)
        made.save_model_to_file(str(target))
    except Exception as error:  # it asserts what it expects
        return f"onnxruntime.transformers fails: {' '.join(str(error).split())[:200]}"
    return ""


def _by_runtime(source: Path, target: Path) -> None:
    """At level "extended", which is the same on every machine."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(target)
    options.log_severity_level = 3
    try:
        onnxruntime.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        words = " ".join(str(error).split())[:300]
        raise RefusedError(f"wrote a file that ONNX Runtime doesn't load: {words}") from error


def _nodes(path: Path) -> list[Any]:
    import onnx

    return list(onnx.load(str(path)).graph.node)


def _by_weights(path: Path) -> list[str]:
    """Names of products by a constant float matrix."""
    import onnx

    graph = onnx.load(str(path)).graph
    constant = {t.name for t in graph.initializer if t.data_type == onnx.TensorProto.FLOAT
                and len(t.dims) > 1}  # fmt: skip
    constant |= {n.output[0] for n in graph.node if n.op_type == "Constant"}
    return [
        n.name or n.output[0] for n in graph.node
        if n.op_type in _PRODUCTS and len(n.input) > 1 and n.input[1] in constant
    ]  # fmt: skip
