"""What every op of a model makes of a feed, written to a folder.

Not an engine to deploy on: it answers with nothing, and leaves one ``.npy`` a tensor and
``tensors.json``, a list of ``{"op", "name", "file", "dtype", "shape"}`` in the order of the ops,
the outputs of a Paddle model last, as ``OUTPUT``.
One tensor at a time is in memory, of ONNX models as many as fit a chunk. Plain kernels, so that
the ops are the program's own.
"""

import json
from pathlib import Path

import numpy as np

from parity.engines import EngineInfo, Options
from parity.engines._inner_onnx import OnnxInner, Take
from parity.engines._options import thread_count
from parity.engines.paddle import PLAIN, PaddleEngine
from parity.errors import UsageError
from parity.model.artifact import Artifact
from parity.model.tensors import Array, Feed, Outputs

OPTIONS = {
    "folder": "where the tensors go; it exists",
    "threads": "threads inside an operator (default: cores shared between the engines)",
}

_LAYOUTS = "transfer_layout_pass"
"""Runs with IR optimisation off, too, and turns pictures round before some pools and back."""


OUTPUT = "parity.output"
"""In place of an op: what the model answers, under its output's name."""


class _PaddleInner:
    """A predictor with plain kernels, and a hook behind every op."""

    def __init__(self, model: Artifact, threads: int) -> None:
        self._engine = PaddleEngine(model, {**PLAIN, "threads": threads}, without=(_LAYOUTS,))
        self.info = self._engine.info

    def intermediates(self, feed: Feed, take: Take, folder: Path) -> None:
        """Hand out what every op makes, in order, and what the model answers."""
        del folder
        for name, array in self._engine.intermediates(feed, take).items():
            take(OUTPUT, name, array)

    def close(self) -> None:
        """Free the predictor."""
        self._engine.close()


class InnerEngine:
    """Either of them, and the folder."""

    def __init__(self, model: Artifact, options: Options) -> None:
        self._folder = Path(str(options.get("folder", "")))
        if not options.get("folder") or not self._folder.is_dir():
            raise UsageError(f"inner: no folder {self._folder} to write to")
        kind = OnnxInner if model.format == "onnx" else _PaddleInner
        self._inner = kind(model, thread_count(options))
        self.info: EngineInfo = self._inner.info

    def run(self, feed: Feed) -> Outputs:
        """Write what the ops make of a feed; what an earlier feed left is overwritten."""
        listed: list[dict[str, object]] = []

        def take(op: str, name: str, array: Array) -> None:
            if array.dtype.kind not in "biuf":  # no kernel of another engine has its like
                return
            file = f"{len(listed):06}.npy"
            np.save(self._folder / file, array, allow_pickle=False)
            listed.append(
                {"op": op, "name": name, "file": file, "dtype": array.dtype.name,
                 "shape": list(array.shape)}
            )  # fmt: skip

        self._inner.intermediates(feed, take, self._folder)
        (self._folder / "tensors.json").write_text(json.dumps(listed), "utf-8")
        return {}

    def close(self) -> None:
        """Free the model."""
        self._inner.close()


def open(model: Artifact, options: Options) -> InnerEngine:  # noqa: A001  the contract's name
    """Load a Paddle static model of either format, or an ONNX file."""
    return InnerEngine(model, options)
