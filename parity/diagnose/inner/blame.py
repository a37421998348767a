"""Which ops are wrong by themselves, and what to say of that."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from parity.compare.place import place
from parity.diagnose.inner.force import Judgement
from parity.diagnose.inner.judged import Judged
from parity.diagnose.inner.piece import piece, reference_ops
from parity.model.precisions import family
from parity.written.culprit import Culprit
from parity.written.stretch import Stretch

FAR = 30.0
"""From so many times its own rounding on an op is to blame.

Measured over the zoo's healthy pairs, feeds of 1 to 4 x 128 tokens, noise, ramps and constant
pictures of 32 to 224 pixels: every op lies within 14 times its own rounding, MiniLM's products of
one token the furthest. Of 90 faults planted by tests/bench/blame.py none was nearer than this.
"""

WORST = 5  # ops in the table

_NAMED = 3  # culprits that a sentence names

_FEW = 2  # ops beside the one that is named; of more the exporter made one op of the reference's

_OPS_NAMED = 4  # ops of the reference that a piece is said to be made of


@dataclass(frozen=True)
class Blame:
    """What the ops say.

    sentence: for a person. culprits: in the order of the graph. worst: the ops that are furthest
    off for their rounding, to blame or not. aligned: tensors found on both sides, ``of`` of the
    reference's. whole: whether every output was judged.
    """

    sentence: str
    culprits: tuple[Culprit, ...]
    worst: tuple[Culprit, ...]
    aligned: int
    of: int
    whole: bool


def blame(judgement: Judgement, precision: str = "fp32") -> Blame:
    """Say which ops are to blame, if any; of a lower precision, which costs the most."""
    judgement = replace(
        judgement, judged=tuple(replace(j, precision=precision) for j in judgement.judged)
    )
    guilty = [j for j in judgement.judged if j.ratio > FAR]
    culprits = tuple(_culprit(judgement, j, piece(judgement, j)) for j in guilty)
    ranked = sorted(judgement.judged, key=lambda j: -j.ratio)[:WORST]
    worst = tuple(_culprit(judgement, j) for j in ranked if j.ratio)
    judged = {j.pair.tensor for j in judgement.judged}
    whole = judged >= set(judgement.graph.outputs)
    alignment = judgement.alignment
    return Blame(
        f"{_sentence(culprits, worst, precision, whole=whole)} ({alignment})", culprits, worst,
        alignment.aligned, alignment.of, whole,
    )  # fmt: skip


def _culprit(judgement: Judgement, judged: Judged, stretch: Stretch | None = None) -> Culprit:
    graph = judgement.graph
    node = telling([graph.nodes[at] for at in judged.nodes])
    return Culprit(
        node.name or node.output[0], node.op_type, (judged.pair.tensor,), _ops(judgement, judged),
        _evidence(judged), math.inf if judged.failed else judged.own, judged.inherited,
        judged.rounding, stretch, _beside(judgement, judged, node),
    )  # fmt: skip


def _beside(judgement: Judgement, judged: Judged, node: Any) -> tuple[str, ...]:
    """What else computes between the same two tensors, and may be the one that is wrong."""
    nodes = [judgement.graph.nodes[at] for at in judged.nodes]
    shapes = _of_shapes(nodes)
    found = tuple(
        f"{other.op_type} `{other.name or other.output[0]}`"
        for other in nodes
        if other.op_type not in (*_QUIET, node.op_type) and not set(other.output) & shapes
    )
    return found if len(found) <= _FEW else ()


_STATES = ("shape64", "shape", "slice", "stack", "full_with_tensor", "full_like")
"""Ops that make the first state of a recurrent layer, and are named only where they are alone."""


def _ops(judgement: Judgement, judged: Judged) -> str:
    every = reference_ops(judgement, judged)
    loud = tuple(op for op in every if op.removeprefix("pd_op.") not in _STATES)
    ops = loud or every or (judged.pair.tap.op,)
    if len(ops) > _OPS_NAMED:
        ops = (*ops[: _OPS_NAMED - 1], "…", ops[-1])
    return " + ".join(ops)


_TELLING = (
    ("GRU", "LSTM", "RNN", "Attention", "MultiHeadAttention", "Scan", "Loop", "If"),
    ("Conv", "ConvTranspose", "MatMul", "Gemm", "Einsum", "Resize", "Upsample", "MatMulInteger",
     "ConvInteger", "QLinearConv", "QLinearMatMul", "QGemm"),
    ("BatchNormalization", "LayerNormalization", "InstanceNormalization", "GroupNormalization",
     "Softmax", "LogSoftmax", "Gather", "GatherND", "MaxPool", "AveragePool", "GlobalAveragePool",
     "TopK", "ArgMax", "CumSum", "Pad"),
)  # fmt: skip
"""What a piece is named after: the first kind that is in it."""

_QUIET = {
    "Identity", "Cast", "Reshape", "Transpose", "Squeeze", "Unsqueeze", "Flatten", "Constant",
    "Shape", "Slice", "Concat", "Expand", "Split", "ConstantOfShape",
}  # fmt: skip


_NOTHING = {"Identity", "Constant", "Cast"}


def telling(nodes: Sequence[Any]) -> Any:
    """The node after which a piece is called: the heaviest, else the last that computes."""
    shapes = _of_shapes(nodes)
    values = [node for node in nodes if not set(node.output) & shapes] or list(nodes)
    for kinds in _TELLING:
        for node in reversed(values):
            if node.op_type in kinds or node.op_type.removeprefix("Fused") in kinds:
                return node
    loud = [node for node in values if node.op_type not in _QUIET]
    moves = [node for node in values if node.op_type not in _NOTHING]
    return (loud or moves or values)[-1]


def _of_shapes(nodes: Sequence[Any]) -> set[str]:
    """What is made of shapes, for others to go by: an op's values come by its first input."""
    found: set[str] = set()
    for node in nodes:
        if node.op_type in ("Shape", "Size") or (node.input and node.input[0] in found):
            found |= set(node.output)
    return found


