"""Whether each weight is read where the reference reads it, by the names that exporters leave.

Paddle2ONNX names what it makes after the op: ``p2o.pd_op.matmul.3.0`` is the first result of the
fourth matmul of a ``.json``; of a ``.pdmodel`` it keeps the variables' names.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from parity.model.lowered.store import Store
from parity.written import folds
from parity.written.reference import Reference
from parity.written.said import WeightSaid

_ALIKE = 0.5
"""Share of the places that must agree: else the names are those of another saving."""


def misplaced(store: Store, reference: Reference, pairs: Mapping[str, str]) -> Iterator[WeightSaid]:
    """Weights that stand where the reference has another.

    pairs: parameter by stored tensor.
    """
    wanted = _read(reference)
    found = []
    for node in store.nodes:
        sources = [s for i in node.input if i and (s := store.source(i)) is not None]
        held = tuple(s for s in sources if s in pairs)
        if held and node.output and node.output[0] in wanted:
            found.append((str(node.output[0]), held, wanted[node.output[0]]))
    wrong = [f for f in found if {pairs[h] for h in f[1]}.isdisjoint(f[2])]
    if len(wrong) > (1 - _ALIKE) * len(found):
        return
    for place, names, right in wrong:
        yield WeightSaid(
            names[0], right[0], "swapped", holds=pairs[names[0]],
            detail=f"is read by {place}, where the reference reads {right[0]}",
        )  # fmt: skip


def company(store: Store, reference: Reference, pairs: Mapping[str, str]) -> Iterator[WeightSaid]:
    """Weights of a normalisation that are another's than the three beside them, or out of order.

    Names aren't needed for it. pairs: as of ``misplaced``.
    """
    known = [names for n in folds.normalisations(reference) if (names := folds.of(reference, n))]
    for node in store.nodes:
        sources = [store.source(name) or "" for name in node.input[1:5]]
        held = [pairs.get(source, "") for source in sources]
        if node.op_type != "BatchNormalization" or "" in held:
            continue
        best = max(known, key=lambda names: _common(names, held), default=())
        within = sorted(best) == sorted(held)  # its own four, in another order
        if _common(best, held) != len(held) - 1 and not within:
            continue
        for source, has, right in zip(sources, held, best, strict=True):
            if has != right and not _equal(reference, has, right):
                words = f"stands beside {best[0]}, where the reference has {right}"
                yield WeightSaid(source, right, "swapped", holds=has, detail=words)


def _common(names: Sequence[str], held: Sequence[str]) -> int:
    return sum(one == other for one, other in zip(names, held, strict=True))


def _equal(reference: Reference, one: str, other: str) -> bool:
    """Whether two parameters hold the same: then either stands for both."""
    known = reference.parameters
    return bool(np.array_equal(known[one].values, known[other].values))


def _read(reference: Reference) -> dict[str, tuple[str, ...]]:
    """What is made directly of parameters, by the name that an export has for it."""
    counted: Counter[str] = Counter()
    found: dict[str, tuple[str, ...]] = {}
    for node in reference.graph.nodes:
        number = counted[node.name]
        counted[node.name] += 1
        read = tuple(i for i in node.inputs if i in reference.parameters)
        if node.op == "combine":  # of a recurrent op's weights each is passed on alone
            for at, name in enumerate(node.inputs):
                if name in reference.parameters:
                    found[f"p2o.builtin.combine.{number}.0_{at}"] = (name,)
        elif read and node.outputs:
            found[f"p2o.{node.name}.{number}.0"] = read
            found[node.outputs[0]] = read
    return found
