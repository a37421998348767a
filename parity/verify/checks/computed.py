"""An FP32 file that an engine computes in less, in FP32 as well: the wide tolerance is its alone.

What BF16 may be off by is thousands of times what FP32 may, and the file is FP32: so ONNX Runtime
runs it in that beside, against the reference, and a fault of the file is seen as one.
"""

from parity.compare.lowered import SiblingDiffers
from parity.compare.tolerance import DEFAULTS, Tolerance
from parity.engines import EngineInfo
from parity.model.precisions import COMPUTED
from parity.verify.checks import Ran, Said, asking
from parity.verify.checks.sibling import keep_worst, one
from parity.verify.reference import cores, worker_of
from parity.verify.request import Side

TIMES = 30.0
"""FP32's tolerance so many times over: no question is asked here that rounding could excuse.
Healthy pairs of the zoo are at most 80 times off on the feed that is worst of thousands
(`docs/tolerances.md`), and below 1 on nearly all; what BF16 hides is thousands."""

_BESIDE = "the reference, with both in FP32: it is the file that is off"


def after(ran: Ran) -> Said:
    """A finding for each output that is off in FP32 already; a line what was done."""
    request = ran.request
    if request.precision not in COMPUTED or ran.search.found.failing:
        return Said()
    usual = DEFAULTS["fp32"]
    wide = Tolerance(TIMES * usual.atol, TIMES * usual.rtol)
    boundary = list(ran.plan.boundary())
    # All but the dearest few: a fault may show on one kind of feed alone.
    most = max(map(asking.cost, asking.longest(boundary)), default=0)
    examples = [example for example in boundary if asking.cost(example) <= most]
    timeouts = {"open_timeout_s": request.open_timeout_s, "run_timeout_s": request.run_timeout_s}
    worst: dict[str, SiblingDiffers] = {}
    elements = 0
    with worker_of(Side(request.candidate.model, "ort"), cores(), timeouts) as worker:
        ready = worker.ready()
        if not isinstance(ready, EngineInfo):
            return Said(notes=(f"in FP32 the file was not run: {ready}",))
        for example in examples:
            expected = asking.reference(ran, example)
            actual = asking.ask(worker, example.feed)
            if expected is None or actual is None:
                continue
            named = ran.sides.named(actual)
            compared, findings = one(ran, example, expected, named, wide, beside=_BESIDE)
            elements += compared
            keep_worst(worst, findings)
    if not elements:
        return Said(notes=("in FP32 the file answers nothing that could be compared",))
    return Said(
        tuple(worst.values()), (),
        (f"in FP32 the file was compared with the reference, too: {elements:,} elements, at "
         f"{TIMES:.0f} times FP32's tolerance; a check in FP32 looks closer",),
    )  # fmt: skip
