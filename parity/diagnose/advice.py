"""What to do next, by whose fault it is."""

from collections.abc import Mapping, Sequence

from parity import files
from parity.compare.findings import InputDiffers
from parity.diagnose.stage import Stage
from parity.model.precisions import COMPUTED
from parity.verify.request import Request
from parity.verify.result import Result
from parity.written.said import WeightSaid

_AGAIN = (
    "export again (parity export) and check that file: if it passes, this one is older than the "
    "reference or was changed; if it fails alike, tell the exporter's maintainers"
)
_REPORT = "for its maintainers --bundle DIR leaves report.md and what reproduces it"

_NEXT: Mapping[Stage, str] = {
    "optimiser": f"until it is mended, run without that pass (--candidate-option); {_REPORT}",
    "kernel": _REPORT,
    "conversion": "parity plan finds the fewest nodes that must stay in FP32",
    "reference": "choose the reference's plain kernels (--reference-option onednn=false), and "
    "report it to Paddle",
}


_LEFT = "for its maintainers there is report.md in the bundle, with what reproduces it"


def advice(
    stage: Stage, request: Request, *, weights: Sequence[WeightSaid] = (), bundle: bool = False
) -> str:
    """One line; "" where there is none. What parity exported itself needs no other export.

    weights: those that are to blame. bundle: whether one is written.
    """
    halves = bool(weights) and all(w.coarse and "float16" in w.detail for w in weights)
    if stage == "weights" and halves and request.family == "fp32":
        return "if it is meant to be FP16, check it as that: --precision fp16"
    said = _advice(stage, request)
    return said.replace(_AGAIN, _LEFT).replace(_REPORT, _LEFT) if bundle else said


def unlike(result: Result) -> str:
    """What to do where the two have no input in common; "" where they have."""
    odd = {f.input for f in result.verdict.findings if isinstance(f, InputDiffers)}
    if not odd or not odd >= {spec.name for spec in result.signature.inputs}:
        return ""
    reference, candidate = (
        side.model.program for side in (result.request.reference, result.request.candidate)
    )
    return f"no input is in both: is {reference} the model that {candidate} was made of?"


def _advice(stage: Stage, request: Request) -> str:
    if stage in ("weights", "attributes", "exporter"):
        program = request.candidate.model.program
        made = any(files.cached(program, kind) for kind in ("candidates", "zoo"))
        return _REPORT if made else _AGAIN
    if stage == "conversion" and request.precision in COMPUTED:
        return f"have {request.candidate.engine} compute in FP32, or allow what it may be off by"
    return _NEXT.get(stage, "")
