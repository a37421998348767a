"""Nodes of an FP32 file in the order in which keeping them in FP32 is likely to help."""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from parity.diagnose.inner.force import judgement, started
from parity.diagnose.inner.judged import Judged
from parity.errors import ParityError
from parity.model.artifact import Artifact
from parity.model.parts.onnx_cut import Graph
from parity.model.tensors import Feed

INTEGERS = {"Shape", "Constant", "ConstantOfShape", "Size", "NonZero", "ArgMax", "ArgMin", "Range",
            "Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "And", "Or", "Not",
            "Identity"}  # fmt: skip
"""Nodes that no lowering changes: what they make is no float, or their input as it is."""


@dataclass(frozen=True)
class Ranked:
    """One node that may be kept. cost: what lowering it does, over the magnitude; see ``rank``."""

    node: str
    op_type: str
    cost: float


def rank(
    base: Graph, lowered: Artifact, reference: Artifact, feeds: Sequence[Feed], precision: str, *,
    pairs: Mapping[str, str], first: Sequence[str], until: float,
) -> tuple[Ranked, ...]:  # fmt: skip
    """Every node that can be kept, the costliest first.

    The cost of a node is the largest share of the magnitude by which the lowered piece that it
    stands in is off, given the reference's values, over some feeds; infinite for ``first``, 0
    where that can't be told. Among equals those nearest to the outputs come first: nothing behind
    them evens out what they add. base: of the FP32 file. until: by ``time.monotonic()``.
    """
    costs: dict[int, float] = {}
    for feed in feeds:
        for judged, nodes in _judged(base, lowered, reference, feed, precision, pairs, until):
            for at in nodes:
                costs[at] = max(costs.get(at, 0.0), _cost(judged))
    called = [node.name or node.output[0] for node in base.nodes]
    fixed = _fixed(base)
    kept = {node.name or node.output[0] for node in Graph(lowered.program).nodes}
    ranked = [
        Ranked(called[at], base.nodes[at].op_type,
               math.inf if called[at] in first else costs.get(at, 0.0))
        for at in base.behind(base.outputs)
        if base.nodes[at].op_type not in INTEGERS and at not in fixed
        # A quantiser replaces what it lowers; a converter leaves all names.
        and not (precision == "int8" and called[at] in kept)
    ]  # fmt: skip
    order = {r.node: at for at, r in enumerate(ranked)}
    return tuple(sorted(ranked, key=lambda r: (-r.cost, -order[r.node])))


def _fixed(base: Graph) -> set[int]:
    """Nodes that no input can change: they are computed before anything is lowered."""
    open_ = {i.name for i in base.inputs}
    found: set[int] = set()
    for at, node in enumerate(base.nodes):
        if open_.intersection(base.reads[at]):
            open_.update(node.output)
        else:
            found.add(at)
    return found


def _cost(judged: Judged) -> float:
    if judged.failed or math.isinf(judged.own):
        return math.inf
    return judged.own / judged.magnitude if judged.magnitude else 0.0


def _judged(
    base: Graph, lowered: Artifact, reference: Artifact, feed: Feed, precision: str,
    pairs: Mapping[str, str], until: float,
) -> list[tuple[Judged, list[int]]]:  # fmt: skip
    """What each piece of the lowered file is off by, with the nodes of the FP32 file in it."""
    if reference.format == "onnx" or time.monotonic() > until:
        return []
    try:
        with started(reference, lowered, until) as sides:
            found = judgement(sides, feed, renamed=pairs, until=until)
    except ParityError:  # an order all the same: a worse one costs trials, not truth
        return []
    judged = [replace(j, precision=precision) for j in found.judged]
    ends = {j.pair.tensor for j in judged}
    return [(j, base.behind([j.pair.tensor], ends)) for j in judged]
