"""What the candidate's graph says that no comparison of numbers shows."""

from pathlib import Path

from parity.errors import ModelError
from parity.model.operators import Operators, operators
from parity.model.precisions import COMPUTED
from parity.verify.facts import environment
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
    lines = _oddities(found, request)
    if request.family == "fp32":
        return lines
    _lowered(model.program, request.family, found)
    return [*lines, *_precision(request, found)]


def _oddities(found: Operators, request: Request) -> list[str]:
    lines = []
    if found.random:
        lines.append(
            f"the candidate draws random numbers ({', '.join(found.random)}): "
            "it may answer otherwise the next time"
        )
    if "BatchNormalization" in found.training:
        lines.append(
            "the candidate has BatchNormalization in training mode: "
            "it normalises by the batch, so rows depend on each other"
        )
    if "Dropout" in found.training:
        drops = request.candidate.options.get("optimization") == "disable"
        left_out = request.candidate.engine == "ort" and not drops
        lines.append(
            "the candidate has Dropout in training mode"
            + ("; ONNX Runtime leaves it out, others don't" if left_out else ": it drops values")
        )
    if found.repeated:
        lines.append(
            f"the candidate has output {', '.join(found.repeated)} more than once; one was compared"
        )
    return lines


def _lowered(program: Path, precision: str, found: Operators) -> None:
    if precision in COMPUTED and found.integer + found.dequantised + found.low + found.half:
        raise ModelError(
            f"{program}: is no FP32 model, which is what an engine computes in "
            f"{precision.upper()}; check it as what it is with --precision"
        )
    if precision in COMPUTED and not found.floats:
        raise ModelError(
            f"{program}: has no product by weights that an engine would compute in "
            f"{precision.upper()}; check it in FP32"
        )
    if precision == "int8" and not found.integer + found.dequantised + found.low:
        raise ModelError(
            f"{program}: is no INT8 model: its outputs depend on no product by integers (such as "
            "MatMulInteger) and on no matrix stored in INT8; quantise it again, "
            "or check it as what it is with --precision"
        )
    if precision == "fp16" and not found.half:
        raise ModelError(
            f"{program}: is no FP16 model: its outputs depend on no tensor in FP16 and on no "
            "cast to it; convert it again, or check it as what it is with --precision"
        )


def _precision(request: Request, found: Operators) -> list[str]:
    lines = [f"{request.precision}: {_counted(request.family, found)}"]
    covered = _coverage(request.candidate.model.program)
    if covered:
        lines.append(f"{request.precision}, noted when it was made: {covered}")
    if request.family in COMPUTED:
        lines.append(
            f"the file is FP32: {request.candidate.engine} computes it in {request.family.upper()}"
        )
    on_cpu = request.candidate.options.get("provider", "cpu") == "cpu"
    if request.candidate.engine != "ort" or not on_cpu:
        return lines
    if request.family == "fp16":
        lines.append(
            "FP16 nodes run as FP32 between casts on the CPU: "
            "only the rounding of weights and constants was tested"
        )
    if request.family == "int8":
        if found.dynamic:
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
    by_floats = f"by FP32 weights: {found.floats}"
    if precision == "int8":
        return (
            f"products by integers: {found.integer}; of dequantised values: {found.dequantised}; "
            f"{by_floats}"
        )
    if precision in COMPUTED:
        return f"products {by_floats}"
    return f"tensors and casts in FP16: {found.half}; products {by_floats}"


def _coverage(program: Path) -> str:
    from parity.model.formats.onnx_graph import opened

    model, _ = opened(program)
    return next((p.value for p in model.metadata_props if p.key == COVERAGE), "")