def _evidence(judged: Judged) -> str:
    if judged.failed:
        return f"given the reference's values, {judged.pair.tensor} fails: {judged.failed}"
    return (
        f"given the reference's values, {place(judged.pair.tensor, judged.index)} is "
        f"{judged.actual:.6g}, expected {judged.expected:.6g}"
    )


def _sentence(
    culprits: Sequence[Culprit], worst: Sequence[Culprit], precision: str, *, whole: bool
) -> str:
    if culprits:
        told = "; ".join(_told(culprit) for culprit in culprits[:_NAMED])
        more = len(culprits) - _NAMED
        return f"blamed: {told}{f'; and {more} more' if more > 0 else ''}"
    if not whole:
        return "no op that could be judged is to blame"
    if not worst:
        return "no op is to blame: each gives what the reference gives, to the bit"
    most = worst[0]
    if family(precision) != "fp32":
        return (
            f"no op is off by more than {precision} explains; {most.op_type} `{most.node}` "
            f"({most.reference_op}) costs most, {most.own:.2g} off, {most.ratio:.2g} times what a "
            f"number of {precision} is good for"
        )
    return (
        "no op is to blame: each is right given the reference's values, so it is only rounding, "
        f"accumulated; {most.op_type} `{most.node}` ({most.reference_op}) contributes most, "
        f"{most.own:.2g} off, {most.ratio:.2g} times its own rounding"
    )


def _told(culprit: Culprit) -> str:
    beside = f" (or {', '.join(culprit.beside)} beside it)" if culprit.beside else ""
    what = f"{culprit.op_type} `{culprit.node}`{beside}, made of `{culprit.reference_op}`"
    if culprit.own == math.inf:
        return f"{what}: {culprit.evidence}"
    times = f"{culprit.ratio:,.0f} times its own rounding"
    if culprit.ratio == math.inf:
        times = "which no rounding does"
    return f"{what}: its inputs are right, its output is {culprit.own:.2g} off, {times}"
