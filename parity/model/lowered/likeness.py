"""Whether two lowered files came off one line: the same graph but for little, the same weights."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parity.model.formats.read import sense
from parity.model.lowered.kept import kept
from parity.model.lowered.quantised import quantised
from parity.model.lowered.store import Store
from parity.model.lowered.weight import Weight

_GRAPH = 0.9
"""Share of nodes in common: a planted fault takes a few, another way of making half of all."""

_FEW = 6  # and in a small graph so many

_WEIGHTS = 0.5
"""Share of weights that are equal. Another range, rounding or grain of scales changes them all."""

_SEVEN_BITS = 127  # codes, from the smallest to the largest

_ROUNDING = ("Cast", "QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear",
             "MatMulInteger", "ConvInteger")  # fmt: skip
"""What decides where a file rounds: as many of each, or the two round at different places."""


@dataclass(frozen=True)
class Likeness:
    """why: in what two files aren't alike; "" where they are."""

    why: str = ""

    @property
    def alike(self) -> bool:
        """Whether one can stand for the other but for rounding."""
        return not self.why


def likeness(here: Path, there: Path) -> Likeness:
    """Compare what two ONNX files are made of. Raises ModelError."""
    with sense(here):
        one, other = Store(here), Store(there)
        nodes, others = _operators(one), _operators(other)
        common = (nodes & others).total()
        most = max(nodes.total(), others.total())
        if most - common > max(_FEW, (1 - _GRAPH) * most):
            return Likeness(f"{most - common} of {most} nodes are others")
        for op in _ROUNDING:
            if nodes[op] != others[op]:
                return Likeness(f"it has {nodes[op]} {op}, parity's own file {others[op]}")
        held, wanted = _weights(one), _weights(other)
        # One more may be a fault; one that is missing, or of another type, is another making.
        if Counter(w[:-1] for w in wanted) - Counter(w[:-1] for w in held):
            return Likeness("its weights are of other types, ranges or grains of scales")
        equal = (Counter(held) & Counter(wanted)).total()
        if equal < _WEIGHTS * len(wanted):
            return Likeness(f"{len(wanted) - equal} of {len(wanted)} weights are rounded otherwise")
    return Likeness()


def _operators(store: Store) -> Counter[str]:
    quiet = ("Constant", "Identity")
    return Counter(n.op_type for n in store.nodes if n.op_type not in quiet)


def _weights(store: Store) -> list[tuple[object, ...]]:
    """Facts of the weights that were rounded: the others say nothing of how it was done."""
    integers = [w for w in quantised(store) if isinstance(w, Weight)]
    return [_facts(weight) for weight in integers or kept(store)]


def _facts(weight: Weight) -> tuple[object, ...]:
    digest = hashlib.blake2b(np.ascontiguousarray(weight.values).data, digest_size=16)
    grain = None if weight.scale is None else weight.scale.shape
    for part in (weight.scale, weight.zero):
        if part is not None:
            digest.update(np.ascontiguousarray(part).tobytes())
    # Seven bits in place of eight, as ONNX Runtime's reduce_range has it.
    wide = weight.quantised and int(np.ptp(weight.values.astype(np.int32))) > _SEVEN_BITS
    return (weight.dtype, weight.shape, grain, wide, digest.hexdigest())
