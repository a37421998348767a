"""An ONNX model taken apart at named tensors, each piece fed with what a reference has there.

Not an engine to deploy on. A folder holds the reference's values and says which of the model's
tensors they belong to; what it answers with is written there, too: for each of those tensors

- how far a piece is off that was fed with the reference's values ("own"),
- how far the piece moves when it is fed with the model's own values instead ("inherited"),
- how far it moves when what it is fed with moves by up to an ulp ("moved"), over a few runs; not
  at all where nothing in it rounds: of equal numbers a comparison says the same everywhere,
- if it is far off, whether it is another of the reference's tensors instead ("is", a file).

All pieces are one model, in which the nodes' outputs are renamed and the graph is fed with what
they were: one session runs all of it, in chunks where the tensors are large. Graph optimisation is
off: at every tensor the graph is cut, so there is little left to fuse, and it is the file that is
judged, node by node; what the optimiser makes of it is asked elsewhere.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from parity.engines import EngineInfo, Options
from parity.engines._apart import Apart, apart
from parity.engines._moves import moved
from parity.engines._options import thread_count, whole
from parity.engines.ort import session_of, tensors_of, version
from parity.errors import UsageError
from parity.model.artifact import Artifact
from parity.model.parts.onnx_cut import OWN, Graph
from parity.model.tensors import Array, Feed, Outputs

OPTIONS = {
    "folder": "with pairs.json, [[tensor, file, [other files]], ...] in the order of the graph",
    "moves": "runs with moved values (default 3)",
    "chunk": "megabytes of tensors that are looked at together (default 16)",
    "threads": "threads inside an operator (default: cores shared between the engines)",
}

FORMATS = ("onnx",)

_SMALL_BYTES = 1 << 16

_UNROUNDED = frozenset((
    "Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "Not", "And", "Or", "Xor",
    "Where", "Min", "Max", "Clip", "Relu", "Abs", "Neg", "Sign", "Floor", "Ceil", "Round",
    "ArgMax", "ArgMin", "TopK", "Identity", "Constant", "ConstantOfShape", "Shape", "Reshape",
    "Transpose", "Unsqueeze", "Squeeze", "Flatten", "Expand", "Concat", "Slice", "Split", "Gather",
    "GatherElements", "GatherND", "Tile", "OneHot", "NonZero", "Pad", "IsNaN", "IsInf",
))  # fmt: skip
"""Ops whose result has no rounding of its own: moved values would only say what is near a turn."""

_TRUE = 1e-5
"""Of its magnitude, up to which a tensor is what it is called: a hundred roundings."""

_NEAR, _MUCH = 1e-4, 0.05
"""What it may be off another that it is instead: of that one's magnitude, and of what it is off
the one of its name. A bias that nothing else adds may be a thousandth of what it is added to."""


class ForcedEngine:
    """The model's graph; sessions are made for each feed, since pieces have its shapes."""

    def __init__(self, model: Artifact, options: Options) -> None:
        self._folder = Path(str(options.get("folder", "")))
        if not options.get("folder") or not self._folder.is_dir():
            raise UsageError(f"forced: no folder {self._folder}")
        self._threads = thread_count(options)
        self._moves = whole(options, "moves", 3)
        self._chunk = whole(options, "chunk", 16, least=1) << 20
        self._graph = Graph(model.program)
        self._kinds: dict[str, Array] = {}
        self._free: dict[str, Array] = {}  # the model's own values, as far as they are still read
        self._last: dict[str, Array] = {}  # of the chunk that is looked at
        self._others: dict[str, list[str]] = {}
        self.info = EngineInfo("forced", version(), (), (), {"threads": self._threads})

    def run(self, feed: Feed) -> Outputs:
        """Write ``measured.json``: for each pair its numbers, or why there are none."""
        pairs = json.loads((self._folder / "pairs.json").read_text("utf-8"))
        files = {name: self._folder / file for name, file, _ in pairs}
        self._others = {name: others for name, _, others in pairs}
        measured: list[dict[str, object]] = []
        self._free = {}
        for names in self._chunks(files):
            measured += self._measure(names, files, feed)
            self._let_go(names)
        self._free = {}
        (self._folder / "measured.json").write_text(json.dumps(measured), "utf-8")
        return {}

    def close(self) -> None:
        """Nothing is kept between two feeds."""

    def _chunks(self, files: Mapping[str, Path]) -> Iterator[list[str]]:
        chunk: list[str] = []
        size = 0
        for name, file in files.items():
            bytes_ = file.stat().st_size
            if chunk and size + bytes_ > self._chunk:
                yield chunk
                chunk, size = [], 0
            chunk.append(name)
            size += bytes_
        if chunk:
            yield chunk

    def _measure(
        self, names: Sequence[str], files: Mapping[str, Path], feed: Feed
    ) -> list[dict[str, object]]:
        """Of a chunk; of its halves where it doesn't run, down to the tensor that is to blame."""
        freely = self._freely(names, feed)
        try:
            return self._forced(names, files, feed, freely)
        except Exception as error:
            if len(names) == 1:
                why = " ".join(str(error).split())
                return [{"name": names[0], "failed": why[:300] or type(error).__name__}]
        middle = len(names) // 2
        return [
            *self._measure(names[:middle], files, feed),
            *self._measure(names[middle:], files, feed),
        ]

    def _freely(self, names: Sequence[str], feed: Feed) -> dict[str, Array]:
        """What the model itself has there; nothing where it doesn't run on this feed."""
        try:
            # From where the chunk before ended: else each would run all that is before it again.
            piece, weights = self._graph.piece(names, fed=self._free)
            found = self._outputs(self._session(piece), {**feed, **weights, **self._free})
        except Exception:
            # A faulty node may raise: the pieces tell which.
            return {}
        self._last |= found
        for name, array in found.items():
            self._kinds[name] = np.broadcast_to(np.zeros((), array.dtype), array.shape)
        return found

    def _let_go(self, names: Sequence[str]) -> None:
        """Keep of the model's own values those that are read behind a chunk."""
        made = [self._graph.made_by[name] for name in names]
        read = {n for reads in self._graph.reads[max(made) + 1 :] for n in reads}
        kept = {**self._free, **self._last}
        self._free = {name: array for name, array in kept.items() if name in read}
        self._last = {}

    def _forced(
        self, names: Sequence[str], files: Mapping[str, Path], feed: Feed,
        freely: Mapping[str, Array],
    ) -> list[dict[str, object]]:  # fmt: skip
        graph = self._graph
        nodes = graph.behind(names, files)
        read = {n for at in nodes for n in graph.reads[at] if n in files}
        values = {n: _load(files[n]) for n in {*names, *read}}
        unknown = [n for n in sorted(read) if n not in self._kinds]
        if unknown:
            self._freely(unknown, feed)
        fed = {n: _like(values[n], self._kinds.get(n)) for n in {*names, *read}}
        piece, weights = graph.piece(names, fed=fed)
        session = self._session(piece)
        own = self._outputs(session, {**feed, **weights, **fed})
        noise = dict.fromkeys(names, 0.0)
        halves = any(array.dtype == np.float16 for array in fed.values())
        rounding = [n for n in names if halves or not self._exact(n, files)]
        for seed in range(1, self._moves + 1):
            shaken = {n: moved(a, seed) if a.dtype == np.float32 else a for n, a in fed.items()}
            start = {n: moved(a, seed) if a.dtype == np.float32 else a for n, a in feed.items()}
            again = self._outputs(session, {**start, **weights, **shaken})
            for name in rounding:
                off = _off(own[f"{name}{OWN}"], again[f"{name}{OWN}"])
                noise[name] = max(noise[name], off.most)
        return [
            _said(name, values[name], own[f"{name}{OWN}"], freely.get(name), noise[name])
            | self._instead(name, values[name], own[f"{name}{OWN}"])
            for name in names
        ]

    def _exact(self, name: str, files: Mapping[str, Path]) -> bool:
        nodes = (self._graph.nodes[at] for at in self._graph.behind([name], files))
        return all(node.op_type in _UNROUNDED and not node.domain for node in nodes)

    def _instead(self, name: str, expected: Array, own: Array) -> dict[str, object]:
        """The file of another tensor of the reference, if the piece makes that."""
        off = _off(expected, own)
        if off.most <= _TRUE * off.magnitude:
            return {}
        for file in self._others.get(name, []):
            other = _off(_load(self._folder / file), own)
            if other.most <= min(_NEAR * other.magnitude, _MUCH * off.most):
                return {"is": file}
        return {}

    def _session(self, piece: bytes) -> Any:
        return session_of(piece, level="disable", threads=self._threads, lean=True)

    def _outputs(self, session: Any, given: Feed) -> dict[str, Array]:
        inputs, names, _ = tensors_of(session)
        found = session.run(names, {i.name: given[i.name] for i in inputs})
        return dict(zip(names, found, strict=True))


