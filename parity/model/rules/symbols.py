"""Name the open axes, so that axes that must agree share a symbol."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from parity.model.graph import Graph
from parity.model.rules.axes import Origin
from parity.model.rules.rank import lone_text
from parity.model.spec import (
    AttentionMask,
    Domain,
    Indices,
    Lengths,
    PositionIds,
    SegmentIds,
    Shape,
    TensorSpec,
    TokenIds,
)

BATCH, SEQUENCE = "batch", "sequence"

# Names that exporters make up for every open axis anew: they say nothing.
_MADE_UP = ("DynamicDimension.", "unk__", "?")


def symbols(
    graph: Graph,
    domains: dict[str, Domain | None],
    group: dict[str, str],
    agree: Sequence[tuple[Origin, Origin]] = (),
) -> tuple[tuple[TensorSpec, ...], tuple[TensorSpec, ...], list[str]]:
    """Inputs and outputs with every open axis named; and evidence on outputs.

    group: by input that indexes a table, the word input whose sequence it shares.
    agree: open axes of which the graph needs that they are as large.
    """
    words = [name for name, domain in domains.items() if isinstance(domain, TokenIds)]
    sequences = {
        word: SEQUENCE if index == 0 else f"{word}_axis1" for index, word in enumerate(words)
    }
    shared = _shared(graph)
    alone = next((w for w in words if lone_text(_by_name(graph, w), domains[w])), None)
    open_first = [s.shape[0] for s in graph.inputs if s.shape]
    batched = alone is None and any(_open(axis) for axis in open_first)
    # What is renamed for the word ids is renamed for all that use the symbol.
    renamed: dict[int | str, str] = {}
    named: dict[str, TensorSpec] = {}
    for spec in sorted(graph.inputs, key=lambda s: s.name not in words):
        word = _word(spec.name, domains[spec.name], group)
        if alone is not None and len(spec.shape) == 1:
            word = word or alone
        sequence = sequences.get(word) if word else None
        shape = _input(spec, domains[spec.name], sequence, alone, shared)
        shape = tuple(
            renamed.get(old, new) if index or alone else new
            for index, (old, new) in enumerate(zip(spec.shape, shape, strict=True))
        )
        named[spec.name] = replace(spec, shape=shape)
        for old, new in zip(spec.shape, shape, strict=True):
            if old in shared and isinstance(new, str):
                renamed.setdefault(old, new)
    inputs = _tabled([named[spec.name] for spec in graph.inputs], domains)
    inputs = _fixed(inputs, domains, group, set(sequences.values()))
    inputs = _agreed(inputs, agree)
    single = {axis for spec in inputs for axis in spec.shape if isinstance(axis, str)}
    by_two = batched and single <= {BATCH, SEQUENCE} and SEQUENCE in single
    outputs, notes = [], []
    for spec in graph.outputs:
        shape = _output(spec, by_two, batched)
        if SEQUENCE in shape:
            axis = shape.index(SEQUENCE)
            notes.append(f"{spec.name}: axis {axis} taken for the sequence: no other axis is open")
        outputs.append(replace(spec, shape=shape))
    return tuple(inputs), tuple(outputs), notes


def _input(
    spec: TensorSpec,
    domain: Domain | None,
    sequence: str | None,
    alone: str | None,
    shared: frozenset[str],
) -> Shape:
    tokens = isinstance(domain, TokenIds | SegmentIds | PositionIds)
    named: list[int | str] = []
    for index, axis in enumerate(spec.shape):
        if not _open(axis):
            named.append(axis)
        elif sequence and (isinstance(domain, PositionIds) or alone) and len(spec.shape) == 1:
            named.append(sequence)
        elif index == 0:
            named.append(BATCH)
        elif sequence and tokens and len(spec.shape) == 3 and index == 1:
            named.append(f"{sequence}_choices")  # several texts a row: [batch, choices, length]
        elif sequence and not isinstance(domain, Lengths):
            named.append(sequence)
        elif axis in shared:
            named.append(axis)
        else:
            named.append(f"{spec.name}_axis{index}")
    return tuple(named)


def _tabled(inputs: list[TensorSpec], domains: dict[str, Domain | None]) -> list[TensorSpec]:
    """The rows of a table that is indexed, and of what indexes it, are no batch."""
    tables = {d.of for d in domains.values() if isinstance(d, Indices) and d.axis == 0}
    made = []
    for spec in inputs:
        lone = isinstance(domains[spec.name], Indices) and len(spec.shape) == 1
        if spec.shape and spec.shape[0] == BATCH and (lone or _is_table(spec, tables)):
            first = "indices" if lone else f"{spec.name}_axis0"
            made.append(replace(spec, shape=(first, *spec.shape[1:])))
        else:
            made.append(spec)
    return made


def _is_table(spec: TensorSpec, tables: set[str]) -> bool:
    return spec.name in tables and len(spec.shape) <= 2


def _output(spec: TensorSpec, by_two: bool, batched: bool) -> Shape:
    opened = [index for index, axis in enumerate(spec.shape) if _open(axis)]
    if by_two and len(opened) == 2:
        names = dict(zip(opened, (BATCH, SEQUENCE), strict=True))
    else:
        names = {0: BATCH} if batched else {}
    return tuple(
        names.get(index, f"{spec.name}_axis{index}") if _open(axis) else axis
        for index, axis in enumerate(spec.shape)
    )


def _fixed(
    inputs: list[TensorSpec],
    domains: dict[str, Domain | None],
    group: dict[str, str],
    sequences: set[str],
) -> list[TensorSpec]:
    """Where one input of a sequence fixes its length, the others have that length."""
    lengths: dict[str, int] = {}
    for spec in inputs:
        domain = domains[spec.name]
        word = _word(spec.name, domain, group)
        if word and isinstance(domain, (TokenIds, SegmentIds)) and len(spec.shape) == 2:
            length = spec.shape[1]
            if isinstance(length, int):
                lengths[word] = length
    fixed = []
    for spec in inputs:
        word = _word(spec.name, domains[spec.name], group)
        known = lengths.get(word) if word else None
        shape = tuple(
            known if known is not None and axis in sequences else axis for axis in spec.shape
        )
        fixed.append(replace(spec, shape=shape))
    return fixed


def _agreed(inputs: list[TensorSpec], agree: Sequence[tuple[Origin, Origin]]) -> list[TensorSpec]:
    """Axes that agree get one symbol: the batch, or the sequence, or that of the first input."""
    for pair in agree:
        shapes = {spec.name: spec.shape for spec in inputs}
        first, second = (shapes[name][axis] for name, axis in pair)
        if not isinstance(first, str) or not isinstance(second, str) or first == second:
            continue
        keep, drop = sorted((first, second), key=lambda s: (s != BATCH, s != SEQUENCE))
        if {keep, drop} == {BATCH, SEQUENCE}:
            continue  # something isn't what it was taken for
        inputs = [
            replace(spec, shape=tuple(keep if axis == drop else axis for axis in spec.shape))
            for spec in inputs
        ]
    return inputs


def _word(name: str, domain: Domain | None, group: dict[str, str]) -> str | None:
    if isinstance(domain, (AttentionMask, Lengths)):
        return group.get(domain.of, domain.of)
    return group.get(name)


def _by_name(graph: Graph, name: str) -> TensorSpec:
    return next(spec for spec in graph.inputs if spec.name == name)


def _shared(graph: Graph) -> frozenset[str]:
    """Symbols of the file that more than one input uses."""
    used = Counter(
        axis
        for spec in graph.inputs
        for axis in {a for a in spec.shape if isinstance(a, str)}
        if not axis.startswith(_MADE_UP)
    )
    return frozenset(axis for axis, count in used.items() if count > 1)


def _open(axis: int | str) -> bool:
    return isinstance(axis, str) or axis < 0
