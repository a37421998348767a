"""ONNX's reference evaluator, in float64 where it can: an oracle, slow, of no runtime's kernels.

Each operator is compared with ONNX Runtime's, given the same in float32, before it is believed;
where they disagree, or where there is none in float64, ONNX Runtime's answer is taken, and told:
``effective`` has after each run ``borrowed``, operators that were never computed in float64, and
``apart``, those on which the two disagree, with commas. So a model is held against float64 only in
what neither names.
"""

from __future__ import annotations

from dataclasses import replace
from importlib.metadata import version
from typing import Any

import numpy as np

from parity.engines import EngineInfo, Options, TensorInfo
from parity.engines._options import one_of, switch
from parity.engines.ort import session_of
from parity.errors import EngineError
from parity.model.artifact import Artifact
from parity.model.tensors import Feed, Outputs

OPTIONS = {
    "precision": "of the outputs: as the file declares them (default), or float64 as computed",
    "checked": "compare each operator with ONNX Runtime before it is believed (default true)",
    "threads": "taken, and without effect: it computes in one",
}

FORMATS = ("onnx",)


class ReferenceEngine:
    """A model, node by node in float64."""

    def __init__(self, model: Artifact, options: Options) -> None:
        self._wide = one_of(options, "precision", ("declared", "float64"), "declared") == "float64"
        checked = switch(options, "checked", default=True)
        import onnx

        from parity.oracle.float64 import Oracle

        loaded = onnx.load(str(model.program))
        self._oracle = Oracle(loaded, _runtime, checked=checked)
        self._types = {o.name: _dtype(o) for o in loaded.graph.output}
        stored = {tensor.name for tensor in loaded.graph.initializer}
        self.info = EngineInfo(
            "onnx_reference",
            version("onnx"),
            tuple(_info(i) for i in loaded.graph.input if i.name not in stored),
            tuple(_info(o) for o in loaded.graph.output),
            {"precision": "float64", "checked": checked},
        )
        self._inputs = {i.name for i in self.info.inputs}
        self._borrowed: set[str] = set()
        self._apart: dict[str, float] = {}

    def run(self, feed: Feed) -> Outputs:
        """Run one feed, all outputs."""
        missing = self._inputs - set(feed)
        if missing:
            raise EngineError(f"no value for input {', '.join(sorted(missing))}")
        computed = self._oracle.compute({n: a for n, a in feed.items() if n in self._inputs})
        self._note(computed.borrowed, computed.apart)
        if self._wide:
            return computed.outputs
        with np.errstate(over="ignore"):
            return {n: a.astype(self._types[n] or a.dtype) for n, a in computed.outputs.items()}

    def close(self) -> None:
        """Free the model."""
        del self._oracle

    def _note(self, borrowed: set[str], apart: dict[str, float]) -> None:
        self._borrowed |= borrowed
        self._apart |= {op: max(off, self._apart.get(op, 0.0)) for op, off in apart.items()}
        told = {
            **self.info.effective,
            "borrowed": ",".join(sorted(self._borrowed)),
            "apart": ",".join(f"{op}={off:.3g}" for op, off in sorted(self._apart.items())),
        }
        if told != self.info.effective:
            self.info = replace(self.info, effective=told)


def open(model: Artifact, options: Options) -> ReferenceEngine:  # noqa: A001  the contract's name
    """Load an ONNX file."""
    return ReferenceEngine(model, options)


def _runtime(model: Any, given: dict[str, Any]) -> list[Any]:
    from parity.oracle.width import narrow

    session = session_of(model.SerializeToString(), level="disable", threads=1)
    fed = {name: narrow(value) for name, value in given.items() if name}
    made = iter(session.run(None, fed))
    return [next(made) if name else None for name in model.graph.node[0].output]


def _dtype(value: Any) -> np.dtype[Any] | None:
    from onnx import helper

    kind = value.type.tensor_type.elem_type
    return np.dtype(helper.tensor_dtype_to_np_dtype(kind)) if kind else None


def _info(value: Any) -> TensorInfo:
    dtype, form = _dtype(value), value.type.tensor_type
    shape = None
    if form.HasField("shape"):
        shape = tuple(d.dim_value if d.HasField("dim_value") else None for d in form.shape.dim)
    return TensorInfo(value.name, None if dtype is None else dtype.name, shape)
