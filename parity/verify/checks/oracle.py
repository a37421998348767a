"""How far each side is from float64, where that is asked for: who rounds, and who errs."""

from dataclasses import replace
from pathlib import Path

from parity.compare.pairing import pair
from parity.errors import ParityError
from parity.model.tensors import Outputs
from parity.oracle.distance import from_float64
from parity.verify.checks import Ran, Said, asking, own
from parity.workers import float64

FEEDS = 3
"""On which an output was furthest off: float64 takes seconds for each (1 s for 16 tokens of a
BERT of 6 layers, 4 s for 128)."""


def after(ran: Ran) -> Said:
    """Lines for a person; the figures are kept in ``search.found.oracle``.

    What is computed is one file in FP32, for both sides: the candidate, or what an FP16 or INT8
    one was made of.
    """
    if not ran.request.oracle:
        return Said()
    try:
        file = _file(ran)
    except ParityError as error:
        return Said(notes=(f"oracle: there is no FP32 file to compute in float64: {error}",))
    unsure: set[str] = set()
    for example in ran.search.found.furthest.chosen()[:FEEDS]:
        reference, candidate = asking.reference(ran, example), asking.candidate(ran, example.feed)
        if reference is None or candidate is None:
            continue
        told = float64.ask(file, example.feed, ran.request.run_timeout_s, checked=True)
        if isinstance(told, str):
            return Said(notes=(f"oracle: float64 can't be asked: {told}",))
        unsure |= {*told.unsure}
        exact = _by(told.outputs, reference)
        for name, off in from_float64(exact, reference, ran.sides.named(candidate)).items():
            known = ran.search.found.oracle.get(name)
            ran.search.found.oracle[name] = off if known is None else known | off
    return Said(notes=tuple(_notes(file, unsure, found=bool(ran.search.found.oracle))))


def _notes(file: Path, unsure: set[str], *, found: bool) -> list[str]:
    if not found:
        return ["oracle: no feed that both sides answer could be held against float64"]
    lines = [f"oracle: {file.name} computed in float64, on the feeds that were furthest off"]
    if unsure:
        lines.append(
            f"oracle: of {', '.join(sorted(unsure))} ONNX Runtime's float32 was taken: there is "
            "no oracle of them that agrees with it"
        )
    return lines


def _file(ran: Ran) -> Path:
    reference, candidate = ran.request.reference.model, ran.request.candidate.model
    if ran.request.family == "fp32" and candidate.format == "onnx":
        return candidate.program
    if reference.format == "onnx":
        return reference.program
    return own.made(replace(ran.request, precision="fp32")).path


def _by(outputs: Outputs, reference: Outputs) -> Outputs:
    """Outputs by the names that the reference gives them."""
    names = pair([*reference], [*outputs]).names
    return {expected: outputs[actual] for expected, actual in names.items()}
