"""The process that holds Paddle2ONNX: ``python -m parity.exports._child REQUEST.json``.

Writes the ONNX file and a result file that the request names; exits 1 with the
reason in the result if the export is no valid model. Anything else that happens
to this process is for its parent to see. It may run in another environment, with
an older Paddle2ONNX: it imports nothing of parity's but ``_finish``.
"""

from __future__ import annotations

import contextlib
import inspect
import json
import os
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

from parity.exports import _finish
from parity.exports._finish import RefusedError


def main(request: Path) -> int:
    asked = json.loads(request.read_text("utf-8"))
    result = Path(asked["result"])
    try:
        note_registered(Path(asked["registered"]))
        model = convert(asked)
        _finish.stamp(model, {**asked["facts"], "paddle2onnx.version": version("paddle2onnx")})
        size = _finish.save(model, Path(asked["file"]))
        told = {"opset": _finish.effective_opset(model), "bytes": size}
    except RefusedError as refused:
        result.write_text(json.dumps({"error": str(refused)}), "utf-8")
        return 1
    except ImportError as missing:
        result.write_text(json.dumps({"error": f"can't be imported: {missing}"}), "utf-8")
        return 1
    result.write_text(json.dumps(told), "utf-8")
    return 0


def note_registered(path: Path) -> None:
    """Write down which operators there are converters for: after an abort nobody can be asked."""
    import paddle2onnx.paddle2onnx_cpp2py_export as library

    names: set[str] = set()
    for ask in ("get_all_supported_operators", "get_all_supported_operators_pir"):
        with contextlib.suppress(AttributeError):  # another version's
            names |= set(getattr(library, ask)())
    path.write_text(json.dumps(sorted(names)), "utf-8")


def convert(asked: dict[str, Any]) -> Any:
    """An onnx.ModelProto, parsed from what Paddle2ONNX makes. Raises RefusedError."""
    import paddle2onnx

    tool = str(asked["options"].get("optimize_tool", "None"))
    _check_tool(tool)
    # Of the tool's work only a file that it saves itself has anything.
    file = f"{asked['file']}.raw" if tool != "None" else None
    words = {
        "opset_version": asked["opset"],
        "auto_upgrade_opset": True,
        "enable_onnx_checker": True,
        "optimize_tool": tool,
        "verbose": False,
        **asked["options"],
    }
    known = inspect.signature(paddle2onnx.export).parameters
    for name in asked["options"]:
        if name not in known:
            raise RefusedError(f"{version('paddle2onnx')} has no option {name}")
    given = {name: value for name, value in words.items() if name in known}
    try:
        raw = paddle2onnx.export(
            str(asked["program"]), asked["parameters"], save_file=file, **given
        )
    except UnboundLocalError:
        # It logs what went wrong, then goes on to return a result that it hasn't got.
        raise RefusedError("failed") from None
    except Exception as error:
        raise RefusedError(f"failed: {' '.join(str(error).split())[:500]}") from error
    if file is not None:
        if not os.path.exists(file):  # noqa: PTH110  this runs in old Pythons, too
            raise RefusedError("wrote no file")
        raw = Path(file).read_bytes()
    return _finish.parsed(raw or b"")


def _check_tool(tool: str) -> None:
    """Raise RefusedError for one that isn't installed.

    Paddle2ONNX would have Polygraphy install what it lacks while it runs, or log that it failed
    and go on without.
    """
    for module in {"polygraphy": ("polygraphy", "onnx_graphsurgeon"),
                   "onnxoptimizer": ("onnxoptimizer",)}.get(tool, ()):  # fmt: skip
        try:
            __import__(module)
        except ImportError as error:
            raise RefusedError(
                f"would optimise with {tool}, which isn't installed "
                f"(pip install {module.replace('_', '-')})"
            ) from error


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
