"""Run the reference for its inner tensors, and the candidate piece by piece on them."""

import json
import math
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from parity import temporary
from parity.diagnose.inner.align import Alignment, Pair, by_name, followers, ordered
from parity.diagnose.inner.by_value import ByValue
from parity.diagnose.inner.judged import Judged
from parity.diagnose.inner.taps import Tap, taps
from parity.engines import EngineInfo
from parity.errors import EngineError
from parity.model.artifact import Artifact
from parity.model.formats.read import graph_of
from parity.model.graph import Graph as ProgramGraph
from parity.model.parts.onnx_cut import Graph
from parity.model.tensors import Feed
from parity.verify.reference import cores
from parity.workers.worker import Worker


@dataclass(frozen=True)
class Judgement:
    """What came of one feed. graph: of the candidate. judged: in its order."""

    feed: Feed
    graph: Graph
    alignment: Alignment
    judged: tuple[Judged, ...]
    taps: tuple[Tap, ...]
    reference: ProgramGraph


@dataclass(frozen=True)
class Started:
    """Both sides, loading. folder: where the tensors go; it is there as long as they are."""

    reference: Worker
    candidate: Worker
    folder: Path


@contextmanager
def started(reference: Artifact, candidate: Artifact, until: float) -> Iterator[Started]:
    """Have both sides of a judgement load, while something else is done. Raises EngineError."""
    with (
        temporary.folder(Path(tempfile.gettempdir())) as folder,
        _worker("inner", reference, folder, until) as inner,
        _worker("forced", candidate, folder, until) as forced,
    ):
        yield Started(inner, forced, folder)


def judgement(sides: Started, feed: Feed, *, renamed: Mapping[str, str], until: float) -> Judgement:
    """Judge every op of an ONNX candidate by the reference's values on one feed.

    sides: used up by it. until: when it must be done, by ``time.monotonic()``. Raises EngineError
    where one side can't be asked, ModelError for files that can't be read.
    """
    reference, candidate = sides.reference.model, sides.candidate.model
    graph = Graph(candidate.program)
    _ask(sides.reference, feed, until)
    sides.reference.close()
    found = taps(reference, sides.folder)
    alignment = align(
        reference, candidate, graph, found, feed, renamed=renamed, folder=sides.folder,
        until=until,
    )  # fmt: skip
    return judge(sides.candidate, graph, reference, found, feed, alignment, until=until)


def tapped(reference: Artifact, feed: Feed, folder: Path, until: float) -> tuple[Tap, ...]:
    """The reference's inner tensors on a feed, left in a folder. Raises as ``judgement``."""
    with _worker("inner", reference, folder, until) as inner:
        _ask(inner, feed, until)
    return taps(reference, folder)


def judge(
    worker: Worker, graph: Graph, reference: Artifact, found: Sequence[Tap], feed: Feed,
    alignment: Alignment, *, until: float,
) -> Judgement:  # fmt: skip
    """The same of tensors that are there; the worker, of an engine ``forced``, has their folder."""
    program = graph_of(reference.program)
    others = followers(found, program)
    for _ in range(_ROUNDS):
        judged = _forced(worker, graph, alignment, others, feed, until)
        moved = shifted(alignment, judged, found, graph)
        if moved is None:
            break
        alignment = moved
    return Judgement(feed, graph, alignment, judged, tuple(found), program)


NAMED = 0.25
"""Share of the reference's tensors from which on names are gone by. ONNX Runtime's optimiser
leaves half of Paddle2ONNX's names, published exports of PP-OCR a third; others none."""


def align(
    reference: Artifact, candidate: Artifact, graph: Graph, found: Sequence[Tap], feed: Feed, *,
    renamed: Mapping[str, str], folder: Path, until: float,
) -> Alignment:  # fmt: skip
    """Pair the tensors of both sides by name, or by value where the names are gone.

    Half of the time that is left may go into that. Raises as ``judgement``.
    """
    named = by_name(found, graph, renamed)
    if named.aligned >= NAMED * named.of:
        return named
    half = time.monotonic() + _left(until) / 2
    place = folder / "candidate"
    place.mkdir()
    with _worker("inner", candidate, place, until) as worker:
        ready = worker.ready()
        if not isinstance(ready, EngineInfo):
            raise EngineError(f"{candidate.program}: {ready}")
        known = [pair for pair in named.pairs if pair.tensor in graph.outputs]
        program = graph_of(reference.program)
        return ByValue(worker, graph, program, found, feed, half).align(known)


