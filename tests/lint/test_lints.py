"""Each lint fires on what is planted, and is silent on the same model as it should be."""

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.api.linting import Linted, lint
from parity.cli.main import parity
from parity.errors import ParityError, UsageError
from parity.exports.calibration import Calibration
from parity.exports.derive import derive
from parity.lint.ir_version import READS
from parity.lint.saturation import at_risk
from parity.model.artifact import resolve
from tests.exports import encoders
from tests.exports.conftest import cache as cache
from tests.exports.conftest import shared_cache as shared_cache


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    return tmp_path / "models"


def saved(model: onnx.ModelProto, folder: Path, name: str = "model.onnx") -> Path:
    onnx.save(model, folder / name)
    return folder / name


def masked(by: float) -> onnx.ModelProto:
    model = encoders.encoder()
    held = next(t for t in model.graph.initializer if t.name == "masked")
    held.CopyFrom(numpy_helper.from_array(np.float32(by), "masked"))
    return model


def warned(found: Linted) -> dict[str, list[str]]:
    """Names of nodes by kind."""
    kinds: dict[str, list[str]] = {}
    for said in found.warnings:
        kinds.setdefault(said.kind, []).append(said.node)
    return kinds


def noted(found: Linted) -> set[str]:
    return {said.kind for said in found.lints if said.level == "note"}


def test_a_healthy_model_has_no_warning(folder: Path) -> None:
    found = lint(saved(encoders.encoder(), folder))
    assert warned(found) == {}
    assert noted(found) == {"int64-inputs"}
    assert found.looked == 7


@pytest.mark.parametrize(("by", "weak"), [(-1e4, False), (-104.0, False), (-50.0, True)])
def test_a_weak_mask(folder: Path, by: float, weak: bool) -> None:
    found = lint(saved(masked(by), folder))
    assert ("mask-weak" in warned(found)) is weak
    if weak:
        (said,) = found.warnings
        assert said.node == "mask_row"
        assert "1.9e-22" in said.message


def test_a_mask_by_where_is_seen(folder: Path) -> None:
    model = encoders.encoder()
    nodes = [n for n in model.graph.node if n.output[0] not in ("seen", "mask", "mask_row", "pad")]
    at = next(i for i, n in enumerate(nodes) if n.op_type == "Softmax")
    nodes[at:at] = [
        helper.make_node("Unsqueeze", ["is_pad", "axes"], ["hidden"]),
        helper.make_node("Where", ["hidden", "masked", "scaled"], ["seen"], "hide"),
    ]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    assert warned(lint(saved(model, folder))) == {}
    held = next(t for t in model.graph.initializer if t.name == "masked")
    held.CopyFrom(numpy_helper.from_array(np.float32(-9), "masked"))
    assert warned(lint(saved(model, folder, "weak.onnx"))) == {"mask-weak": ["hide"]}


def test_a_version_that_an_older_onnxruntime_refuses(folder: Path) -> None:
    model = encoders.encoder()
    model.ir_version = 10
    path = saved(model, folder)
    assert warned(lint(path)) == {}
    assert warned(lint(path, onnxruntime="1.18.0")) == {}
    (said,) = lint(path, onnxruntime="1.17").warnings
    assert (said.kind, "reads 9 at most" in said.message) == ("ir-version-high", True)
    model.opset_import[0].version = 21
    assert "opset-high" in warned(lint(saved(model, folder), onnxruntime="1.17.3"))
    with pytest.raises(UsageError, match="write it as"):
        lint(path, onnxruntime="latest")
    with pytest.raises(UsageError, match=r"before 1\.5"):
        lint(path, onnxruntime="1.4")


def test_the_table_of_versions_only_grows() -> None:
    rows = [READS[key] for key in sorted(READS)]
    assert rows == sorted(rows)
    assert all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(rows))


def test_an_operator_that_the_opset_has_not(folder: Path) -> None:
    graph = helper.make_graph(
        [helper.make_node("LayerNormalization", ["x", "scale"], ["y"], "norm", axis=-1)],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n", 4])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 4])],
        [numpy_helper.from_array(np.ones(4, np.float32), "scale")],
    )
    low = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    (said,) = lint(saved(low, folder)).warnings
    assert (said.kind, said.node) == ("opset-low", "norm")
    assert "it came with 17" in said.message
    high = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    assert warned(lint(saved(high, folder, "high.onnx"))) == {}


def test_inputs_that_the_opset_has_not(folder: Path) -> None:
    """Axes became an input of Unsqueeze at 13."""
    model = encoders.encoder()
    model.opset_import[0].version = 12
    (said,) = lint(saved(model, folder)).warnings
    assert (said.kind, "1 inputs at most, and it has 2" in said.message) == ("opset-low", True)


