"""What a verdict at a lower precision doesn't say."""

from parity.verify import environment
from parity.verify.request import Request

COVERAGE = "parity.coverage"
"""Key under which the exports note in a model's metadata what was lowered."""


def caveats(request: Request) -> list[str]:
    """Lines for a person; none for FP32."""
    if request.precision == "fp32":
        return []
    covered = _coverage(request)
    lines = [f"{request.precision}: {covered}"] if covered else []
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


def _coverage(request: Request) -> str:
    if request.candidate.model.format != "onnx":
        return ""
    from parity.model.onnx_graph import opened

    model, _ = opened(request.candidate.model.program)
    return next((p.value for p in model.metadata_props if p.key == COVERAGE), "")