def open(model: Artifact, options: Options) -> ForcedEngine:  # noqa: A001  the contract's name
    """Load an ONNX file."""
    return ForcedEngine(model, options)


def _load(file: Path) -> Array:
    small = file.stat().st_size < _SMALL_BYTES  # an empty one can't be mapped
    loaded: Array = np.load(file, mmap_mode=None if small else "r", allow_pickle=False)
    return loaded


def _like(value: Array, kind: Array | None) -> Array:
    """The reference's values in the dtype of the model, and its way to write a single number."""
    dtype = value.dtype if kind is None else kind.dtype
    made = np.ascontiguousarray(value).astype(dtype, copy=False).reshape(value.shape)
    if kind is not None and kind.shape != value.shape and _axes(kind) == _axes(value):
        made = made.reshape(kind.shape)
    return made


def _axes(array: Array) -> tuple[int, ...]:
    """The extents that matter."""
    return tuple(n for n in array.shape if n != 1)


def _off(expected: Array, actual: Array) -> Apart:
    if _axes(expected) != _axes(actual):
        return Apart(most=np.inf)
    return apart(expected, actual)


def _said(
    name: str, expected: Array, own: Array, freely: Array | None, noise: float
) -> dict[str, object]:
    off = _off(expected, own)
    shapes = {} if _axes(expected) == _axes(own) else {"shapes": [expected.shape, own.shape]}
    inherited = None if freely is None else _off(own, freely).most
    total = None if freely is None else _off(expected, freely).most
    return {
        "name": name, "own": off.most, "index": off.index, "expected": off.expected,
        "actual": off.actual, "magnitude": off.magnitude, "inherited": inherited, "total": total,
        "moved": noise, "dtype": own.dtype.name, "shape": own.shape, **shapes,
    }  # fmt: skip
