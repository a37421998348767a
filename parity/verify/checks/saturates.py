"""How often INT8 products would be cut off on CPUs with AVX2 and without VNNI, on these feeds.

A file's weights tell what can saturate with activations of 255 (``parity.lint.saturation``); which
activations there are, a run tells. The sums of each pair at risk are computed from the 8-bit
activations themselves, so that this is told on a CPU that doesn't saturate, too.
"""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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

LIMIT = 32767
"""The largest number of 16 bits, in which two products are added."""


@dataclass
class Product:
    """One product. pairs: sums of a pair that were computed or can't saturate; cut: that would be.

    most: the largest of them.
    """

    node: str
    activations: str
    columns: Array
    pairs: int = 0
    cut: int = 0
    most: int = 0

    def add(self, activations: Array) -> None:
        """Count those of one feed. activations: 8-bit, terms of the sums along the last axis."""
        rows = activations.reshape(-1, activations.shape[-1])
        if not rows.size or rows.shape[1] != len(self.columns):
            return
        chosen = rows[np.unique(np.linspace(0, len(rows) - 1, min(ROWS, len(rows))).astype(int))]
        # Signed ones are moved into the unsigned range, as the kernels do it.
        codes = chosen.astype(np.int32) + (128 if chosen.dtype == np.int8 else 0)
        risky = risky_pairs(self.columns)
        self.pairs += len(codes) * risky.size
        for pair, column in zip(*np.nonzero(risky), strict=True):
            first, second = self.columns[2 * pair : 2 * pair + 2, column].astype(np.int32)
            sums = codes[:, 2 * pair] * first + codes[:, 2 * pair + 1] * second
            self.cut += int(((sums > LIMIT) | (sums < -LIMIT - 1)).sum())
            self.most = max(self.most, int(np.abs(sums).max()))


def after(ran: Ran) -> Said:
    """A line for an INT8 candidate with products of matrices; no finding: it is right here."""
    model = ran.request.candidate.model
    if ran.request.family != "int8" or model.format != "onnx":
        return Said()
    products = [Product(called(n), fed, c) for n, fed, c in measurable(About(model.program))]
    if not products:
        return Said()
    found = measured(ran, products)
    return Said(notes=(found if isinstance(found, str) else told(products, found),))


def measured(ran: Ran, products: Sequence[Product]) -> int | str:
    """Count over a few feeds: how many answered, or why none did."""
    request = ran.request
    boundary = list(ran.plan.boundary())
    chosen = [*asking.longest(boundary)[:1], *asking.spaced(asking.short(boundary), FEEDS - 1)]
    timeouts = {"open_timeout_s": request.open_timeout_s, "run_timeout_s": request.run_timeout_s}
    with temporary.folder(Path(tempfile.gettempdir())) as folder:
        names = [*dict.fromkeys(one.activations for one in products)]
        model = _piece(request.candidate.model, names, folder)
        with worker_of(Side(model, "ort", _AS_IT_IS), cores(), timeouts) as worker:
            ready = worker.ready()
            if not isinstance(ready, EngineInfo):
                return f"{_WHAT}: not measured: {ready}"
            return _count(worker, _each(chosen), [i.name for i in ready.inputs], products)


def told(products: Sequence[Product], feeds: int) -> str:
    """What was counted, in a line."""
    some = [one for one in products if one.cut]
    if not some:
        most = max(one.most for one in products)
        return (
            f"{_WHAT}: of {len(products)} INT8 products none would be cut off on {feeds} feeds; "
            f"a sum of two is {most:,} at most, of {LIMIT:,}"
        )
    worst = max(some, key=lambda one: one.cut / one.pairs)
    return (
        f"{_WHAT}: {len(some)} of {len(products)} INT8 products would be cut off on {feeds} feeds, "
        f"most of all {worst.node}: {worst.cut:,} of {worst.pairs:,} sums of two "
        f"({worst.cut / worst.pairs:.2g} of them), up to {worst.most:,} of {LIMIT:,}; quantise "
        "with reduce_range=True for such a CPU"
    )


_WHAT = "on AVX2 without VNNI"

_AS_IT_IS = {"optimization": "disable"}


def _piece(model: Artifact, names: Sequence[str], folder: Path) -> Artifact:
    """What makes the activations, as a file."""
    piece, _ = Graph(model.program).piece(names, whole=True)
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
    if not feeds or not all(one.pairs for one in products):
        return f"{_WHAT}: not measured of every product: {why}"
    return feeds


def _each(examples: Iterable[Example]) -> Iterable[Example]:
    return {id(example): example for example in examples}.values()