@pytest.mark.usefixtures("cache")
def test_constants_that_half_precision_can_not_hold(folder: Path) -> None:
    wide = saved(masked(-1e9), folder)
    assert "fp16-overflows" in noted(lint(wide))
    half = derive(resolve(wide), opset=13, precision="fp16").path
    assert "fp16-overflows" in warned(lint(half))
    healthy = derive(resolve(saved(masked(-1e4), folder, "b.onnx")), opset=13, precision="fp16")
    assert warned(lint(healthy.path)) == {}


def normalised(dtype: type[np.floating], epsilon: float) -> onnx.ModelProto:
    """x over the root of its mean square and an epsilon."""
    kind = helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
    nodes = [
        helper.make_node("Mul", ["x", "x"], ["square"]),
        helper.make_node("ReduceMean", ["square"], ["mean"], axes=[-1]),
        helper.make_node("Add", ["mean", "epsilon"], ["safe"], "guard"),
        helper.make_node("Sqrt", ["safe"], ["root"]),
        helper.make_node("Div", ["x", "root"], ["y"]),
    ]
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", kind, ["n", 4])],
        [helper.make_tensor_value_info("y", kind, ["n", 4])],
        [numpy_helper.from_array(np.array(epsilon, dtype), "epsilon")],
    )  # fmt: skip
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def test_an_epsilon_that_became_zero(folder: Path) -> None:
    assert warned(lint(saved(normalised(np.float16, 1e-12), folder))) == {"fp16-flushes": ["guard"]}
    assert warned(lint(saved(normalised(np.float16, 1e-3), folder, "b.onnx"))) == {}
    assert noted(lint(saved(normalised(np.float32, 1e-12), folder, "c.onnx"))) == {"fp16-flushes"}
    assert noted(lint(saved(normalised(np.float32, 1e-5), folder, "d.onnx"))) == set()


@pytest.mark.usefixtures("cache")
def test_products_that_saturate(folder: Path) -> None:
    from onnxruntime.quantization import quantize_dynamic

    source = saved(encoders.encoder(), folder)
    made = derive(resolve(source), opset=13, precision="int8").path
    found = warned(lint(made))
    assert set(found) == {"int8-saturates"}
    assert noted(lint(made)) == {"batch-dependent", "int64-inputs"}
    quantize_dynamic(source, folder / "seven.onnx", reduce_range=True)
    assert warned(lint(folder / "seven.onnx")) == {}
    feeds = Calibration(({"ids": np.arange(50)[None]},), "all")
    static = derive(resolve(source), opset=13, precision="int8-static", calibration=feeds).path
    assert "int8-saturates" in warned(lint(static))
    assert noted(lint(static)) == {"int64-inputs"}


def test_pairs_at_risk_by_hand() -> None:
    columns = np.array([[127, -128, 64, 127], [127, -1, 64, -127], [100, 0, 0, 0]], np.int8)
    # The third row has no partner: 254 and -129 are beyond, 128 and 0 are not.
    assert at_risk(columns) == (2, 4)


def test_the_command_says_it_and_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = saved(masked(-5.0), folder)
    assert command("lint", str(path)) == 0
    shown = capsys.readouterr().out
    assert "warning   mask_row: Mul: a mask of -5" in shown
    assert "way out: mask with -1e4" in shown
    assert "1 warning, 1 note from 7 lints" in shown
    assert command("lint", str(path), "-q") == 0
    assert capsys.readouterr().out == shown.splitlines(keepends=True)[-1]
    assert command("lint", str(path), "--strict", "--json", str(folder / "out.json")) == 1
    document = json.loads((folder / "out.json").read_text())
    assert [said["kind"] for said in document["lints"]] == ["mask-weak", "int64-inputs"]
    assert command("lint", str(saved(masked(-1e4), folder, "b.onnx")), "--strict") == 0
    (folder / "c.onnx").write_bytes(b"nothing")
    with pytest.raises(ParityError, match=r"c\.onnx"):
        command("lint", str(folder / "c.onnx"))


def command(*arguments: str) -> int:
    with parity.make_context("parity", list(arguments)) as context:
        return int(parity.invoke(context))


def test_a_check_notes_what_costs_nothing(folder: Path) -> None:
    from parity.verify.request import Effort, Request, Side
    from parity.verify.run import verify

    usual, weak = (
        Side(resolve(saved(masked(by), folder, f"{by}.onnx")), "ort") for by in (-1e4, -50.0)
    )
    result = verify(Request(usual, weak, effort=Effort(1, shrink_s=1)))
    assert any("lint: mask_row: Mul: a mask of -50" in note for note in result.notes)
    healthy = verify(Request(usual, usual, effort=Effort(1, shrink_s=1)))
    assert not any(note.startswith("lint:") for note in healthy.notes)
