"""Files as simplifiers leave them: the same interface and function, and what was done is told."""

import importlib.util
from pathlib import Path

import numpy as np
import onnx
import pytest
from click.testing import CliRunner, Result
from onnx import helper, numpy_helper

from parity import plugins
from parity.cli.export import export
from parity.engines.ort import session_of
from parity.errors import ExportError, UsageError
from parity.exports.derive import derive
from parity.exports.variants import _simplified
from parity.model.artifact import resolve
from tests.diagnose.ladder.small import FLOAT, floats, linear, model, node

TOOLS = ("onnxoptimizer", "onnxsim", "onnxslim")


def wasteful() -> onnx.ModelProto:
    """x W + b through things that a simplifier takes away."""
    return model(
        [
            node("Identity", ["x"], ["same"]),
            node("Add", ["one", "two"], ["three"]),
            node("MatMul", ["same", "w"], ["product"]),
            node("Mul", ["product", "three"], ["y"]),
            node("Relu", ["product"], ["nobody"]),
        ],
        {"x": (FLOAT, ["n", 4])}, {"y": (FLOAT, ["n", 3])},
        {"w": floats(4, 3, seed=1), "one": np.float32(1), "two": np.float32(2)},
    )  # fmt: skip


@pytest.mark.parametrize("tool", TOOLS)
def test_it_is_smaller_and_computes_the_same(tool: str, tmp_path: Path) -> None:
    if importlib.util.find_spec(tool) is None:
        pytest.skip(f"{tool} isn't installed here")
    onnx.save(wasteful(), tmp_path / "m.onnx")
    made = derive(resolve(tmp_path / "m.onnx"), opset=13, precision=tool)
    assert made.nodes < len(wasteful().graph.node)
    assert made.coverage.endswith(f"nodes before, {made.nodes} after")
    x = floats(2, 4)
    expected, found = (
        session_of(str(path), level="disable", threads=1).run(["y"], {"x": x})[0]
        for path in (tmp_path / "m.onnx", made.path)
    )
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert {p.key: p.value for p in onnx.load(made.path).metadata_props}["parity.variant"] == tool


@pytest.mark.parametrize("tool", TOOLS)
def test_where_it_is_not_installed_one_line_says_so(
    tool: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{tool}.py").write_text("raise ImportError('not here')")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(importlib.import_module("sys").modules, tool, raising=False)
    convert = plugins.load("exports.variants", tool).convert
    with pytest.raises(ExportError, match=rf"needs {tool} .*pip install {tool}"):
        convert(linear())


def test_what_it_did_is_told() -> None:
    assert _simplified.coverage(linear(), linear()) == "nothing changed: 3 nodes"
    empty = helper.make_model(helper.make_graph([], "g", [], []))
    with pytest.raises(ExportError, match="without nodes"):
        _simplified.coverage(linear(), empty)
    other = linear()
    other.graph.initializer[0].CopyFrom(numpy_helper.from_array(floats(4, 3), "w"))
    assert _simplified.coverage(linear(), other) == "3 nodes before, 3 after"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(export, [str(a) for a in arguments], standalone_mode=False)


def test_a_simplified_file_is_checked_as_fp32(tmp_path: Path) -> None:
    onnx.save(wasteful(), tmp_path / "m.onnx")
    done = run(tmp_path / "m.onnx", "--variant", "onnxoptimizer", "--out", tmp_path / "o.onnx")
    assert done.return_value == 0, done.output
    assert "precision fp32" in done.output
    assert "--precision" not in done.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--variant", "onnxslimmer"), 'no variant "onnxslimmer"; did you mean "onnxslim"'),
        (("--variant", "fp16"), "is a precision; say it with --precision"),
        (("--variant", "onnxslim", "--precision", "int8"), "leave out --precision int8"),
    ],
)
def test_what_makes_no_sense(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    onnx.save(linear(), tmp_path / "m.onnx")
    done = run(tmp_path / "m.onnx", *arguments)
    assert isinstance(done.exception, UsageError)
    assert says in str(done.exception)
