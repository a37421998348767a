"""Weights and attributes that the two files hold otherwise, where no feed showed it.

A row of a table that a computed index seldom reaches, the limit of a clip that no feed came near:
the files are at hand, so nobody has to be lucky. Of weights only what an exporter has no way to do
counts: a part of one that is another, by more than rounding, while the rest is equal. Numbers that
only changed places may do so throughout, as heads of attention can.
"""

from collections.abc import Iterator

from parity.compare.coverage import UnseenDiffers
from parity.engines import reads_model
from parity.errors import ParityError
from parity.verify.checks import Ran, Said
from parity.verify.request import Request
from parity.written.attributes.compare import compare as attributes
from parity.written.said import WeightSaid
from parity.written.weights import compare as weights

_PART = 0.5
"""Of a weight, from which on it may be a fold that scales it: all of its elements are others."""

_ROUNDED = 1e-4
"""Relative, up to which an element is the same but for what was folded into it and rounded."""


def after(ran: Ran) -> Said:
    """Nothing where a finding is there already: whoever explains that looks at the files."""
    request = ran.request
    if ran.found or not _read(request):
        return Said()
    try:
        return Said(findings=tuple(_unseen(request)))
    except ParityError as error:  # of a form that nobody foresaw
        return Said(notes=(f"weights and attributes weren't compared: {error}",))


def _read(request: Request) -> bool:
    sides = (request.reference, request.candidate)
    read = all(reads_model(side.engine) for side in sides)
    formats = (request.reference.model.format != "onnx", request.candidate.model.format == "onnx")
    return read and all(formats) and request.family == "fp32"


def _unseen(request: Request) -> Iterator[UnseenDiffers]:
    reference, candidate = request.reference.model, request.candidate.model
    compared = weights(reference, candidate)
    for weight in compared.blamed():
        if _certain(weight):
            yield UnseenDiffers("weight", weight.name, str(weight))
    for culprit in attributes(reference, candidate).culprits:
        yield UnseenDiffers("attribute", culprit.node, str(culprit))


def _certain(weight: WeightSaid) -> bool:
    """Whether no way of an exporter explains a weight."""
    if weight.kind != "changed" or not weight.name:
        return False
    most = max(abs(weight.expected), abs(weight.actual))
    return 0 < weight.elements < _PART * weight.of and weight.max_abs > _ROUNDED * most
