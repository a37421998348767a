"""Is the file right, and the runtime's kernel wrong; or the file as wrong as what runs it?

Three computations of one stretch: the reference's, ONNX Runtime's with nothing optimised, and an
oracle's in float64. Two of them that agree outvote the third: they share no code.
"""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parity import temporary
from parity.compare.tolerance import DEFAULTS
from parity.compare.values import BoolArray
from parity.diagnose.ladder import oracle
from parity.diagnose.ladder.clock import Clock
from parity.diagnose.ladder.failing import Failing
from parity.diagnose.ladder.optimiser import unoptimised
from parity.diagnose.ladder.oracle import Told
from parity.diagnose.ladder.rung import Answer, Rung, skipped
from parity.diagnose.ladder.trial import trial
from parity.diagnose.ladder.yardstick import Yardstick, yardstick
from parity.diagnose.stage import Stage
from parity.model.artifact import Artifact
from parity.model.tensors import Array, Feed, Outputs
from parity.verify.request import Side
from parity.written.stretch import Stretch

NAME = "float64"

_RUNTIME = "ONNX Runtime"

_ROUNDED = 1e-3
"""Of the reference's magnitude: what is further apart is no rounding, however accumulated. The
furthest healthy pair here (MobileNetV3 of random weights) is 2e-5 apart."""

_CLEARLY = 10.0
"""So many times nearer to one than to the other float64 must be, to side with it: either may
round less than the other, by chance or by its kernels."""

_LARGELY = 3.0
"""The same of a difference that is no rounding: then what float64 is off the runtime is what the
faulty graph amplifies (a division by nearly nothing, in MobileNetV3: 3 % of the difference)."""


@dataclass(frozen=True)
class _Case:
    """One file, what it is fed, and what both sides make of it. what: it is, for a person."""

    what: str
    model: Path
    feed: Feed
    expected: Outputs
    runtime: Outputs
    yard: Yardstick
    names: Mapping[str, str]
    valid: Mapping[str, BoolArray]
    ours: str

    def sides(self, outputs: Outputs) -> str:
        """With whom other outputs side, clearly: "reference", "runtime" or ""."""
        from_reference, from_runtime = self._offs(outputs)
        clearly = _CLEARLY if self._tiny else _LARGELY
        if not np.isfinite(min(from_reference, from_runtime)):
            return ""
        if from_reference * clearly <= from_runtime:
            return "reference"
        return "runtime" if from_runtime * clearly <= from_reference else ""

    def between(self, outputs: Outputs) -> bool:
        """Whether all three are as near to each other as rounding may put them.

        Both sides may round the same way: then float64 is further off than they are apart.
        """
        return self._tiny and all(off <= _CLEARLY * self.yard.off for off in self._offs(outputs))

    @property
    def _tiny(self) -> bool:
        sizes = [np.abs(array[np.isfinite(array)]) for array in self._floats()]
        largest = max((float(size.max(initial=0.0)) for size in sizes), default=0.0)
        return self.yard.off <= _ROUNDED * largest

    def _floats(self) -> list[Array]:
        return [array for array in self.expected.values() if array.dtype.kind == "f"]

    def _offs(self, outputs: Outputs) -> tuple[float, float]:
        back = self._back()
        off = np.inf if back is None else back.judge(outputs).off
        return self.yard.judge(outputs).off, off

    def _back(self) -> Yardstick | None:
        """How far the reference is off, were the runtime right."""
        return yardstick(
            {e: self.runtime[a] for e, a in self.names.items() if a in self.runtime},
            {a: self.expected[e] for e, a in self.names.items() if e in self.expected},
            names=self.names, tolerance=self.yard.tolerance, valid=self.valid,
        )  # fmt: skip


def climb(failing: Failing, stretch: Stretch | None, plain: Outputs | None, clock: Clock) -> Answer:
    """Let float64 decide between the two.

    plain: what the candidate answers with nothing optimised, in its own engine, if known.
    """
    if failing.request.candidate.model.format != "onnx":
        return skipped(NAME, "the candidate is no ONNX file")
    if stretch is not None:
        with temporary.folder(Path(tempfile.gettempdir())) as folder:
            model = folder / "stretch.onnx"
            model.write_bytes(stretch.model)
            answer = _stretch(failing, stretch, model, clock)
        if answer is not None:
            return answer
    return _whole(failing, plain, clock)


def _stretch(failing: Failing, stretch: Stretch, model: Path, clock: Clock) -> Answer | None:
    """None where the stretch alone is right, so that nothing can be asked of it."""
    runtime = _plainly(failing, Artifact("onnx", model), stretch.inputs, clock)
    if isinstance(runtime, str):
        return None
    names = {name: name for name in stretch.expected}
    yard = yardstick(stretch.expected, runtime, names=names, tolerance=DEFAULTS["fp32"])
    if yard is None or not yard.beyond:
        return None
    made_of = ", ".join(stretch.reference_ops) or ", ".join(stretch.nodes[:3])
    what = f"the stretch of {made_of}" if made_of else "the guilty stretch"
    return _decided(_Case(
        what, model, stretch.inputs, stretch.expected, runtime, yard, names, {}, _ours(failing)
    ), clock)  # fmt: skip


