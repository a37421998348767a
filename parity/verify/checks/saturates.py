"""How often INT8 products would be cut off on CPUs with AVX2 and without VNNI, on these feeds.

A file's weights tell what can saturate with activations of 255 (``parity.lint.saturation``); which
activations there are, a run tells. The sums of each pair at risk are computed from the 8-bit
activations themselves, so that this is told on a CPU that doesn't saturate, too.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from parity import temporary
from parity.engines import EngineInfo
from parity.inputs import Example
from parity.lint.about import About, called
from parity.lint.saturation import measurable, risky_pairs
from parity.model.artifact import Artifact
from parity.model.parts.onnx_cut import Graph
from parity.model.tensors import Array
from parity.verify.checks import Ran, Said, asking
from parity.verify.reference import cores, worker_of
from parity.verify.request import Side

FEEDS = 4
ROWS = 256
"""Of the activations of a feed that are looked at, spread evenly."""

PAIRS = 2**16
"""Of a product that are computed, where more can saturate."""

CHUNK = 4096

LIMIT = 32767
"""The largest number of 16 bits, in which two products are added."""


@dataclass
class Product:
    """One product. pairs: sums of a pair that were computed or can't saturate; cut: that would be.

    most: the largest of those that can. answered: whether any feed gave activations.
    """

    node: str
    activations: str
    columns: Array
    pairs: int = 0
    cut: int = 0
    most: int = 0
    answered: bool = False

    def add(self, activations: Array) -> None:
        """Count those of one feed. activations: 8-bit, terms of the sums along the last axis."""
        if activations.ndim < 1 or activations.shape[-1] != len(self.columns):
            return
        rows = activations.reshape(-1, activations.shape[-1])
        if not rows.size:
            return
        chosen = rows[np.unique(np.linspace(0, len(rows) - 1, min(ROWS, len(rows))).astype(int))]
        # Signed ones are moved into the unsigned range, as the kernels do it.
        codes = chosen.astype(np.int32) + (128 if chosen.dtype == np.int8 else 0)
        self.answered = True
        pair, column = self.risky
        every = len(codes) * (len(self.columns) // 2) * self.columns.shape[1]
        self.pairs += every * len(pair) // self.at_risk if len(pair) else every
        for start in range(0, len(pair), CHUNK):
            some, of = pair[start : start + CHUNK], column[start : start + CHUNK]
            first = self.columns[2 * some, of].astype(np.int32)
            second = self.columns[2 * some + 1, of].astype(np.int32)
            sums = codes[:, 2 * some] * first + codes[:, 2 * some + 1] * second
            self.cut += int(((sums > LIMIT) | (sums < -LIMIT - 1)).sum())
            self.most = max(self.most, int(np.abs(sums).max()))

    @cached_property
    def risky(self) -> tuple[Array, Array]:
        """Pairs and columns that can saturate; of very many, so many spread evenly."""
        pair, column = self._all_risky
        if len(pair) <= PAIRS:
            return pair, column
        chosen = np.linspace(0, len(pair) - 1, PAIRS).astype(int)
        return pair[chosen], column[chosen]

    @cached_property
    def at_risk(self) -> int:
        """How many pairs can saturate."""
        return len(self._all_risky[0])

    @cached_property
    def _all_risky(self) -> tuple[Array, Array]:
        pair, column = np.nonzero(risky_pairs(self.columns))
        return pair, column


def after(ran: Ran) -> Said:
    """A line for an INT8 candidate with products of matrices; no finding: it is right here."""
    model = ran.request.candidate.model
    if ran.request.family != "int8" or model.format != "onnx":
        return Said()
    graph = Graph(model.program)
    there = {*graph.made_by, *(i.name for i in graph.inputs)}  # not what is inside of a branch
    products = [
        Product(called(node), fed, columns)
        for node, fed, columns in measurable(About(model.program))
        if len(columns) > 1 and fed in there
    ]
    if not products:
        return Said()
    found = measured(ran, graph, products)
    return Said(notes=(found if isinstance(found, str) else told(products, found),))


def measured(ran: Ran, graph: Graph, products: Sequence[Product]) -> int | str:
    """Count over a few feeds: how many answered, or why none did."""
    request = ran.request
    boundary = list(ran.plan.boundary())
    chosen = [*asking.longest(boundary)[:1], *asking.spaced(asking.short(boundary), FEEDS - 1)]
    timeouts = {"open_timeout_s": request.open_timeout_s, "run_timeout_s": request.run_timeout_s}
    with temporary.folder(Path(tempfile.gettempdir())) as folder:
        names = [*dict.fromkeys(one.activations for one in products)]
        model = _piece(graph, names, folder)
        with worker_of(Side(model, "ort", _AS_IT_IS), cores(), timeouts) as worker:
            ready = worker.ready()
            if not isinstance(ready, EngineInfo):
                return f"{_WHAT}: not measured: {ready}"
            return _count(worker, _each(chosen), [i.name for i in ready.inputs], products)


def told(products: Sequence[Product], feeds: int) -> str:
    """What was counted, in a line."""
    some = [one for one in products if one.cut]
    if not some:
        return f"{_WHAT}: of {len(products)} INT8 products none would be cut off on {feeds} feeds"
    worst = max(some, key=lambda one: one.cut / one.pairs)
    return (
        f"{_WHAT}: {len(some)} of {len(products)} INT8 products would be cut off on {feeds} feeds, "
        f"most of all {worst.node}: {worst.cut:,} of {worst.pairs:,} sums of two "
        f"({worst.cut / worst.pairs:.2g} of them), up to {worst.most:,} of {LIMIT:,}; quantise "
        "with reduce_range=True for such a CPU"
    )


_WHAT = "on AVX2 without VNNI"

_AS_IT_IS = {"optimization": "disable"}


def _piece(graph: Graph, names: Sequence[str], folder: Path) -> Artifact:
    """What makes the activations, as a file."""
    piece, _ = graph.piece(names, whole=True)
    (folder / "piece.onnx").write_bytes(piece)
    return Artifact("onnx", folder / "piece.onnx")


def _count(
    worker: Any, examples: Iterable[Example], inputs: Sequence[str], products: Sequence[Product]
) -> int | str:
    feeds, why = 0, "no feed"
    for example in examples:
        answer = worker.run({name: example.feed[name] for name in inputs}).result
        if not isinstance(answer, Mapping):
            why = str(answer)
            if not worker.alive:
                break
            continue
        feeds += 1
        for one in products:
            one.add(np.asarray(answer[one.activations]))
    if not feeds:
        return f"{_WHAT}: not measured: {why}"
    unknown = [one.node for one in products if not one.answered]
    if unknown:
        return f"{_WHAT}: not measured of {len(unknown)} products, such as {unknown[0]}"
    return feeds


def _each(examples: Iterable[Example]) -> Iterable[Example]:
    return {id(example): example for example in examples}.values()
