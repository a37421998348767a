"""The parameters of a reference, with what its graph does to each before it is used."""

from collections.abc import Mapping
from dataclasses import dataclass

from parity.model.artifact import Artifact
from parity.model.codes import codes
from parity.model.formats.onnx_graph import DTYPES
from parity.model.formats.read import graph_of, sense
from parity.model.graph import Graph, Node
from parity.model.lowered.store import Store
from parity.model.lowered.weight import matrix
from parity.model.tensors import Array
from parity.model.weights import floats

_FLOATS = ("float16", "float32", "float64", "bfloat16")
_FLIPS = ("transpose_y", "trans_y", "transpose_Y", "transB")


@dataclass(frozen=True, eq=False)
class Parameter:
    """A float weight of the reference.

    shape: as stored. values: mapped, as a matrix as of ``lowered.weight``. turned: whether the
    graph takes the transpose; None where it does both, or neither can be told. zero_row: of a
    table, the row that is read as zeros (Paddle's padding_idx). normalised: whether a
    normalisation with stored statistics follows, which exporters fold into it. coded: whether codes
    are stored, for which ``values`` has the numbers.
    """

    name: str
    shape: tuple[int, ...]
    values: Array
    turned: bool | None
    zero_row: int | None = None
    normalised: bool = False
    coded: bool = False


def parameters(artifact: Artifact) -> dict[str, Parameter]:
    """Float parameters of two elements or more by name. Raises ModelError."""
    with sense(artifact.program):
        graph = graph_of(artifact.program)
        if artifact.format == "onnx":
            store = Store(artifact.program)
            names = [
                n for n, t in store.tensors.items() if DTYPES.get(t.data_type, "?")[0] in _FLOATS
            ]
            stored: Mapping[str, Array] = {name: store.array(name) for name in names}
        else:
            stored = floats(artifact, list(graph.parameters))
        return {n: _parameter(graph, n, a) for n, a in stored.items() if a.size > 1}


def _parameter(graph: Graph, name: str, array: Array) -> Parameter:
    turned: set[bool | None] = set()
    zero_row, normalised = None, False
    for node in graph.readers(name):
        flips = any(node.attributes.get(flip) for flip in _FLIPS)
        known = node.op in ("matmul", "gather") or "conv" in node.op.lower()
        turned.add((flips and node.op == "matmul") if known else None)
        padding = node.attributes.get("padding_idx")
        if node.op == "gather" and isinstance(padding, int) and 0 <= padding < len(array):
            zero_row = padding
        normalised |= _normalises(node.op) or _normalised(graph, node)
    return Parameter(
        name, tuple(array.shape), matrix(array),
        turned.pop() if len(turned) == 1 else None, zero_row, normalised,
        codes(graph, name) is not None,
    )  # fmt: skip


def _normalised(graph: Graph, node: Node) -> bool:
    """Whether a normalisation follows, at once or behind the bias."""
    for _ in range(_HOPS):
        if len(node.outputs) < 1 or len(graph.readers(node.outputs[0])) != 1:
            return False
        (node,) = graph.readers(node.outputs[0])
        if _normalises(node.op):
            return True
    return False


_HOPS = 3  # reshape of a bias, its addition, the normalisation


def _normalises(op: str) -> bool:
    return op.lower().replace("_", "").startswith(("batchnorm", "syncbatchnorm"))
