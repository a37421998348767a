"""Which entries of an axis a slice, a gather by constants or a part of a split takes."""

from collections.abc import Sequence

import numpy as np

from parity.model.graph import Graph, Node

_FAR = 2**31


def taken(graph: Graph, node: Node, output: str, shape: Sequence[int | str]) -> dict[int, range]:
    """By axis of the first input, the entries that ``output`` holds of it.

    shape: of that input; an open axis is a symbol or below zero. An axis of which
    all entries are taken is left out; one of which it isn't known which is the
    empty range. Raises KeyError for an op that takes no part of its input.
    """
    if node.op == "slice":
        return _slice(graph, node, shape)
    if node.op == "gather":
        return _gather(graph, node, shape)
    if node.op in SPLITS:
        return _split(graph, node, output, shape)
    raise KeyError(node.op)


SPLITS = frozenset(("split", "Split", "split_with_num", "unbind", "unstack"))
"""Ops with one output a part; in PIR the parts come out of a second op that unpacks them."""


def _slice(graph: Graph, node: Node, shape: Sequence[int | str]) -> dict[int, range]:
    starts, ends = (_listed(graph, node, at, name) for at, name in ((1, "starts"), (2, "ends")))
    axes = _listed(graph, node, 3 if node.name == "Slice" else 99, "axes")
    steps = _listed(graph, node, 4 if node.name == "Slice" else 3, "strides")
    if starts is None or ends is None:
        return {axis: range(0) for axis in axes or range(len(shape))}
    found = {}
    for index, axis in enumerate(axes if axes is not None else range(len(starts))):
        step = steps[index] if steps is not None and index < len(steps) else 1
        part = _part(shape[axis], starts[index], ends[index], step)
        if part is not None:
            found[axis % len(shape)] = part
    return found


def _part(size: int | str, start: int, end: int, step: int) -> range | None:
    if isinstance(size, str) or size < 0:
        whole = start == 0 and end >= _FAR - 1 and step == 1
        return None if whole else range(0)
    part = range(*slice(start, end, step).indices(size))
    return None if part == range(size) else part


def _gather(graph: Graph, node: Node, shape: Sequence[int | str]) -> dict[int, range]:
    said = node.attributes.get("axis", 0)
    axis = (int(said) if isinstance(said, (int, float)) else 0) % len(shape)
    index = graph.constants.get(node.inputs[1])
    size = shape[axis]
    if index is None or isinstance(size, str) or size < 0 or index.size != 1:
        return {axis: range(0)}
    entry = int(np.asarray(index).reshape(-1)[0]) % size
    return {axis: range(entry, entry + 1)}


def _split(graph: Graph, node: Node, output: str, shape: Sequence[int | str]) -> dict[int, range]:
    unpacks = len(node.outputs) > 1
    inner = graph.producers.get(node.inputs[0]) if unpacks else node
    source = inner if inner is not None and inner.op in SPLITS else node
    place = node.outputs.index(output)
    listed = _listed(graph, source, len(source.inputs) - 1, "axis")
    axis = listed[0] % len(shape) if listed else 0
    size = shape[axis]
    sections = _listed(graph, source, 1 if len(source.inputs) > 2 else 99, "sections")
    sections = sections or _listed(graph, source, 1 if source.name == "Split" else 99, "split")
    if isinstance(size, str) or size < 0:
        return {axis: range(0)}
    if not sections or min(sections) < 0:
        each = size // max(1, len(node.outputs))
        sections = (each,) * len(node.outputs) if not sections else _open(sections, size)
    start = sum(sections[:place])
    return {axis: range(start, start + sections[place])}


def split_source(graph: Graph, node: Node) -> str:
    """The tensor that a split takes apart."""
    inner = graph.producers.get(node.inputs[0]) if len(node.outputs) > 1 else None
    return (inner if inner is not None and inner.op in SPLITS else node).inputs[0]


def _open(sections: tuple[int, ...], size: int) -> tuple[int, ...]:
    rest = size - sum(part for part in sections if part > 0)
    return tuple(part if part >= 0 else rest for part in sections)


def _listed(graph: Graph, node: Node, at: int, name: str) -> tuple[int, ...] | None:
    """Whole numbers that an op has as an attribute, or as its input number ``at``."""
    said = node.attributes.get(name)
    if isinstance(said, (int, float)) and not isinstance(said, bool):
        return (int(said),)
    if isinstance(said, tuple) and said and all(isinstance(i, (int, float)) for i in said):
        return tuple(int(i) for i in said)
    value = graph.constants.get(node.inputs[at]) if at < len(node.inputs) else None
    if value is None or value.dtype.kind not in "iuf":
        return None
    return tuple(int(i) for i in np.asarray(value).reshape(-1))
