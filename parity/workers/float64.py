"""What an ONNX file computes in float64, asked in a process of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from parity.engines import EngineInfo, Options
from parity.errors import ParityError
from parity.model.artifact import Artifact
from parity.model.tensors import Array, Feed
from parity.workers.worker import Worker

MEMORY_BYTES = 8 << 30
"""Of the process' address space: float64 takes twice a model, and numpy's convolutions as much
again. Past it, there is no oracle."""

_LEAST_S = 0.05  # of a time limit: none is no limit


@dataclass(frozen=True)
class Told:
    """outputs: by name; floats are float64. borrowed: operators of which there is no oracle.

    apart: by operator, how far the oracle and ONNX Runtime are apart on what it is given in the
    model, of its magnitude, where that is no rounding; their outputs were taken from the latter.
    """

    outputs: dict[str, Array]
    borrowed: tuple[str, ...] = ()
    apart: Mapping[str, float] | None = None

    @property
    def unsure(self) -> tuple[str, ...]:
        """Operators of which there is no oracle that is believed."""
        return tuple(sorted({*self.borrowed, *(self.apart or {})}))


def ask(model: Path, feed: Feed, limit_s: float, *, checked: bool = False) -> Told | str:
    """What a file computes, or why that can't be told.

    limit_s: seconds for loading and for computing. checked: believe each operator only where
    ONNX Runtime agrees in float32.
    """
    limit = max(_LEAST_S, limit_s)
    options: Options = {"precision": "float64", "checked": checked}
    worker = Worker(
        "onnx_reference", Artifact("onnx", model.absolute()), options,
        open_timeout_s=limit, run_timeout_s=limit, memory_bytes=MEMORY_BYTES,
    )  # fmt: skip
    try:
        with worker:
            loaded = worker.ready()
            if not isinstance(loaded, EngineInfo):
                return f"it doesn't load: {loaded}"
            result = worker.run(feed).result
            if not isinstance(result, Mapping):
                return f"it fails: {result}"
            outputs = {name: np.array(array) for name, array in result.items()}
    except (OSError, ParityError) as error:
        return f"it can't be asked: {error}"
    return told(outputs, worker.info or loaded)


def told(outputs: dict[str, Array], info: EngineInfo) -> Told:
    """Outputs with what the engine says of its operators."""
    borrowed = _named(info, "borrowed")
    apart = dict(pair.split("=", 1) for pair in _named(info, "apart"))
    return Told(outputs, borrowed, {op: float(off) for op, off in apart.items()})


def _named(info: EngineInfo, key: str) -> tuple[str, ...]:
    return tuple(name for name in str(info.effective.get(key, "")).split(",") if name)
