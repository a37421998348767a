"""Ask what an ONNX file computes in float64."""

import json
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parity import temporary
from parity.diagnose.ladder.clock import Clock
from parity.errors import ParityError
from parity.model.formats import npz
from parity.model.tensors import Array, Feed
from parity.processes.run import run_module

MOST_BYTES = 4 << 30
"""Of the outputs, unpacked."""

MEMORY_BYTES = 8 << 30
"""Of the process' address space: float64 takes twice a model, and numpy's convolutions as much
again. Past it, there is no oracle."""


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


def ask(model: Path, feed: Feed, clock: Clock, *, checked: bool = False) -> Told | str:
    """What a file computes, or why that can't be told. checked: see ``float64.compute``."""
    if not clock.left:
        return "no time was left for it"
    limit = clock.left
    try:
        with temporary.folder(Path(tempfile.gettempdir())) as folder:
            npz.save(folder / "feed.npz", feed)
            request = {"model": str(model.absolute()), "checked": checked}
            (folder / "request.json").write_text(json.dumps(request), "utf-8")
            ended = run_module(
                "parity.diagnose.ladder._child", [str(folder)],
                timeout_s=limit, scratch=folder, memory_bytes=MEMORY_BYTES,
            )  # fmt: skip
            if not ended.well:
                return f"its process {ended.why(limit)}"
            told = json.loads((folder / "answer.json").read_text("utf-8"))
            outputs = npz.load(folder / "outputs.npz", most_bytes=MOST_BYTES)
    except (OSError, ValueError, ParityError) as error:
        return f"it can't be asked: {error}"
    return Told(outputs, tuple(told["borrowed"]), told["apart"])
