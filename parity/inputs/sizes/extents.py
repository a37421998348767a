"""Sizes that the rules of symbols allow, where somebody has said some."""

from collections.abc import Sequence

from parity.errors import InputError
from parity.model.spec import Extent, TensorSpec, extents


def rule(spec: TensorSpec, axis: int) -> Extent | None:
    """The rule of an axis; None where it has none."""
    return next((rule for rule in spec.extents if rule.symbol == spec.shape[axis]), None)


def batches(specs: Sequence[TensorSpec], most: int) -> tuple[int, ...]:
    """Numbers of rows, ascending: 1 to ``most``, or what the rule of the first axis makes of it."""
    rules = extents(specs)
    for spec in specs:
        first = spec.shape[0] if spec.shape else None
        if isinstance(first, str) and first in rules:
            found = rules[first].sizes(range(1, most + 1))
            if not found:
                raise InputError(f"{spec.name}: no number of rows is allowed")
            return found
    return tuple(range(1, most + 1))
