"""Sizes that the rules of symbols allow, where somebody has said some."""

from collections.abc import Iterable, Sequence

from parity.errors import InputError
from parity.inputs._limits import DEFAULT_LENGTH
from parity.model.spec import Extent, TensorSpec, extents


def rule(spec: TensorSpec, axis: int) -> Extent | None:
    """The rule of an axis; None where it has none."""
    return next((rule for rule in spec.extents if rule.symbol == spec.shape[axis]), None)


def allowed(spec: TensorSpec, axis: int, wanted: Iterable[int]) -> tuple[int, ...]:
    """The wanted sizes of an open axis as its rule allows them, with the bounds that it sets.

    Raises InputError where there is none.
    """
    found = rule(spec, axis)
    if found is None:
        return tuple(wanted)
    # A bound that somebody states is where things break; far ones cost more than they show.
    ends = [n for n in (found.low, found.high) if n is not None and n <= DEFAULT_LENGTH]
    sizes = found.sizes([*wanted, *ends])
    if not sizes:
        raise InputError(f"{spec.name}: no size is allowed for {found.symbol}")
    return sizes


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
