"""ONNX Runtime, and which passes of its optimiser changed the graph.

Not an engine to deploy on: it runs a model as ``ort`` does with all optimisations, and what it
tells of itself has ``passes``, the names of those that did something, in order, with commas.
Empty where this version of ONNX Runtime doesn't say.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable
from typing import IO, Any

from parity.engines import EngineInfo, Options
from parity.engines._options import thread_count
from parity.engines.ort import passes_of, session_of, tensors_of
from parity.model.artifact import Artifact
from parity.model.tensors import Feed, Outputs

OPTIONS = {
    "without": "passes to leave out, by ORT's names, separated by commas",
    "threads": "threads inside an operator (default: cores shared between the engines)",
}

FORMATS = ("onnx",)

_DID = re.compile(r"GraphTransformer (\w+) modified: 1\b")
"""As ONNX Runtime logs it, of severity "info", since 1.0 or so."""


class PassesEngine:
    """A session, whose making was listened to."""

    def __init__(self, model: Artifact, options: Options) -> None:
        threads = thread_count(options)
        without = passes_of(options)
        self._session, said = _overheard(
            lambda: session_of(
                str(model.program), level="all", threads=threads, without=without, verbose=True
            )
        )
        inputs, self._names, version = tensors_of(self._session)
        passes = ",".join(dict.fromkeys(_DID.findall(said)))
        self.info = EngineInfo("passes", version, inputs, (), {"passes": passes})

    def run(self, feed: Feed) -> Outputs:
        """Run one feed, all outputs."""
        found = self._session.run(self._names, dict(feed))
        return {name: found[at] for at, name in enumerate(self._names)}

    def close(self) -> None:
        """Free the session."""
        del self._session


def open(model: Artifact, options: Options) -> PassesEngine:  # noqa: A001  the contract's name
    """Load an ONNX file."""
    return PassesEngine(model, options)


def _overheard(make: Callable[[], Any]) -> tuple[Any, str]:
    """What was made, and what native code printed meanwhile. Of a process of its own only."""
    with tempfile.TemporaryFile() as file:
        kept = os.dup(2)
        os.dup2(file.fileno(), 2)
        try:
            made = make()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        return made, _text(file)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
