"""An input that the reference reads and the candidate doesn't."""

from parity.compare.findings import InputDiffers
from parity.model.domains import signature
from parity.verify.checks import Ran, Said


def after(ran: Ran) -> Said:
    """A finding for each, once a feed had in it what the others don't say already.

    Lengths of rows that are all full, a mask of ones, positions from 0 up follow from the other
    inputs: a candidate for one sentence at a time needs none of them.
    """
    if ran.request.candidate.model.format != "onnx":
        return Said()
    candidate = signature(ran.request.candidate.model)
    there = {spec.name for spec in candidate.inputs}
    return Said(
        tuple(
            InputDiffers(
                spec.name, "the outputs of the reference depend on it, those of the candidate don't"
            )
            for spec in ran.signature.inputs
            if spec.name in candidate.unread
            and spec.name in there
            and spec.name not in ran.signature.unread
            and spec.name in ran.search.found.told
        )
    )
