"""Boundary feeds out of boundary feeds: batches of many rows, and every index of a row."""

from collections.abc import Sequence

from parity.inputs import Example, Limits, crowds, walks
from parity.model.spec import Signature
from parity.verify.request import Request


def large(
    request: Request, signature: Signature, boundary: Sequence[Example], bounds: Limits
) -> list[Example]:
    """Further feeds; who says how many rows there may be is fed no more."""
    found = walks(boundary, signature.inputs, bounds, request.max_batch)
    if request.max_batch is None:
        found += crowds(boundary, signature.inputs, bounds)
    return found
