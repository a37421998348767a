"""A command in place of p2o, which isn't on every machine: it writes what Paddle2ONNX exports."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

_PROGRAM = """#!{python}
import sys
import onnx, paddle2onnx
from onnx import numpy_helper
words = [w for w in sys.argv[1:] if w != "--strict"]
raw = paddle2onnx.export(words[2], words[3], opset_version=int(words[1]), optimize_tool="None")
model = onnx.ModelProto.FromString(raw)
held = [a.t for n in model.graph.node for a in n.attribute if a.name == "value"]
for tensor in [*model.graph.initializer, *held]:
    array = numpy_helper.to_array(tensor)
    if array.ndim == 2 and array.dtype == "float32":
        tensor.CopyFrom(numpy_helper.from_array(array * {factor}, tensor.name))
onnx.save(model, words[4])
"""


def install(folder: Path, patch: pytest.MonkeyPatch, *, factor: float = 1.0) -> None:
    """Put it first on the path. factor: of each matrix, so that its file is wrong."""
    folder.mkdir()
    program = folder / "p2o"
    text = _PROGRAM.format(python=sys.executable, factor=f"array.dtype.type({factor})")
    program.write_text(text)
    program.chmod(0o755)
    patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    # A real one that is installed beside the interpreter would be asked first.
    patch.setattr("parity.exports.p2o.sys", SimpleNamespace(executable=str(folder / "python")))


def remove(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """See to it that there is none."""
    folder.mkdir()
    patch.setenv("PATH", str(folder))
    patch.setattr("parity.exports.p2o.sys", SimpleNamespace(executable=str(folder / "python")))
