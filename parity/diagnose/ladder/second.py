"""The second exporter's vote: its file of the same reference, on the same smallest feed.

Two exporters share no code. Where the other's file says what the reference does, the first stands
alone; where both say the same, the reference does, or both read it alike.
"""

from dataclasses import dataclass

import numpy as np

from parity.compare.pairing import pair
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.ladder.optimiser import unoptimised
from parity.diagnose.ladder.rung import Rung
from parity.diagnose.ladder.trial import told
from parity.diagnose.ladder.yardstick import Yardstick, yardstick
from parity.diagnose.stage import Stage
from parity.errors import ParityError
from parity.exports._by import By, exporter, exporters, made_by
from parity.exports.derive import derive
from parity.model.artifact import resolve
from parity.model.tensors import Outputs
from parity.verify.request import Side

NAME = "second exporter"

OPSET = 17
"""From there on LayerNormalization is an operator, which p2o writes at any opset."""

_LEAST_S = 0.5  # less is not worth a process


@dataclass(frozen=True)
class Vote:
    """sentence: for a person; "" where nobody could be asked, of which the rung says why.

    missing: an exporter that reads such a model, and isn't installed; "" where one was asked.
    """

    rung: Rung
    sentence: str = ""
    missing: str = ""

    def heard(self, stage: Stage) -> str:
        """What is said of it where something is blamed, or nobody: a missing one's vote then."""
        if self.missing and stage == "unknown":
            return (
                "A second exporter would have a vote, and none is installed: "
                f"pip install {self.missing}."
            )
        return self.sentence


def vote(failing: Failing, clock: Clock) -> Vote | None:
    """Who agrees with whom; None where no FP32 export of a Paddle model is asked about.

    Never raises for what an exporter, or its file, does.
    """
    request = failing.request
    paddle = request.reference.model.format != "onnx"
    if not (failing.findings and paddle and request.candidate.model.format == "onnx"):
        return None
    if request.precision != "fp32":  # its conversion is asked about
        return None
    first = made_by(failing.request.candidate.model)
    whys, missing = [], ""
    for by in _others(failing, first):
        if clock.left <= _LEAST_S:
            whys.append("no time was left for it")
            break
        began = clock.seconds
        asked = _asked(failing, by, first, clock)
        seconds = clock.seconds - began
        if asked.startswith(_FAILED):
            whys.append(asked.removeprefix(_FAILED))
            missing = missing or ("" if _is_installed(by) else by.name)
            continue
        return Vote(Rung(NAME, ran=True, said=asked, seconds=seconds), f"Second exporter: {asked}.")
    said = "; ".join(whys) or "there is no other exporter"
    return Vote(Rung(NAME, ran=False, said=said), missing=missing)


_FAILED = "\0"  # begins why there is no answer


def _others(failing: Failing, first: str) -> list[By]:
    """Exporters that read such a reference, but for the candidate's own."""
    kind = failing.request.reference.model.format
    found = [By(name) for name in exporters() if name != first]
    return [by for by in found if kind in getattr(exporter(by), "FORMATS", (kind,))]


def _is_installed(by: By) -> bool:
    try:
        exporter(by).installs(by)
    except ParityError:
        return False
    return True


def _asked(failing: Failing, by: By, first: str, clock: Clock) -> str:
    try:
        made = derive(
            failing.request.reference.model, opset=OPSET, precision="fp32", once=True, by=by,
            timeout_s=max(_LEAST_S, clock.left),
        )  # fmt: skip
    except ParityError as error:
        return f"{_FAILED}{' '.join(str(error).split())}"
    info, outputs = told(unoptimised(Side(resolve(made.path), "ort")), failing.feed, clock)
    if isinstance(outputs, str) or info is None:
        return f"{_FAILED}{by.name}'s file {outputs}"
    names = pair(
        [*failing.names], [o.name for o in info.outputs], renamed=failing.request.renamed
    ).names
    if set(failing.names) - set(names):
        return f"{_FAILED}{by.name}'s file has other outputs"
    # By the candidate's names, by which a yardstick goes.
    as_first = {ours: outputs[names[expected]] for expected, ours in failing.names.items()}
    return _sides(failing, as_first, by.name, first)


def _sides(failing: Failing, outputs: Outputs, other: str, first: str) -> str:
    yard = failing.yardstick()
    if yard is None:
        return f"{_FAILED}on this feed the candidate is not off"
    who = "Paddle" if failing.request.reference.engine == "paddle" else "the reference"
    to_reference = yard.judge(outputs)
    to_first = _back(failing, yard)
    same = to_first is not None and to_first.judge(outputs).right
    apart = np.inf if to_first is None else to_first.judge(outputs).off
    if to_reference.right and same:
        return f"{other}'s file, on the same feed, is as near to {who} as to {first}'s"
    if to_reference.right:
        return (
            f"{other}'s file, on the same feed, says what {who} does "
            f"({to_reference.off:.2g} off, where {first}'s is {yard.off:.2g} off): {first} stands "
            "alone"
        )
    if same:
        return (
            f"{other}'s file, on the same feed, says what {first}'s does ({apart:.2g} apart), and "
            f"not what {who} does ({to_reference.off:.2g} off): {who} stands alone"
        )
    return (
        f"{other}'s file, on the same feed, agrees with neither: {to_reference.off:.2g} off "
        f"{who}, {apart:.2g} off {first}'s"
    )


def _back(failing: Failing, yard: Yardstick) -> Yardstick | None:
    """How far the reference is off, were the candidate right; None where that answers nothing."""
    if not failing.actual:
        return None
    return yardstick(
        {e: failing.actual[a] for e, a in failing.names.items() if a in failing.actual},
        {a: failing.expected[e] for e, a in failing.names.items() if e in failing.expected},
        names=failing.names, tolerance=yard.tolerance, valid=yard.valid,
    )  # fmt: skip
