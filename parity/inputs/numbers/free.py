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
    among: Sequence[TensorSpec] = (),
) -> dict[str, Array]:
    """Values for each of them.

    rows: the batch. known: sizes that the tokens have settled. capacity: bytes of the source
    that each may take. among: inputs that are no such, whose axes these may index.
    """
    batches = shape.batches((*specs, *among))
    settled = {**dict.fromkeys(batches, rows), BATCH: rows}
    settled |= {symbol: size for symbol, size in known.items() if isinstance(symbol, str)}
    sizes = shape.draw(source, specs, limits, settled)
    return {
        spec.name: values.draw(
            source,
            spec,
            shape.shape(spec, sizes),
            capacity=capacity,
            below=shape.below(spec, (*specs, *among), sizes),
        )
        for spec in specs
    }
