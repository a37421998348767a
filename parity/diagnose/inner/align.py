"""Which tensor of the candidate is which of the reference's."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from parity.diagnose.inner.taps import Tap
from parity.model.graph import Graph as Program
from parity.model.parts.onnx_cut import Graph


@dataclass(frozen=True)
class Pair:
    """tensor: the candidate's name of what the reference has in ``tap``. by: how it was found."""

    tap: Tap
    tensor: str
    by: str = "name"


@dataclass(frozen=True)
class Alignment:
    """All pairs, in the order of the candidate's graph. of: tensors of the reference."""

    pairs: tuple[Pair, ...]
    of: int

    @property
    def aligned(self) -> int:
        """Tensors of the reference that the candidate has, too."""
        return len({pair.tap.name for pair in self.pairs})

    def __str__(self) -> str:
        by_value = len({p.tap.name for p in self.pairs if p.by == "value"})
        how = f", {by_value} of them by value" if by_value else ""
        return f"aligned {self.aligned} of {self.of} tensors{how}"


def by_name(taps: Sequence[Tap], graph: Graph, renamed: Mapping[str, str]) -> Alignment:
    """By the names that exporters leave. renamed: candidate's name of an output, by reference's.

    Only what an output of the candidate depends on.
    """
    alive = set(graph.behind(graph.outputs))
    found = [
        Pair(tap, name)
        for tap in taps
        for name in _names(tap, renamed)
        if graph.made_by.get(name, -1) in alive
    ]
    return ordered(found, graph, len(taps))


_STEPS = 6
"""Ops that are folded into one before them, at most: PP-OCR's detector has two additions, two
products and a normalisation behind a convolution."""


def followers(taps: Sequence[Tap], program: Program) -> dict[str, tuple[Tap, ...]]:
    """Of each tensor those of its shape that are made of it in a few steps, the nearest first."""
    known = {tap.name: tap for tap in taps}
    found: dict[str, tuple[Tap, ...]] = {}
    for tap in taps:
        names, made = [tap.name], dict[str, None]()
        for _ in range(_STEPS):
            names = [o for name in names for node in program.readers(name) for o in node.outputs]
            made |= dict.fromkeys(names)
        alike = [known[n] for n in made if n in known and known[n].shape == tap.shape]
        found[tap.name] = tuple(alike)
    return found


def covers(alignment: Alignment, graph: Graph) -> bool:
    """Whether every output of the candidate is paired."""
    return {pair.tensor for pair in alignment.pairs} >= set(graph.outputs)


def ordered(pairs: Iterable[Pair], graph: Graph, of: int) -> Alignment:
    """An alignment of pairs in any order, each tensor of the candidate once."""
    once = {pair.tensor: pair for pair in pairs}
    order = sorted(once.values(), key=lambda pair: graph.made_by[pair.tensor])
    return Alignment(tuple(order), of)


def _names(tap: Tap, renamed: Mapping[str, str]) -> list[str]:
    return list(dict.fromkeys([*tap.names, *(renamed[n] for n in tap.names if n in renamed)]))
