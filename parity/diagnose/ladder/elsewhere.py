"""Does another runtime compute the candidate's file rightly, so that its own is to blame?"""

from dataclasses import replace

from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.ladder.rung import Answer, Rung, skipped
from parity.diagnose.ladder.trial import trial
from parity.diagnose.ladder.yardstick import Yardstick
from parity.engines import reads_model
from parity.engines.ort import PLAIN

NAME = "elsewhere"


def climb(failing: Failing, yard: Yardstick, clock: Clock) -> Answer:
    """Run the file in ONNX Runtime on the CPU, nothing optimised."""
    side = failing.request.candidate
    device = str(side.options.get("provider", "cpu"))
    if side.engine == "ort" and device == "cpu" and side.interpreter is None:
        return skipped(NAME, "the candidate ran in ONNX Runtime on the CPU")
    beside = not reads_model(side.engine)
    if beside and side.model == failing.request.reference.model:
        return skipped(NAME, "of what the server runs there is no file here")
    if side.model.format != "onnx":
        return skipped(
            NAME, f"the candidate is {side.model.format}, which ONNX Runtime doesn't read"
        )
    began = clock.seconds
    own = replace(side, engine="ort", options=PLAIN, interpreter=None)
    outputs = trial(own, failing.feed, clock)
    where = "ONNX Runtime on the CPU"
    if isinstance(outputs, str):
        said = f"in {where} the file {outputs}"
        return Answer(Rung(NAME, ran=True, said=said, seconds=clock.seconds - began))
    judged = yard.judge(outputs)
    seconds = clock.seconds - began
    if not judged.right:
        said = f"in {where} the file is off by {judged.off:.2g} as well"
        return Answer(Rung(NAME, ran=True, said=said, seconds=seconds))
    blamed = f"ONNX Runtime on {device}" if side.engine == "ort" else side.engine
    if side.interpreter is not None:
        blamed += f" in {side.interpreter.path}"
    said = f"{where} computes the file as the reference does, off by {judged.off:.2g}"
    rung = Rung(NAME, ran=True, said=said, seconds=seconds)
    who = f"what {blamed} asks" if beside else f"a kernel of {blamed}"
    return Answer(rung, "kernel", f"blamed: {who}. {said}.")
