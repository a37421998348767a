"""Is the same reference right in FP32, so that the lowering of it is to blame?"""

from dataclasses import replace

from parity.compare.tolerance import DEFAULTS
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.ladder.rung import Answer, Rung, skipped
from parity.diagnose.ladder.trial import trial
from parity.diagnose.ladder.yardstick import Yardstick
from parity.errors import ParityError
from parity.exports.derive import Derived, derive, same
from parity.model.artifact import Artifact, resolve
from parity.model.opset import opsets
from parity.model.precisions import COMPUTED
from parity.model.tensors import Outputs
from parity.verify.request import Side

NAME = "conversion"

_OPSET = 13  # of a file that tells none

_CONVERTERS = {
    "fp16": "the FP16 converter",
    "int8": "the quantiser",
    "bf16": "to BF16 by the engine",
}


def climb(failing: Failing, yard: Yardstick, clock: Clock) -> tuple[Answer, Failing | None]:
    """Run the FP32 export; also the same question of that, where it is wrong as well."""
    request = failing.request
    if request.family == "fp32":
        return skipped(NAME, "the candidate is FP32"), None
    began = clock.seconds
    converter = _CONVERTERS.get(request.family, "the converter")
    computed = request.precision in COMPUTED
    if request.reference.model.format == "onnx" and not computed:
        said = "the reference is the FP32 file that was converted"
        rung = Rung(NAME, ran=False, said=said)
        sentence = f"blamed: the conversion, {converter}. T{said[1:]}."
        return Answer(rung, "conversion", sentence), None
    opset = opsets(request.candidate.model)[1] or _OPSET
    if computed:  # the file itself is FP32
        model: Artifact | str = request.candidate.model
    else:
        made = _derived(request.reference.model, opset, "fp32", clock)
        model = made if isinstance(made, str) else resolve(made.path)
    if isinstance(model, str):
        rung = Rung(NAME, ran=True, said=model, seconds=clock.seconds - began)
        return Answer(rung), None
    outputs = _run(model, failing, clock)
    seconds = clock.seconds - began
    if isinstance(outputs, str):
        return Answer(
            Rung(NAME, ran=True, said=f"the FP32 export {outputs}", seconds=seconds)
        ), None
    exact = failing.yardstick(DEFAULTS["fp32"]) or yard
    judged = exact.judge(outputs)
    if not judged.right:
        said = f"the FP32 export is off by {judged.off:.2g} as well"
        answer = Answer(Rung(NAME, ran=True, said=said, seconds=seconds))
        return answer, _as_fp32(failing, model, outputs)
    right = f"the FP32 export is right, off by {judged.off:.2g} where this is {yard.off:.2g}"
    if computed:
        own = f"no file is of BF16: {request.candidate.engine} rounds to it as it computes"
    else:
        own = _own(failing, yard, opset, clock)
    rung = Rung(NAME, ran=True, said=f"{right}; {own}", seconds=clock.seconds - began)
    sentence = f"blamed: the conversion, {converter}. T{right[1:]}; {own}."
    return Answer(rung, "conversion", sentence), None


def _own(failing: Failing, yard: Yardstick, opset: int, clock: Clock) -> str:
    """Whether parity's own lowering does better: the converter's fault, or the precision's."""
    precision = failing.request.precision
    name = precision.upper()
    made = _derived(failing.request.reference.model, opset, precision, clock)
    if isinstance(made, str):
        return f"whether any {name} of it is right isn't known ({made})"
    try:
        if same(made, failing.request.candidate.model.program):
            return f"it is parity's own {name} file"
    except ParityError:
        pass
    outputs = _run(resolve(made.path), failing, clock)
    if isinstance(outputs, str):
        return f"parity's own {name} file {outputs}"
    judged = yard.judge(outputs)
    if judged.right:
        return f"parity's own {name} file is right, too, off by {judged.off:.2g}"
    return f"parity's own {name} file is off by {judged.off:.2g}"


def _run(model: Artifact, failing: Failing, clock: Clock) -> Outputs | str:
    """What a file answers in ONNX Runtime, under the candidate's names of the outputs."""
    side = Side(model, "ort", {})
    outputs = trial(side, failing.feed, clock)
    if isinstance(outputs, str) or set(failing.names.values()) <= set(outputs):
        return outputs
    if len(outputs) != len(failing.names):
        return "has other outputs"
    # In order: names are made up by whoever wrote the file.
    return dict(zip(failing.names.values(), outputs.values(), strict=True))


def _derived(model: Artifact, opset: int, precision: str, clock: Clock) -> Derived | str:
    if not clock.left:
        return "no time was left to make one"
    try:
        return derive(model, opset=opset, precision=precision, timeout_s=clock.left)
    except ParityError as error:
        return f"the {precision.upper()} export can't be made: {error}"


def _as_fp32(failing: Failing, model: Artifact, outputs: Outputs) -> Failing:
    request = replace(
        failing.request, candidate=Side(model, "ort"), precision="fp32", tolerance=DEFAULTS["fp32"]
    )
    return replace(failing, request=request, actual=outputs, findings=())
