"""Parse, stamp, check and save what an exporter made, as a process of its own.

``python -m parity.exports._finish REQUEST.json``; it imports onnx alone, of whatever version and
under whatever Python the exporter runs.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any


class RefusedError(Exception):
    """What came out of the exporter can't be used. The message goes on after its name."""


def main(request: Path) -> int:
    asked = json.loads(request.read_text("utf-8"))
    result = Path(asked["result"])
    try:
        model = parsed(Path(asked["file"]).read_bytes())
        stamp(model, asked["facts"])
        size = save(model, Path(asked["file"]))
        told = {"opset": effective_opset(model), "bytes": size}
    except RefusedError as refused:
        result.write_text(json.dumps({"error": str(refused)}), "utf-8")
        return 1
    result.write_text(json.dumps(told), "utf-8")
    return 0


def parsed(raw: bytes) -> Any:
    """An onnx.ModelProto. Raises RefusedError for what is none, or computes nothing."""
    from onnx import ModelProto

    if not raw:
        raise RefusedError("wrote an empty file")
    model = ModelProto()
    try:
        model.ParseFromString(raw)
    except Exception as error:  # protobuf's own, which has no common base
        raise RefusedError(f"wrote a file that is not ONNX: {error}") from error
    if not model.graph.node or not model.graph.output:
        raise RefusedError("wrote a graph without nodes or outputs")
    return model


def stamp(model: Any, facts: dict[str, str]) -> None:
    """Say in the file itself where it came from."""
    import onnx

    kept = {p.key: p.value for p in model.metadata_props}
    onnx.helper.set_model_props(model, {**kept, **facts})


def save(model: Any, path: Path) -> int:
    """Write and check the file; its size in bytes. Raises RefusedError if the checker does."""
    import onnx

    onnx.save(model, str(path))
    try:
        # By path: the checker takes no model above 2 GiB from memory.
        onnx.checker.check_model(str(path))
    except onnx.checker.ValidationError as error:
        raise RefusedError(
            f"wrote an invalid model: {' '.join(str(error).split())[:500]}"
        ) from error
    return path.stat().st_size


def effective_opset(model: Any) -> int:
    """The version of the default operator set. Raises RefusedError if the model imports none."""
    for imported in model.opset_import:
        if imported.domain in ("", "ai.onnx"):
            return int(imported.version)
    raise RefusedError("wrote a model that imports no default operator set")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
