"""The piece of a candidate that makes one aligned tensor, to be handed on."""

import numpy as np

from parity.diagnose.inner.force import Judgement
from parity.diagnose.inner.judged import Judged
from parity.diagnose.inner.taps import STORED
from parity.model.tensors import Array
from parity.written.stretch import Stretch

SILENT = (*STORED, "combine", "fetch")
"""Ops that only hold something, or hand it on."""


def piece(judgement: Judgement, judged: Judged) -> Stretch:
    """Its nodes, what the reference has at its ends, and the reference's ops between them."""
    graph, name = judgement.graph, judged.pair.tensor
    known = {j.pair.tensor: j for j in judgement.judged}
    read = {n for at in judged.nodes for n in graph.reads[at]}
    fed = {n: _values(known[n]) for n in sorted(read & set(known))}
    expected = _values(judged)
    model, _ = graph.piece([name], fed=fed, whole=True, typed={name: expected})
    own = {i.name for i in graph.inputs}
    inputs = {n: np.array(judgement.feed[n]) for n in sorted(read & own)}
    nodes = tuple(graph.nodes[at].name or graph.nodes[at].output[0] for at in judged.nodes)
    ops = reference_ops(judgement, judged)
    return Stretch(model, {**inputs, **fed}, {name: expected}, nodes, ops)


def reference_ops(judgement: Judgement, judged: Judged) -> tuple[str, ...]:
    """The ops of the reference between the same ends, in order."""
    program = judgement.reference
    ends = {j.pair.tap.name for j in judgement.judged}
    number = {name: at for at, node in enumerate(program.nodes) for name in node.outputs}
    waiting, found = [judged.pair.tap.name], set[int]()
    while waiting:
        at = number.get(waiting.pop())
        if at is not None and at not in found:
            found.add(at)
            waiting += [n for n in program.nodes[at].inputs if n and n not in ends]
    names = [program.nodes[at].name for at in sorted(found)]
    return tuple(name for name in names if name.removeprefix("pd_op.") not in SILENT)


def _values(judged: Judged) -> Array:
    """The reference's values, as the candidate writes such a tensor."""
    loaded: Array = np.load(judged.pair.tap.file, allow_pickle=False)
    dtype = judged.dtype or loaded.dtype
    shape = judged.shape if np.prod(judged.shape) == loaded.size else loaded.shape
    failed = bool(judged.failed)
    return (
        np.ascontiguousarray(loaded)
        .astype(dtype, copy=False)
        .reshape(loaded.shape if failed else shape)
    )
