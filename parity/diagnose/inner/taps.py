"""The inner tensors of a reference on a feed, and what exporters call them."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from parity.engines.inner import OUTPUT
from parity.model.artifact import Artifact
from parity.model.formats.pir_graph import result_types
from parity.model.formats.read import graph_of
from parity.model.graph import Graph, Node

STORED = ("full", "full_int_array", "assign_value", "fill_constant", "parameter", "Constant")
"""Ops that make a constant: theirs is no tensor of the computation."""

Type = tuple[str, tuple[int, ...]]
"""Dtype and shape that a program declares, open axes -1."""


@dataclass(frozen=True)
class Tap:
    """One inner tensor of the reference.

    file: its values, ``.npy``. name: in its own graph. names: what an exporter may call it, the
    likeliest first. op: that makes it ("pd_op.matmul"). order: among the ops.
    """

    file: Path
    name: str
    names: tuple[str, ...]
    op: str
    order: int
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Fired:
    """What the engine told of a tensor: the op, its number among those that ran, the file."""

    op: str
    number: str
    variable: str
    file: Path
    dtype: str
    shape: tuple[int, ...]


def taps(model: Artifact, folder: Path) -> tuple[Tap, ...]:
    """The tensors that an engine ``inner`` left in a folder, each paired with its op."""
    graph = graph_of(model.program)
    listed = json.loads((folder / "tensors.json").read_text("utf-8"))
    fired = [
        Fired(
            *_split(each["op"]), each["name"], folder / each["file"], each["dtype"],
            tuple(each["shape"]),
        )
        for each in listed
    ]  # fmt: skip
    answers = {f.variable: f for f in fired if f.op == OUTPUT}
    fired = [f for f in fired if f.op != OUTPUT]
    if model.format != "pir":
        found = _by_variable(graph, fired)
    else:
        found = _by_order(graph, fired, result_types(model.program))
    found += _answers(graph, answers, {name for tap in found for name in tap.names})
    return tuple(sorted(found, key=lambda tap: tap.order))


def _answers(graph: Graph, answers: Mapping[str, Fired], known: set[str]) -> list[Tap]:
    """Outputs whose op isn't known among those that ran: one of its name is inside a loop, say."""
    made = {name: at for at, node in enumerate(graph.nodes) for name in node.outputs}
    found = []
    for name, f in answers.items():
        at = made.get(name)
        if name in known or at is None:
            continue
        node = graph.nodes[at]
        if node.name == "pd_op.fetch" and node.inputs[0] in made:
            at = made[node.inputs[0]]
        found.append(Tap(f.file, name, (name,), graph.nodes[at].name, at, f.dtype, f.shape))
    return found


def _split(op: str) -> tuple[str, str]:
    """Name and number of "pd_op.relu_:7", whose underscore says that it overwrites its input.

    Some ops are saved with one, too ("pd_op.batch_norm_").
    """
    name, _, number = op.partition(":")
    return name.removesuffix("_"), number


def _by_variable(graph: Graph, fired: Sequence[Fired]) -> list[Tap]:
    """``.pdmodel`` and ONNX: names are kept. What is written twice counts as it was last."""
    order = {name: at for at, node in enumerate(graph.nodes) for name in node.outputs}
    last = {f.variable: f for f in fired}
    return [
        Tap(f.file, name, (name,), f.op, order[name], f.dtype, f.shape)
        for name, f in last.items()
        if name in order and graph.nodes[order[name]].name not in STORED
    ]


def _by_order(graph: Graph, fired: Sequence[Fired], types: Sequence[Sequence[Type]]) -> list[Tap]:
    """``.json``: the n-th op of a name in the program is the n-th of that name that ran.

    Names that ran more or less often than they stand there (inside a branch) are left out.
    """
    stands: dict[str, list[int]] = defaultdict(list)
    for at, node in enumerate(graph.nodes):
        stands[node.name.removesuffix("_")].append(at)
    ran: dict[str, dict[str, list[Fired]]] = defaultdict(lambda: defaultdict(list))
    for f in fired:
        if f.variable not in graph.parameters:  # statistics that a normalisation hands on
            ran[f.op][f.number].append(f)
    fetched = {n.inputs[0]: n.outputs[0] for n in graph.nodes if n.name == "pd_op.fetch"}
    found: list[Tap] = []
    for op, runs in ran.items():
        if op.removeprefix("pd_op.") in STORED or len(runs) != len(stands[op]):
            continue
        for nth, (at, tensors) in enumerate(zip(stands[op], runs.values(), strict=True)):
            found += _outputs(graph.nodes[at], at, nth, _paired(tensors, types[at]), fetched)
    return found


def _paired(tensors: Sequence[Fired], types: Sequence[Type]) -> list[tuple[int, Fired]]:
    """Which result of its op each tensor is: those that nothing reads aren't there.

    What has another shape than the program declares is no result: passes turn pictures round.
    """
    found: list[tuple[int, Fired]] = []
    for f in sorted(tensors, key=_made):
        start = found[-1][0] + 1 if found else 0
        at = next((i for i in range(start, len(types)) if _fits(f, *types[i])), None)
        if at is not None:
            found.append((at, f))
    return found


def _made(f: Fired) -> int:
    """The number that Paddle gave to an inner variable, in order of the results."""
    number = f.variable.rsplit("_", 1)[-1]
    return int(number) if number.isdigit() else 0


def _fits(f: Fired, dtype: str, shape: tuple[int, ...]) -> bool:
    return (
        f.dtype == dtype
        and len(f.shape) == len(shape)
        and all(declared in (-1, axis) for axis, declared in zip(f.shape, shape, strict=True))
    )


def _outputs(
    node: Node, at: int, nth: int, paired: Sequence[tuple[int, Fired]], fetched: Mapping[str, str]
) -> list[Tap]:
    found = []
    for index, f in paired:
        name = node.outputs[index]
        names = [f"p2o.{node.name}.{nth}.{index}"]
        names += [fetched[name]] if name in fetched else []
        found.append(Tap(f.file, name, tuple(names), node.name, at, f.dtype, f.shape))
    return found
