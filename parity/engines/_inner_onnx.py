"""The inner tensors of an ONNX model, in chunks of nodes."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from parity.engines import EngineInfo
from parity.engines.ort import session_of, tensors_of, version
from parity.model.artifact import Artifact
from parity.model.parts.onnx_cut import Graph
from parity.model.tensors import Array, Feed

_TOGETHER = 64  # tensors of one run: their sizes aren't known before

Take = Callable[[str, str, Array], None]


class OnnxInner:
    """Runs pieces of a model with graph optimisation off."""

    def __init__(self, model: Artifact, threads: int) -> None:
        self._graph = Graph(model.program)
        self._threads = threads
        self.info = EngineInfo("inner", version(), (), (), {"threads": threads})

    def intermediates(self, feed: Feed, take: Take, folder: Path) -> None:
        """Hand out what every node makes that an output depends on, in order.

        folder: where ``wanted.json``, if there, names the tensors that are wanted, and
        ``fed.json`` those that are given in place of the model's own, with their files.
        """
        graph = self._graph
        fed = {n: _given(folder / f) for n, f in _read(folder / "fed.json", {}).items()}
        alive = graph.behind(graph.outputs)
        every = [n for at in alive for n in graph.nodes[at].output if n and n not in fed]
        wanted = _read(folder / "wanted.json", every)
        for start in range(0, len(wanted), _TOGETHER):
            self._some(wanted[start : start + _TOGETHER], feed, fed, take)

    def close(self) -> None:
        """Nothing is kept between two feeds."""

    def _some(self, names: Sequence[str], feed: Feed, fed: Feed, take: Take) -> None:
        """Of some tensors; of the halves where that doesn't run, down to the one that doesn't."""
        try:
            piece, weights = self._graph.piece(names, fed=fed)
            session = session_of(piece, level="disable", threads=self._threads, lean=True)
            inputs, made, _ = tensors_of(session)
            given = {**feed, **weights, **fed}
            found = session.run(made, {i.name: given[i.name] for i in inputs})
        except Exception:
            if len(names) == 1:
                return
            middle = len(names) // 2
            self._some(names[:middle], feed, fed, take)
            self._some(names[middle:], feed, fed, take)
            return
        for name, array in zip(names, found, strict=True):
            if isinstance(array, np.ndarray):  # and no sequence, and nothing left out
                take(self._graph.nodes[self._graph.made_by[name]].op_type, name, array)


def _given(file: Path) -> Array:
    loaded: Array = np.load(file, allow_pickle=False)
    return loaded


def _read(file: Path, default: Any) -> Any:
    return json.loads(file.read_text("utf-8")) if file.is_file() else default
