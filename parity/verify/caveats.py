"""What the candidate's graph says that no comparison of numbers shows."""

from pathlib import Path

from parity.errors import ModelError
from parity.model.operators import Operators, operators
from parity.verify import environment
from parity.verify.request import Request

COVERAGE = "parity.coverage"
"""Key under which the exports note in a model's metadata what was lowered."""


def caveats(request: Request) -> list[str]:
    """Lines for a person.

    Raises ModelError for a candidate that isn't of the precision that it is checked for:
    the wider tolerance is for rounding that it hasn't got.
    """
    model = request.candidate.model
    if model.format != "onnx":
        return []
    found = operators(model.program)
    lines = _oddities(found, request.candidate.engine)
    if request.precision == "fp32":
        return lines
    _lowered(model.program, request.precision, found)
    return [*lines, *_precision(request, found)]


def _oddities(found: Operators, engine: str) -> list[str]:
    lines = []
    if found.random:
        lines.append(
            f"the candidate draws random numbers ({', '.join(found.random)}): "
            "it may answer otherwise the next time"
        )
    if found.training:
        left = "ONNX Runtime leaves it out, others don't" if engine == "ort" else "export it anew"
        lines.append(f"the candidate has {' and '.join(found.training)} in training mode; {left}")
    if found.repeated:
        lines.append(
            f"the candidate has output {', '.join(found.repeated)} more than once; one was compared"
        )
    return lines


def _lowered(program: Path, precision: str, found: Operators) -> None:
    if precision == "int8" and not found.integer + found.stored:
        raise ModelError(
            f"{program}: is no INT8 model: it has no MatMulInteger, QLinearMatMul or "
            "DequantizeLinear; quantise it again, or check it as what it is with --precision"
        )
    if precision == "fp16" and not found.half:
        raise ModelError(
            f"{program}: is no FP16 model: it has no FP16 tensor and no cast to FP16; "
            "convert it again, or check it as what it is with --precision"
        )


def _precision(request: Request, found: Operators) -> list[str]:
    covered = _coverage(request.candidate.model.program) or _counted(request.precision, found)
    lines = [f"{request.precision}: {covered}"]
    on_cpu = request.candidate.options.get("provider", "cpu") == "cpu"
    if request.candidate.engine != "ort" or not on_cpu:
        return lines
    if request.precision == "fp16":
        lines.append(
            "FP16 nodes run as FP32 between casts on the CPU: "
            "only the rounding of weights and constants was tested"
        )
    if request.precision == "int8":
        lines.append(
            "dynamic INT8 activations are scaled per tensor, "
            "so rows of a batch depend on each other"
        )
        _, flags = environment.cpu()
        vnni = any("vnni" in flag for flag in flags)
        lines.append(
            "this CPU has VNNI; AVX2 without it saturates pairs of products, and may differ"
            if vnni
            else "this CPU has no VNNI, and may saturate pairs of INT8 products where others don't"
        )
    return lines


def _counted(precision: str, found: Operators) -> str:
    if precision == "int8":
        return (
            f"products in INT8: {found.integer}; nodes that quantise or dequantise: "
            f"{found.stored}; products by FP32 weights: {found.floats}"
        )
    return f"tensors or casts in FP16: {found.half}; products by FP32 weights: {found.floats}"


def _coverage(program: Path) -> str:
    from parity.model.onnx_graph import opened

    model, _ = opened(program)
    return next((p.value for p in model.metadata_props if p.key == COVERAGE), "")
