"""The cases of other tasks than tagging: a fault that a user would see is told as one."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from parity.case import load
from parity.compare.findings import kind
from parity.gate import models
from parity.gate.cell import Cell, CellResult
from parity.gate.models import Roots
from parity.gate.run import Settings, made, run
from parity.verify.request import Effort

ROOT = Path(__file__).parents[2] / "golden"
SETTINGS = Settings(Roots(), Effort(1, shrink_s=1), examples=1, explain_s=0)

SWAPS = {
    "ernie-tiny-qa": (2, 0, 1),  # starts for ends
    "ppocr-v4-rec": (6625, "0", "8"),
    "ppocr-v2-cls": (2, 0, 1),
    "mobilenet-v3-small": (1000, 551, 0),  # 551 is the best of a recorded picture
}
"""Width of the last matrix, and two of its columns that change places; of rec as characters."""


def swapped(model: onnx.ModelProto, width: int, one: int, other: int) -> onnx.ModelProto:
    """The model with two columns of its last matrix of that width, and its bias, exchanged."""
    tensors = [*model.graph.initializer]
    tensors += [a.t for n in model.graph.node if n.op_type == "Constant" for a in n.attribute]
    wide = [t for t in tensors if len(t.dims) == 2 and t.dims[-1] == width]
    biases = [t for t in tensors if list(t.dims) == [width]]
    assert wide, f"no matrix of {width} columns"
    for tensor in (wide[-1], *biases[-1:]):
        array = numpy_helper.to_array(tensor).copy()
        array[..., [one, other]] = array[..., [other, one]]
        tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))
    return model


def verdict(name: str, tmp_path: Path, columns: tuple[int, int, int] | None) -> CellResult:
    """Of the FP32 cell; of a candidate with columns exchanged, if any are given."""
    case = load(ROOT / name)
    cell = Cell(case, case.opset, "fp32", case.inputs[0])
    if columns is None:
        return run(cell, SETTINGS)
    candidate, _ = made(cell, models.reference(case, SETTINGS.roots), SETTINGS)
    broken = tmp_path / "broken.onnx"
    onnx.save(swapped(onnx.load(candidate.program), *columns), broken)
    return run(replace(cell, case=replace(case, candidate=str(broken))), SETTINGS)


def classes(name: str) -> tuple[int, int, int]:
    """The columns by their numbers."""
    width, one, other = SWAPS[name]
    if isinstance(one, int) and isinstance(other, int):
        return width, one, other
    folder = models.reference(load(ROOT / name), Roots()).program.parent
    keys = (folder / "ppocr_keys_v1.txt").read_text("utf-8").split("\n")
    return width, 1 + keys.index(str(one)), 1 + keys.index(str(other))


@pytest.mark.slow
@pytest.mark.parametrize("name", SWAPS)
def test_a_user_would_see_it(name: str, tmp_path: Path) -> None:
    healthy = verdict(name, tmp_path, None)
    assert healthy.status == "passed", healthy.reason
    assert healthy.result is not None
    assert healthy.result.verdict.answers > 6
    found = verdict(name, tmp_path, classes(name))
    assert found.status == "failed"
    assert found.result is not None
    kinds = {kind(f) for f in found.result.verdict.findings}
    assert {"answer-differs", "golden-differs"} & kinds
    assert "values-differ" in kinds


@pytest.mark.slow
def test_an_embedding_that_points_elsewhere(tmp_path: Path) -> None:
    case = load(ROOT / "minilm")
    cell = Cell(case, case.opset, "fp32", case.inputs[0])
    candidate, _ = made(cell, models.reference(case, SETTINGS.roots), SETTINGS)
    model = onnx.load(candidate.program)
    output = model.graph.output[1].name
    for node in model.graph.node:
        node.output[:] = ["before" if o == output else o for o in node.output]
    signs = np.ones(384, np.float32)
    signs[:20] = -1
    model.graph.initializer.append(numpy_helper.from_array(signs, "signs"))
    model.graph.node.append(onnx.helper.make_node("Mul", ["before", "signs"], [output]))
    onnx.save(model, tmp_path / "broken.onnx")
    broken = replace(case, candidate=str(tmp_path / "broken.onnx"))
    found = run(replace(cell, case=broken), SETTINGS)
    assert found.result is not None
    assert "direction-differs" in {kind(f) for f in found.result.verdict.findings}
