"""Quantise a small network in every form that onnxruntime.quantization writes: ``OUT``.

Run in a process of its own: the quantisers warn, and change logging.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import (
    CalibrationDataReader,
    QuantFormat,
    QuantType,
    quantize_dynamic,
    quantize_static,
)

CHANNELS, SIDE, TAGS = 6, 8, 5


def network() -> onnx.ModelProto:
    """A table, a convolution with a bias, a product with one: (batch, 6, 8) ids to (batch, 5)."""
    rng = np.random.default_rng(5)

    def weight(name: str, *shape: int) -> onnx.TensorProto:
        return numpy_helper.from_array(rng.normal(size=shape).astype(np.float32), name)

    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["found"]),  # (batch, 6, 8, 12)
        helper.make_node("Conv", ["found", "kernel", "kernel_bias"], ["mixed"], name="conv"),
        helper.make_node("Relu", ["mixed"], ["kept"]),
        helper.make_node("ReduceMean", ["kept"], ["mean"], axes=[2], keepdims=0),
        helper.make_node("MatMul", ["mean", "matrix"], ["product"], name="product"),
        helper.make_node("Add", ["product", "bias"], ["tall"]),
        helper.make_node("ReduceMean", ["tall"], ["flat"], axes=[1], keepdims=0),
        helper.make_node("Gemm", ["flat", "turned", "end"], ["logits"], transB=1, name="gemm"),
    ]
    weights = [
        weight("table", 40, 12),
        weight("kernel", 4, CHANNELS, 3, 3),
        weight("kernel_bias", 4),
        weight("matrix", 10, 7),
        weight("bias", 7),
        weight("turned", TAGS, 7),
        weight("end", TAGS),
    ]
    graph = helper.make_graph(
        nodes,
        "forms",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", CHANNELS, SIDE])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", TAGS])],
        weights,
    )
    opset = [helper.make_opsetid("", 13)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8)


class Feeds(CalibrationDataReader):
    def __init__(self) -> None:
        rng = np.random.default_rng(6)
        self.left = [{"ids": rng.integers(0, 40, (2, CHANNELS, SIDE))} for _ in range(3)]

    def get_next(self) -> dict[str, np.ndarray[tuple[int, ...], np.dtype[np.int64]]] | None:
        return self.left.pop() if self.left else None


def main(out: Path) -> None:
    source = out / "reference.onnx"
    onnx.save(network(), source)
    for name, options in {
        "dynamic": {},
        "dynamic-channels": {"per_channel": True},
        "dynamic-unsigned": {"weight_type": QuantType.QUInt8},
        "dynamic-seven-bits": {"reduce_range": True},
    }.items():
        quantize_dynamic(source, out / f"{name}.onnx", **options)
    for name, options in {
        "qdq": {},
        "qdq-channels": {"per_channel": True},
        "qdq-unsigned": {
            "weight_type": QuantType.QUInt8,
            "activation_type": QuantType.QUInt8,
        },
        "qdq-wide": {"activation_type": QuantType.QUInt16},
        "qdq-four-bits": {"weight_type": QuantType.QInt4},
        "operators": {"quant_format": QuantFormat.QOperator},
        "operators-channels": {"quant_format": QuantFormat.QOperator, "per_channel": True},
    }.items():
        quantize_static(source, out / f"{name}.onnx", Feeds(), **options)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
