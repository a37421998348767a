"""From answers to a status: the comparison is the one that ``verify`` makes."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from parity.compare.findings import DtypeDiffers, Finding, ShapeDiffers
from parity.compare.outputs import Comparison, compare
from parity.compare.pairing import pair
from parity.compare.rounding import excuse
from parity.compare.tolerance import DEFAULTS
from parity.model.tensors import Outputs
from parity.sweep.answers import Answers
from parity.sweep.row import Status

Noise = Callable[[int], Outputs | None]
"""By how much rounding moves the candidate's outputs on a feed; None where that isn't known."""

BORDERLINE = 10.0
"""Where rounding isn't known, so many times the tolerance passes for Paddle's against itself.
Source: ``verify.doubt.arbiter``."""


@dataclass(frozen=True)
class Judged:
    """What was found. at: the feed that shows it, -1 for none."""

    status: Status
    reason: str = ""
    feeds: int = 0
    elements: int = 0
    max_abs: float = 0.0
    allowed: float = 0.0
    at: int = -1


def judge(
    reference: Answers, candidate: Answers, noise: Noise, *, unmeasured: float = 1.0
) -> Judged:
    """The candidate by the reference, over all feeds that the reference takes.

    unmeasured: so many times the tolerance passes where noise isn't known.
    """
    taken = [at for at, outputs in enumerate(reference.outputs) if outputs is not None]
    if not taken:
        why = next(filter(None, (reference.failed, *reference.why)), "it answers nothing")
        return Judged("unjudged", f"Paddle's plain kernels take no feed: {why}")
    if flat := _flat([o for o in reference.outputs if o is not None]):
        return Judged("unjudged", f"whatever it is fed, Paddle answers {flat}: anything would pass")
    if not candidate.opened:
        return Judged("unloadable", candidate.failed)
    compared, elements = [], 0
    for at in taken:
        expected, actual = reference.outputs[at], candidate.outputs[at]
        assert expected is not None  # noqa: S101  those were taken
        if actual is None:
            return Judged("fails", f"feed {at}: {candidate.why[at]}", at=at)
        found = _compared(expected, actual)
        if found.findings and any(_of_values(f) for f in found.findings):
            found = _excused(found, expected, noise(at), unmeasured)
        compared.append((at, found))
        elements += found.elements
    return _worst(compared, elements)


def _compared(expected: Outputs, actual: Outputs) -> Comparison:
    paired = pair(list(expected), list(actual))
    with np.errstate(all="ignore"):  # memory that nobody wrote to holds any pattern of bits
        found = compare(expected, actual, names=paired.names, tolerance=DEFAULTS["fp32"])
    if not paired.findings:
        return found
    return Comparison(found.measured, (*paired.findings, *found.findings))


def _of_values(finding: Finding) -> bool:
    return type(finding).__name__ in ("ValuesDiffer", "NonFiniteDiffers")


def _excused(
    found: Comparison, expected: Outputs, changes: Outputs | None, unmeasured: float
) -> Comparison:
    if changes is not None:
        names = pair(list(expected), list(changes)).names
        named = {e: changes[a] for e, a in names.items()}
        return excuse(found, named, expected, valid={}, usual={})
    if unmeasured > 1 and found.ratio <= unmeasured and all(map(_of_values, found.findings)):
        return Comparison(found.measured, ())
    return found


def _worst(compared: Sequence[tuple[int, Comparison]], elements: int) -> Judged:
    failing = [(at, found) for at, found in compared if found.findings]
    measured = [m for _, found in (failing or compared) for m in found.measured]
    worst = max(measured, key=lambda m: m.ratio, default=None)
    figures = {
        "feeds": len(compared),
        "elements": elements,
        "max_abs": worst.max_abs if worst else 0.0,
        "allowed": worst.allowed if worst else 0.0,
    }
    if failing:
        at, found = max(failing, key=lambda one: (_rank(one[1].findings[0]), one[1].ratio))
        finding = found.findings[0]
        reason = f"feed {at}: {finding}"
        return Judged(_status(finding), reason, **figures, at=at)  # type: ignore[arg-type]
    if not elements:
        return Judged("unjudged", "no finite number was compared")
    return Judged("right", **figures)  # type: ignore[arg-type]


def _rank(finding: Finding) -> int:
    return {"dtype": 2, "shape": 1}.get(_status(finding), 0)


def _status(finding: Finding) -> Status:
    if isinstance(finding, DtypeDiffers):
        return "dtype"
    return "values" if _of_values(finding) or not isinstance(finding, ShapeDiffers) else "shape"


def _flat(answers: Iterable[Outputs]) -> str:
    """The one number that all outputs of all feeds consist of; "" if there are several."""
    arrays = [np.ravel(array) for outputs in answers for array in outputs.values()]
    numbers = np.concatenate([a.astype(np.complex128) for a in arrays]) if arrays else np.zeros(0)
    if numbers.size == 0:
        return "nothing"
    same = np.isnan(numbers).all() or (numbers == numbers[0]).all()
    return str(arrays[0].flat[0] if arrays[0].size else numbers[0].real) if same else ""
