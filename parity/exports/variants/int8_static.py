"""Static INT8: QuantizeLinear and DequantizeLinear around each product, by calibrated scales.

Weights become INT8 with a scale for each column (or channel) from opset 13 on, before with one;
activations UINT8 with one scale a tensor, from the smallest to the largest value that calibration
saw there.

Expected: every product by a constant float matrix (MatMul, and Gemm and Conv) reads both through
DequantizeLinear, but for nodes that are to be kept. What products give is rounded
for Conv alone. Other operators stay in FP32: a mask of -1e4
beside scores of 5 would leave these one step of a scale.
"""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from parity.errors import ExportError

OPERATORS = ("MatMul", "Gemm", "Conv")

_FLOAT_OUTPUT = ("MatMul", "Gemm")
"""Their sums stay as they are: rounded and cut off once more, a trained ERNIE's two logits were
0.94 off where its products alone move them by 0.1. ONNX Runtime runs these by integers all the
same, but a Conv only if its output is rounded, too."""


_BY_COLUMN = 13
"""The opset from which on DequantizeLinear has an axis."""


def convert(model: Any, keep: Sequence[str] = (), *, feeds: Sequence[Any] = ()) -> Any:
    """The model with its products by weights in INT8.

    keep: names of nodes that stay as they are. feeds: what the FP32 model is run with.
    """
    import onnx
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_static

    if not feeds:
        raise ExportError("can't be calibrated: there is no text or feed")
    named = _named(model)
    inside = {n.name for n in _by_weights(named)}
    outside = [n.name for n in named.graph.node if n.name not in inside]
    with tempfile.TemporaryDirectory() as scratch:
        source, target = Path(scratch, "fp32.onnx"), Path(scratch, "int8.onnx")
        onnx.save(named, source)
        quantize_static(
            source, target, _Reader(feeds), quant_format=QuantFormat.QDQ,
            per_channel=_opset(model) >= _BY_COLUMN,
            activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8,
            op_types_to_quantize=list(OPERATORS),
            nodes_to_exclude=sorted({*keep, *outside}),
            extra_options={
                "MatMulConstBOnly": True,
                "OpTypesToExcludeOutputQuantization": list(_FLOAT_OUTPUT),
            },
        )  # fmt: skip
        return onnx.load(target)


class _Reader:
    """Feeds as the calibrator asks for them."""

    def __init__(self, feeds: Sequence[Any]) -> None:
        self._feeds = iter(feeds)

    def get_next(self) -> Any:
        return next(self._feeds, None)


def coverage(before: Any, after: Any, keep: Sequence[str] = ()) -> str:
    """How many products are in INT8. Raises ExportError."""
    from parity.model.formats.onnx_walk import nodes

    before = _named(before)
    every = [n for n in nodes(before.graph) if n.op_type in OPERATORS]
    expected = [n for n in _by_weights(before) if n.name not in keep]
    if not expected:
        raise ExportError(f"has no product in INT8: none of {len(every)} has weights to quantise")
    made_by = {name: n.op_type for n in nodes(after.graph) for name in n.output}
    now = {n.name: n for n in nodes(after.graph) if n.op_type in OPERATORS}
    left = [n.name for n in expected if not _both(now.get(n.name), made_by)]
    if left:
        raise ExportError(
            f"{len(expected) - len(left)} of {len(expected)} products by weights quantised; "
            f"left as they were: {', '.join(left[:3])}"
        )
    scales = "a scale for each column" if _opset(after) >= _BY_COLUMN else "one scale a weight"
    parts = [f"{len(expected)} of {len(every)} products quantised, {scales}"]
    if keep:
        parts.append(f"{len(keep)} nodes kept in FP32")
    kept = len(_by_weights(before)) - len(expected)
    if len(every) > len(expected) + kept:
        parts.append(f"{len(every) - len(expected) - kept} multiply activations, in FP32")
    return "; ".join(parts)


def _opset(model: Any) -> int:
    return next(int(i.version) for i in model.opset_import if i.domain in ("", "ai.onnx"))


def _both(node: Any, made_by: dict[str, str]) -> bool:
    return node is not None and all(
        made_by.get(name) == "DequantizeLinear" for name in node.input[:2]
    )


def _named(model: Any) -> Any:
    """The model, every node of which has a name, by what it makes first."""
    import onnx

    made = onnx.ModelProto()
    made.CopyFrom(model)
    for node in made.graph.node:
        node.name = node.name or node.output[0]
    return made


def _by_weights(model: Any) -> list[Any]:
    """Products of the outer graph by a constant float tensor."""
    from onnx import TensorProto

    from parity.exports._graph import constants

    known = constants(model)
    return [
        node
        for node in model.graph.node
        if node.op_type in OPERATORS
        and node.input[1] in known
        and known[node.input[1]].data_type == TensorProto.FLOAT
    ]
