"""Whether numbers inside an FP16 candidate are beyond FP16, which a CPU's run doesn't show."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from parity.compare.overflow import INFINITE, Fp16Overflows
from parity.compare.warned import RangesUnknown
from parity.engines import EngineInfo
from parity.inputs import Example
from parity.model.parts.onnx_cut import Graph
from parity.verify.checks import Ran, Said, asking
from parity.verify.reference import cores, worker_of
from parity.verify.request import Request, Side

FEEDS = 8
"""Feeds that are looked at: those on which the candidate was furthest off, that of the largest
numbers, the longest row, and short boundary feeds. A model of 12 layers takes 0.1 s for each."""

_FURTHEST = 2

_NAMED = 4  # findings; what overflows behind them is counted

_THROUGH = {"Add", "Cast", "Reshape", "Transpose", "Unsqueeze", "Squeeze", "Expand", "Identity"}
"""What a mask's minus infinity passes as such, on its way to a Softmax."""


@dataclass(frozen=True)
class Range:
    """What a tensor's numbers lie between; row: the lowest of its rows' highest. label: of a feed.

    The furthest of them is on that feed.
    """

    low: float
    high: float
    row: float
    label: str

    @property
    def furthest(self) -> float:
        return self.high if self.high >= -self.low else self.low


def after(ran: Ran) -> Said:
    """A finding for each operator that overflows though what it reads doesn't."""
    model = ran.request.candidate.model
    if ran.request.family != "fp16" or model.format != "onnx":
        return Said()
    found = ranges(ran.request, _feeds(ran))
    if isinstance(found, str):
        return Said(warnings=(RangesUnknown(found),))
    findings = list(overflows(Graph(model.program), found))
    if findings:
        return Said(tuple(findings[:_NAMED]))
    if not found:
        # Constants alone: whether that is FP16 at all is for what counts the weights.
        return Said(notes=("FP16: no tensor inside is one that overflows",))
    most = max((abs(r.furthest) for r in found.values()), default=0.0)
    told = (
        f"FP16: {len(found)} tensors inside, none beyond its range; the largest reaches {most:.3g}"
    )
    return Said(notes=(told,))


def ranges(request: Request, examples: Sequence[Example]) -> dict[str, Range] | str:
    """Between what each FP16 tensor of the candidate lies over feeds; or why that isn't known."""
    timeouts = {"open_timeout_s": request.open_timeout_s, "run_timeout_s": request.run_timeout_s}
    side = Side(request.candidate.model, "ranges")
    found: dict[str, Range] = {}
    why, answered = "no feed was compared", False
    with worker_of(side, cores(), timeouts) as worker:
        ready = worker.ready()
        if not isinstance(ready, EngineInfo):
            return str(ready)
        for example in examples:
            made = worker.run(example.feed).result
            if not isinstance(made, Mapping):
                why = str(made)
                if not worker.alive:
                    break
                continue
            answered = True
            for name, numbers in made.items():
                low, high, row = (float(number) for number in numbers)
                found[name] = _wider(found.get(name), low, high, row, example.label)
    return found if answered else why


def overflows(graph: Graph, found: Mapping[str, Range]) -> Iterator[Fp16Overflows]:
    """Operators that make what FP16 can't hold of what it can, in the order of the graph."""
    beyond = beyond_half(graph, found)
    born = [name for name in beyond if not _reads(graph, name) & set(beyond)]
    for name in born:
        node = graph.nodes[_maker(graph, name)]
        yield Fp16Overflows(
            node.name or node.output[0], node.op_type, name, found[name].furthest,
            found[name].label, len(beyond) - len(born),
        )  # fmt: skip


def beyond_half(graph: Graph, found: Mapping[str, Range]) -> list[str]:
    """The tensors that are beyond FP16, in the order of the graph.

    Not where a mask is added to what a Softmax reads: minus infinity is as good as a large number
    there, as long as a row has others.
    """
    masked = _masked(graph)
    return [name for name, r in found.items() if _is_beyond(r, masked=name in masked)]


def touched(graph: Graph, found: Mapping[str, Range]) -> tuple[str, ...]:
    """Nodes that make or read what is beyond FP16, casts aside: kept in FP32 they hold it."""
    beyond = set(beyond_half(graph, found))
    touched = {_maker(graph, name) for name in beyond}
    touched |= {at for at in range(len(graph.nodes)) if _read_by(graph, at) & beyond}
    nodes = [graph.nodes[at] for at in sorted(touched)]
    return tuple(n.name or n.output[0] for n in nodes if n.op_type != "Cast")


def _is_beyond(r: Range, *, masked: bool) -> bool:
    if not r.high < INFINITE:  # NaN, too
        return True
    return r.low <= -INFINITE and not (masked and r.row > -INFINITE)


def _wider(known: Range | None, low: float, high: float, row: float, label: str) -> Range:
    if known is None:
        return Range(low, high, row, label)
    further = max(high, -low) > max(known.high, -known.low)
    low, high, row = (*map(min, (low, high), (known.low, known.high)), min(row, known.row))
    return Range(low, high, row, label if further else known.label)


def _maker(graph: Graph, name: str) -> int:
    """The node that makes a tensor, casts aside."""
    at = graph.made_by[name]
    node = graph.nodes[at]
    if node.op_type == "Cast" and node.input[0] in graph.made_by:
        return _maker(graph, node.input[0])
    return at


def _reads(graph: Graph, name: str) -> set[str]:
    """What the operator that makes a tensor reads."""
    return _read_by(graph, _maker(graph, name))


def _read_by(graph: Graph, node: int) -> set[str]:
    """What a node reads, and what that was cast from."""
    read, waiting = set[str](), list(graph.reads[node])
    while waiting:
        tensor = waiting.pop()
        read.add(tensor)
        at = graph.made_by.get(tensor)
        if at is not None and graph.nodes[at].op_type == "Cast":
            waiting += graph.reads[at]
    return read


def _masked(graph: Graph) -> set[str]:
    """Tensors that only Softmax reads, through what leaves minus infinity as it is."""
    readers: dict[str, list[int]] = {}
    for at, names in enumerate(graph.reads):
        for name in names:
            readers.setdefault(name, []).append(at)
    found: set[str] = set()
    outputs = set(graph.outputs)
    for at in range(len(graph.nodes) - 1, -1, -1):  # in the order of the graph: readers first
        for name in graph.nodes[at].output:
            read = [graph.nodes[r] for r in readers.get(name, ())]
            if name not in outputs and read and all(_passes(node, found) for node in read):
                found.add(name)
    return found


def _passes(node: Any, masked: set[str]) -> bool:
    return node.op_type == "Softmax" or (node.op_type in _THROUGH and node.output[0] in masked)


def _feeds(ran: Ran) -> list[Example]:
    """A few, each once."""
    boundary = list(ran.plan.boundary())
    furthest = ran.search.found.furthest.chosen()[:_FURTHEST]
    large = sorted(asking.short(boundary), key=_largest)[-1:]
    chosen = [*furthest, *large, *asking.longest(boundary)[:1]]
    chosen += asking.spaced(asking.short(boundary), FEEDS - len(chosen))
    return list({id(example): example for example in chosen}.values())


def _largest(example: Example) -> float:
    floats = [a for a in example.feed.values() if a.dtype.kind == "f" and a.size]
    return max((float(np.abs(a).max()) for a in floats), default=0.0)
