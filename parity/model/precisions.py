"""The precisions that a candidate can be of, and which of them are judged alike."""

PRECISIONS = ("fp32", "fp16", "int8", "int8-static", "bf16", "optimized", "fused")
"""int8: weights in INT8, activations scaled as they come. int8-static: both in INT8, activations by
scales that calibration found. optimized: FP32, as ONNX Runtime's optimiser leaves it. fused: with
its fusions for transformers. bf16: the FP32 file, by an engine that computes in BF16."""

CALIBRATED = ("int8-static",)
"""Those that are made with feeds at hand."""

COMPUTED = {"bf16": "openvino"}
"""Those that no file is of: an engine computes the FP32 file in them, and which one does."""

_FAMILIES = {"int8-static": "int8", "optimized": "fp32", "fused": "fp32"}


def family(precision: str) -> str:
    """The plain precision that one is a kind of: what is looked at, and how, goes by that."""
    return _FAMILIES.get(precision, precision)
