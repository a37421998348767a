"""The process that makes a variant: ``python -m parity.exports._variant REQUEST.json``.

Writes the ONNX file and a result file that the request names; exits 1 with the
reason in the result if there is no variant to be had. Anything else that happens
to this process is for its parent to see.
"""

import difflib
import json
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from parity import plugins
from parity.errors import ExportError, ParityError
from parity.exports import calibration
from parity.exports._graph import fold
from parity.version import __version__


def main(request: Path) -> int:
    asked = json.loads(request.read_text("utf-8"))
    result = Path(asked["result"])
    # Since 1.29 the Linux wheels report on every model to Microsoft, and leave a file in TMPDIR.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    try:
        coverage, size = make(
            Path(asked["source"]),
            asked["variant"],
            Path(asked["file"]),
            asked["keep"],
            calibration.read(asked["feeds"]),
        )
    except ParityError as refused:
        result.write_text(json.dumps({"error": str(refused)}), "utf-8")
        return 1
    result.write_text(json.dumps({"coverage": coverage, "bytes": size}), "utf-8")
    return 0


def make(
    source: Path, name: str, target: Path, keep: Sequence[str] = (), feeds: Sequence[Any] = ()
) -> tuple[str, int]:
    """Coverage and size of a variant. Raises ExportError if it isn't what it should be.

    keep: nodes that stay in FP32, by name; by what they make first where they have none.
    feeds: for one that is calibrated.
    """
    import onnx

    variant = plugins.load("exports.variants", name)
    model = onnx.load(source)
    fold(model)
    _known(model.graph, keep)
    # A variant of somebody else's, which knows of no nodes to keep, still serves without any.
    chosen = (keep,) if keep else ()
    made = variant.convert(model, *chosen, **({"feeds": feeds} if feeds else {}))
    coverage: str = variant.coverage(model, made, *chosen)
    same_interface(model, made)
    noted = {p.key: p.value for p in model.metadata_props}
    onnx.helper.set_model_props(
        made,
        noted
        | {
            "parity.version": __version__,
            "parity.variant": name,
            "parity.coverage": coverage,
            "onnxruntime.version": version("onnxruntime"),
        },
    )
    onnx.save(made, target)
    loads(target, foreign=getattr(variant, "OF_THE_RUNTIME", False))
    return coverage, target.stat().st_size


def _known(graph: Any, keep: Sequence[str]) -> None:
    """Name all nodes; raise ExportError for a name in ``keep`` that none has."""
    if not keep:
        return
    for node in graph.node:
        node.name = node.name or node.output[0]
    names = [node.name for node in graph.node]
    for name in keep:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.0)
            hint = f"; the nearest is {near[0]}" if near else ""
            raise ExportError(f'can\'t keep "{name}" in FP32: there is no such node{hint}')


def same_interface(before: Any, after: Any) -> None:
    """Raise ExportError if inputs or outputs aren't what they were."""
    for what in ("input", "output"):
        was, now = (
            [(v.name, v.type.tensor_type.elem_type) for v in getattr(m.graph, what)]
            for m in (before, after)
        )
        if was != now:
            raise ExportError(f"has other {what}s than the model it is made from: {was} -> {now}")


def loads(path: Path, *, foreign: bool = False) -> None:
    """Raise ExportError if the checker or ONNX Runtime refuses a model.

    foreign: it has operators that the checker doesn't know.
    """
    import onnx
    import onnxruntime

    try:
        if not foreign:
            onnx.checker.check_model(str(path))
    except onnx.checker.ValidationError as error:
        raise ExportError(f"is no valid model: {_line(error)}") from error
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    # Whether kernels take the types; optimising is for whoever runs it.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    try:
        onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # its exceptions have no common base
        raise ExportError(f"can't be loaded by ONNX Runtime: {_line(error)}") from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:500]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
