"""Inputs that have nothing to do with tokens, beside such as have."""

from collections.abc import Mapping, Sequence

from parity.inputs._limits import Limits
from parity.inputs._source import Source
from parity.inputs.numbers import shape, values
from parity.inputs.sizes.opened import BATCH
from parity.model.spec import TensorSpec
from parity.model.tensors import Array


def draw(
    source: Source,
    specs: Sequence[TensorSpec],
    *,
    limits: Limits,
    rows: int,
    known: Mapping[int | str, int],
    capacity: int,
) -> dict[str, Array]:
    """Values for each of them.

    rows: the batch. known: sizes that the tokens have settled. capacity: bytes of the source
    that each may take.
    """
    settled = {**dict.fromkeys(shape.batches(specs), rows), BATCH: rows}
    settled |= {symbol: size for symbol, size in known.items() if isinstance(symbol, str)}
    sizes = shape.draw(source, specs, limits, settled)
    return {
        spec.name: values.draw(source, spec, shape.shape(spec, sizes), capacity=capacity)
        for spec in specs
    }