def _whole(failing: Failing, plain: Outputs | None, clock: Clock) -> Answer:
    side = failing.request.candidate
    runtime: Outputs | str
    if plain is not None and side.engine == "ort":
        runtime = plain
    else:
        runtime = _plainly(failing, side.model, failing.feed, clock)
    if isinstance(runtime, str):
        return _failed(failing, runtime, clock)
    yard = yardstick(
        failing.expected, runtime, names=failing.names, valid=failing.valid,
        tolerance=failing.request.tolerance, findings=failing.findings,
    )  # fmt: skip
    if yard is None:
        return skipped(NAME, "with nothing optimised the candidate is not off")
    return _decided(_Case(
        "the file", side.model.program, failing.feed, failing.expected, runtime, yard,
        failing.names, failing.valid, _ours(failing),
    ), clock)  # fmt: skip


def _failed(failing: Failing, how: str, clock: Clock) -> Answer:
    """Of a file that the runtime can't run, nothing optimised: whether anything else can."""
    began = clock.seconds
    told = oracle.ask(failing.request.candidate.model.program, failing.feed, clock)
    if isinstance(told, str) and not clock.left:
        return skipped(NAME, f"with nothing optimised the candidate {how}")
    whose: Stage = "exporter"
    if isinstance(told, str):
        said = f"neither runs the file: {_RUNTIME} {how}; float64: {told}"
    else:
        off = yardstick(
            failing.expected, told.outputs, names=failing.names, valid=failing.valid,
            tolerance=failing.request.tolerance,
        )  # fmt: skip
        if off is not None and off.beyond:
            said = f"{_RUNTIME} {how}; what float64 makes of the file is {off.off:.2g} off"
        else:
            whose = "kernel"
            said = f"float64 computes the file as {_ours(failing)} does, and {_RUNTIME} {how}"
    rung = Rung(NAME, ran=True, said=said, seconds=clock.seconds - began)
    who = f"{_RUNTIME}'s kernel" if whose == "kernel" else f"the {whose}"
    return Answer(rung, whose, f"blamed: {who}. {_first(said)}.")


def _plainly(failing: Failing, model: Artifact, feed: Feed, clock: Clock) -> Outputs | str:
    side = failing.request.candidate
    kept = (
        {k: v for k, v in side.options.items() if k == "provider"} if side.engine == "ort" else {}
    )
    return trial(unoptimised(Side(model, "ort", kept)), feed, clock)


def _ours(failing: Failing) -> str:
    return "Paddle" if failing.request.reference.engine == "paddle" else "the reference"


def _decided(case: _Case, clock: Clock) -> Answer:
    began = clock.seconds
    told = oracle.ask(case.model, case.feed, clock)
    if isinstance(told, str):
        return _likely(case, f"float64 can't be asked: {told}", (), clock.seconds - began)
    sides = case.sides(told.outputs)
    if sides == "reference":
        return _kernel(case, clock, began)
    if not sides:  # some operator of the oracle may be wrong: each against the runtime
        again = oracle.ask(case.model, case.feed, clock, checked=True)
        told = again if isinstance(again, Told) else told
        sides = case.sides(told.outputs)
    seconds = clock.seconds - began
    if sides == "runtime" and not told.unsure:
        return _exporter(case, seconds)
    if sides == "runtime":
        return _likely(case, _no_oracle(told.unsure), told.unsure, seconds)
    if not told.unsure and case.between(told.outputs):
        return _rounding(case, seconds)
    return _likely(case, "float64 sides with neither", told.unsure, seconds)


def _kernel(case: _Case, clock: Clock, began: float) -> Answer:
    again = oracle.ask(case.model, case.feed, clock, checked=True)
    apart = again.apart if isinstance(again, Told) and again.apart else {}
    which = f" of {', '.join(sorted(apart))}" if apart else ""
    said = (
        f"float64 sides with {case.ours}: {case.what} is right, and what {_RUNTIME} makes of it "
        f"is {case.yard.off:.2g} off"
    )
    rung = Rung(NAME, ran=True, said=said, seconds=clock.seconds - began)
    return Answer(rung, "kernel", f"blamed: {_RUNTIME}'s kernel{which}. {_first(said)}.")


def _exporter(case: _Case, seconds: float) -> Answer:
    said = (
        f"float64 sides with {_RUNTIME}: {case.what} says something else than {case.ours} does, "
        f"{case.yard.off:.2g} off, whoever runs it"
    )
    rung = Rung(NAME, ran=True, said=said, seconds=seconds)
    return Answer(rung, "exporter", f"blamed: the exporter. {_first(said)}.")


def _likely(case: _Case, why: str, unsure: tuple[str, ...], seconds: float) -> Answer:
    """The exporter, though a kernel can't be ruled out: of the two, that is by far the commoner."""
    kernel = f"{_RUNTIME}'s kernel of {', '.join(unsure)}" if unsure else f"a kernel of {_RUNTIME}"
    rung = Rung(
        NAME, ran=True, said=f"{why}; {case.what} is {case.yard.off:.2g} off", seconds=seconds
    )
    return Answer(rung, "exporter", f"blamed: the exporter, or else {kernel}: {why}.")


def _rounding(case: _Case, seconds: float) -> Answer:
    said = (
        f"float64 is about as near to {case.ours} as to {_RUNTIME}, which are "
        f"{case.yard.off:.2g} apart, and each operator agrees with it: only rounding, accumulated"
    )
    return Answer(Rung(NAME, ran=True, said=said, seconds=seconds), "rounding", f"{_first(said)}.")


def _no_oracle(operators: tuple[str, ...]) -> str:
    return f"there is no oracle of {', '.join(operators)} that agrees with {_RUNTIME}"


def _first(text: str) -> str:
    return text[0].upper() + text[1:]
