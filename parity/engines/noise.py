"""By how much an ONNX model's outputs move when its weights do, by rounding alone.

Not an engine to deploy on: what it answers for an output is the largest change of each element,
over a few runs in which every float32 weight and float input is moved by up to one unit in its
last place. That is what an equal model in another order of operations may differ by. On a
large feed it is also run with long sums added up in another order.

The weights are taken out of the graph and fed, so that one session serves all moves, and they
are moved in place and back, exactly. They alone are held in memory; what isn't moved, word tables
above all, is read where it lies in the file.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from parity.engines import EngineInfo, Options
from parity.engines._moves import moved, shake, widen
from parity.engines._options import thread_count, whole
from parity.engines._stored import fill, stored
from parity.engines._summed import Sums
from parity.engines.ort import session_of, tensors_of
from parity.model.artifact import Artifact
from parity.model.formats.read import graph_of
from parity.model.numbers import held_against
from parity.model.tensors import Array, Feed, Outputs

OPTIONS = {
    "moves": "runs with moved weights (default 3)",
    "ulps": "units in the last place by which a number is moved (default 1, at most 8)",
    "threads": "threads inside an operator (default: cores shared between the engines)",
}

FORMATS = ("onnx",)

# Where a float constant is a weight: moved by an ulp, the product moves by rounding. Exponents,
# limits, scales of a resize, pad values and the like are left alone.
_WEIGHED = {
    *("MatMul", "Gemm", "Conv", "ConvTranspose", "Add", "Sub", "Mul", "Div", "Gather", "Einsum"),
    *("BatchNormalization", "LayerNormalization", "InstanceNormalization", "GroupNormalization"),
    *("SkipLayerNormalization", "EmbedLayerNormalization", "Attention", "FusedMatMul", "BiasGelu"),
    *("LSTM", "GRU", "RNN", "PRelu", "FusedConv", "FusedGemm"),
}
_PASSED_ON = {"Identity", "Reshape", "Transpose", "Unsqueeze", "Squeeze", "Flatten", "Expand"}

_LARGE_BYTES = 2**22  # of a weight after which its pages of the file are let go

_LARGE_TABLE = 2**20  # elements of a word table that stays as it is: what it feeds is moved anyway


class NoiseEngine:
    """A session of the model with its weights as inputs."""

    def __init__(self, model: Artifact, options: Options) -> None:
        self._moves = whole(options, "moves", 3, least=1)
        self._by = min(whole(options, "ulps", 1, least=1), 8)
        threads = thread_count(options)
        self._exact = _exact(model)
        proto, self._weights, self._mapped = _split(model.program)
        self._session = session_of(proto.SerializeToString(), level="all", threads=threads)
        self._sums = Sums(proto, threads)
        del proto
        inputs, self._names, version = tensors_of(self._session)
        self.info = EngineInfo(
            "noise",
            version,
            tuple(i for i in inputs if i.name not in self._weights | self._mapped),
            (),
            {"moves": self._moves, "weights": len(self._weights), "threads": threads},
        )

    def run(self, feed: Feed) -> Outputs:
        """The largest change of each element of each float output, in float32."""
        base = self._run(feed)
        if not _equal(base, self._run(feed)):
            # What it draws at random would pass for what rounding does.
            raise RuntimeError("it answers one feed otherwise each time, whatever its weights are")
        largest: dict[str, Array] = {
            name: np.zeros(a.shape, np.float32) for name, a in base.items()
        }
        for seed in range(1, self._moves + 1):
            shaken = {n: self._moved(n, a, seed) for n, a in feed.items()}
            self._shake(seed, back=False)
            try:
                outputs = self._run(shaken)
                self._add(largest, shaken, outputs)
            finally:
                self._shake(seed, back=True)
            for name, array in outputs.items():
                largest[name] = widen(largest[name], base[name], array)
        self._add(largest, feed, base)
        return largest

    def close(self) -> None:
        """Free the session."""
        del self._session, self._sums

    def _add(self, largest: dict[str, Array], feed: Feed, outputs: Mapping[str, Array]) -> None:
        """What the order of sums changes; of moved numbers, too, since one order may be lucky."""
        for name, change in self._sums.changes(feed, outputs, self._run).items():
            if change.shape == largest[name].shape:
                np.maximum(largest[name], change, out=largest[name])

    def _moved(self, name: str, values: Array, seed: int) -> Array:
        if values.dtype != np.float32:
            return values
        made = moved(values, seed, by=self._by)
        exact = self._exact.get(name)
        return made if exact is None else np.where(np.isin(values, exact), values, made)

    def _shake(self, seed: int, *, back: bool) -> None:
        for weight in self._weights.values():
            shake(weight, seed, back=back, by=self._by)

    def _run(
        self, feed: Feed, session: Any = None, names: Sequence[str] | None = None
    ) -> dict[str, Array]:
        session, names = session or self._session, self._names if names is None else names
        outputs = session.run(names, {**feed, **self._weights, **self._mapped})
        named: dict[str, Array] = dict(zip(names, outputs, strict=True))
        return {n: a for n, a in named.items() if getattr(a, "dtype", None) == np.float32}


def open(model: Artifact, options: Options) -> NoiseEngine:  # noqa: A001  the contract's name
    """Load an ONNX file."""
    return NoiseEngine(model, options)


def _exact(model: Artifact) -> dict[str, Array]:
    """By input the numbers that its elements are themselves compared with, as float32."""
    found: dict[str, Array] = {}
    for spec in graph_of(model.program).inputs:
        if spec.dtype != "float32":
            continue
        numbers = [t.value for t in held_against(model, spec.name) if t.exact]
        if numbers:
            found[spec.name] = np.asarray(numbers, np.float32)
    return found


def _equal(one: dict[str, Array], other: dict[str, Array]) -> bool:
    return all(np.array_equal(a, other[name], equal_nan=True) for name, a in one.items())


def _split(path: Path) -> tuple[Any, dict[str, Array], dict[str, Array]]:
    """The model with its large tensors as further inputs; its weights, and what else is fed.

    The file is never held as a whole: what isn't moved stays in it, and is mapped.
    """
    import onnx
    from onnx import numpy_helper

    from parity.model.formats.onnx_graph import let_go, opened
    from parity.model.formats.onnx_walk import tensors

    light, buffer = opened(path)
    model = onnx.ModelProto()
    model.CopyFrom(light)  # the one that was opened is everybody's
    graph = model.graph
    wanted = _weights(graph)
    taken: dict[str, Array] = {}
    mapped: dict[str, Array] = {}
    inputs = {i.name for i in graph.input}
    outputs = {o.name for o in graph.output}

    def take(name: str, tensor: Any) -> bool:
        """Feed it from now on; False for what stays in the graph."""
        there = stored(path, tensor, buffer)
        if name in wanted:
            array = numpy_helper.to_array(tensor) if there is None else there
            taken[name] = _copied(array, path)
        elif there is not None and name not in outputs:
            mapped[name] = there
        else:
            return False
        if name not in inputs:  # IR 3 lists initializers as inputs, too
            kind, shape = tensor.data_type, list(tensor.dims)
            graph.input.append(onnx.helper.make_tensor_value_info(name, kind, shape))
        return True

    for tensor in list(graph.initializer):
        if take(tensor.name, tensor):
            graph.initializer.remove(tensor)
    for node in [n for n in graph.node if n.op_type == "Constant"]:
        value = next((a.t for a in node.attribute if a.name == "value"), None)
        if value is not None and take(node.output[0], value):
            graph.node.remove(node)
    for tensor in tensors(graph):  # those within branches
        fill(path, tensor, buffer)
    let_go(path)
    return model, taken, mapped


def _copied(array: Array, path: Path) -> Array:
    """A copy that is moved in place; the pages of the file that it came from are let go."""
    from parity.model.formats.onnx_graph import let_go

    copy = np.array(array)
    if copy.nbytes > _LARGE_BYTES:
        let_go(path)
    return copy


def _weights(graph: Any) -> set[str]:
    """The names of float32 constants of several elements that only weigh."""
    stored = {t.name: t for t in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].HasField("t"):
            stored[node.output[0]] = node.attribute[0].t
    uses: dict[str, list[Any]] = {}
    for node in graph.node:
        for name in node.input:
            uses.setdefault(name, []).append(node)
    inner = _read_inside(graph)
    outputs = {o.name for o in graph.output}
    return {
        name
        for name, tensor in stored.items()
        if tensor.data_type == 1
        and np.prod(tensor.dims, dtype=np.int64) > 1
        and name not in inner | outputs
        and name in uses
        and not _table(tensor, uses[name])
        and all(_weighs(node, uses) for node in uses[name])
    }


def _weighs(node: Any, uses: dict[str, list[Any]]) -> bool:
    if node.op_type in _WEIGHED:
        return True
    if node.op_type not in _PASSED_ON:
        return False
    return all(n.op_type in _WEIGHED | _PASSED_ON for o in node.output for n in uses.get(o, []))


def _table(tensor: Any, nodes: list[Any]) -> bool:
    large = np.prod(tensor.dims, dtype=np.int64) > _LARGE_TABLE
    return bool(large) and all(n.op_type in ("Gather", "Mul") for n in nodes)


def _read_inside(graph: Any) -> set[str]:
    """Names that branches and bodies read: there they may be anything."""
    from parity.model.formats.onnx_walk import free, inside

    return {name for node in graph.node for inner in inside(node) for name in free(inner)}
