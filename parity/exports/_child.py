"""The process that holds Paddle2ONNX: ``python -m parity.exports._child REQUEST.json``.

Writes the ONNX file and a result file that the request names; exits 1 with the
reason in the result if the export is no valid model. Anything else that happens
to this process is for its parent to see.
"""

import contextlib
import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from parity.model.hashes import sha256
from parity.model.opset import REQUESTED
from parity.version import __version__


class RefusedError(Exception):
    """What came out of the exporter can't be used. The message goes on after "Paddle2ONNX …"."""


def main(request: Path) -> int:
    asked = json.loads(request.read_text("utf-8"))
    result = Path(asked["result"])
    note_registered(Path(asked["registered"]))
    try:
        model = convert(Path(asked["program"]), asked["parameters"], asked["opset"])
        stamp(model, asked)
        size = save(model, Path(asked["file"]))
    except RefusedError as refused:
        result.write_text(json.dumps({"error": str(refused)}), "utf-8")
        return 1
    result.write_text(json.dumps({"opset": effective_opset(model), "bytes": size}), "utf-8")
    return 0


def note_registered(path: Path) -> None:
    """Write down which operators there are converters for: after an abort nobody can be asked."""
    import paddle2onnx.paddle2onnx_cpp2py_export as library

    names: set[str] = set()
    for ask in ("get_all_supported_operators", "get_all_supported_operators_pir"):
        with contextlib.suppress(AttributeError):  # another version's
            names |= set(getattr(library, ask)())
    path.write_text(json.dumps(sorted(names)), "utf-8")


def convert(program: Path, parameters: str, opset: int) -> Any:
    """An onnx.ModelProto, parsed from what Paddle2ONNX returns. Raises RefusedError."""
    import paddle2onnx
    from onnx import ModelProto

    try:
        raw = paddle2onnx.export(
            str(program),
            parameters,
            save_file=None,
            opset_version=opset,
            auto_upgrade_opset=True,
            enable_onnx_checker=True,
            optimize_tool="None",
        )
    except UnboundLocalError:
        # It logs what went wrong, then goes on to return a result that it hasn't got.
        raise RefusedError("failed") from None
    except Exception as error:
        raise RefusedError(f"failed: {' '.join(str(error).split())[:500]}") from error
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


def stamp(model: Any, asked: dict[str, Any]) -> None:
    """Say in the file itself where it came from."""
    import onnx

    facts = {
        "parity.version": __version__,
        "paddle2onnx.version": version("paddle2onnx"),
        REQUESTED: str(asked["opset"]),
        "parity.program_sha256": sha256(Path(asked["program"])),
    }
    if asked["parameters"]:
        facts["parity.parameters_sha256"] = sha256(Path(asked["parameters"]))
    onnx.helper.set_model_props(model, facts)


def save(model: Any, path: Path) -> int:
    """Write and check the file; its size in bytes. Raises RefusedError if the checker does."""
    import onnx

    onnx.save(model, path)
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