_ROUNDS = 6
"""What stands behind a tensor of another name is seen once that has its own."""


def shifted(
    alignment: Alignment, judged: Sequence[Judged], found: Sequence[Tap], graph: Graph
) -> Alignment | None:
    """An alignment without the names that a fold left behind; None where there are none.

    Who folds a normalisation into the convolution before it keeps the convolution's name for what
    is the normalisation's output.
    """
    taps = {tap.file.name: tap for tap in found}
    taken = {pair.tap.name for pair in alignment.pairs}
    moved = {
        j.pair.tensor: Pair(taps[j.instead], j.pair.tensor, "value")
        for j in judged
        if j.instead and taps[j.instead].name not in taken
    }
    if not moved:
        return None
    pairs = [moved.get(pair.tensor, pair) for pair in alignment.pairs]
    return ordered(pairs, graph, alignment.of)


def _forced(
    worker: Worker, graph: Graph, alignment: Alignment, others: Mapping[str, Sequence[Tap]],
    feed: Feed, until: float,
) -> tuple[Judged, ...]:  # fmt: skip
    if not alignment.pairs:
        return ()
    folder = Path(str(worker.options["folder"]))
    listed = [
        [pair.tensor, pair.tap.file.name, [t.file.name for t in others.get(pair.tap.name, ())]]
        for pair in alignment.pairs
    ]
    (folder / "pairs.json").write_text(json.dumps(listed), "utf-8")
    _ask(worker, feed, until)
    measured = json.loads((folder / "measured.json").read_text("utf-8"))
    pairs = {pair.tensor: pair for pair in alignment.pairs}
    judged = []
    for each in measured:
        nodes = tuple(graph.behind([each["name"]], pairs))
        terms = _terms(graph, nodes, pairs[each["name"]], pairs)
        judged.append(_judged(pairs[each["name"]], nodes, terms, each))
    return tuple(judged)


_SUMMING = ("ReduceMean", "ReduceSum", "ReduceL2", "GlobalAveragePool", "AveragePool", "Einsum")


_BOUNDED = ("sigmoid", "softmax", "tanh", "hardsigmoid", "log_softmax")
"""Kernels cut these off where they saturate: ONNX Runtime's sigmoid gives 0 for 6e-12."""


def _terms(graph: Graph, nodes: Sequence[int], pair: Pair, pairs: Mapping[str, Pair]) -> float:
    if not any(graph.nodes[at].op_type in _SUMMING for at in nodes):
        return 1.0
    read = {name for at in nodes for name in graph.reads[at]}
    most = max((math.prod(pairs[n].tap.shape) for n in read if n in pairs), default=1)
    return max(1.0, most / max(1, math.prod(pair.tap.shape)))


def _judged(pair: Pair, nodes: tuple[int, ...], terms: float, each: Mapping[str, Any]) -> Judged:
    if "failed" in each:
        return Judged(pair, nodes, failed=each["failed"])
    shape, tap = tuple(each["shape"]), pair.tap
    failed = f"its shape is {list(shape)}, the reference's {list(tap.shape)}"
    place = np.unravel_index(each["index"], tap.shape) if np.prod(tap.shape) else ()
    return Judged(
        pair, nodes, each["own"], each["inherited"], each["total"], each["moved"],
        each["magnitude"], tuple(int(i) for i in place), each["expected"], each["actual"],
        each["dtype"], shape, failed if "shapes" in each else "", terms, each.get("is", ""),
        pair.tap.op.removeprefix("pd_op.") in _BOUNDED,
    )  # fmt: skip


def _worker(engine: str, model: Artifact, folder: Path, until: float) -> Worker:
    left = _left(until)
    options: dict[str, str | int] = {"folder": str(folder), "threads": cores()}
    return Worker(engine, model, options, open_timeout_s=left, run_timeout_s=left)


def _ask(worker: Worker, feed: Feed, until: float) -> None:
    ready = worker.ready() if worker.info is None else worker.info
    if not isinstance(ready, EngineInfo):
        raise EngineError(f"{worker.model.program}: {ready}")
    worker.run_timeout_s = _left(until)
    result = worker.run(feed).result
    if not isinstance(result, Mapping):
        raise EngineError(f"{worker.model.program}: {result}")


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise EngineError("time is up")
    return left
