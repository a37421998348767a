"""A fault that no feed shows stands in the files, and is found there."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from parity.compare.coverage import UnseenDiffers
from parity.diagnose.explain import explain
from parity.model.artifact import resolve
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.once import built, once

SAID = ("user: whole in [0,10000]", "item: whole in [0,10000]", "amounts: in [0.5,1]")
ROW = 98_765

Change = Callable[[onnx.ModelProto], None]


@pytest.fixture(scope="session")
def hashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    def make(root: Path) -> None:
        root.mkdir(exist_ok=True)
        built(Path(__file__).parent / "build_hashed.py", root)

    return once(tmp_path_factory, "hashed", make)


@pytest.fixture
def ran(hashed: Path, tmp_path: Path) -> Callable[[Change], Result]:
    def run(change: Change) -> Result:
        home = tmp_path / "pair"
        shutil.copytree(hashed, home)
        model = onnx.load(home / "hashed.onnx")
        change(model)
        onnx.save(model, home / "hashed.onnx")
        reference = Side(resolve(home / "hashed.json"), "paddle")
        candidate = Side(resolve(home / "hashed.onnx"), "ort")
        return verify(Request(reference, candidate, effort=Effort(3, shrink_s=1), said=SAID))

    return run


def stored(model: onnx.ModelProto) -> dict[str, onnx.TensorProto]:
    """Initializers and what Constant nodes hold, by name."""
    nodes = [n for n in model.graph.node if n.op_type == "Constant"]
    return {t.name: t for t in model.graph.initializer} | {
        n.output[0]: n.attribute[0].t for n in nodes
    }


def row(model: onnx.ModelProto) -> None:
    table = next(t for t in stored(model).values() if list(t.dims) == [100_003, 4])
    values = numpy_helper.to_array(table).copy()
    values[ROW] *= -1
    table.CopyFrom(numpy_helper.from_array(values, table.name))


def clip(model: onnx.ModelProto) -> None:
    node = next(n for n in model.graph.node if n.op_type == "Clip")
    made = {n.output[0]: n for n in model.graph.node}
    name, held = node.input[1], stored(model)
    while name not in held:
        name = made[name].input[0]
    old = numpy_helper.to_array(held[name])
    held[name].CopyFrom(
        numpy_helper.from_array(np.full(old.shape, 0.1, old.dtype), held[name].name)
    )


def gain(model: onnx.ModelProto) -> None:
    (tensor,) = [
        t for t in stored(model).values()
        if t.data_type == 1 and numpy_helper.to_array(t).ravel().tolist() == [np.float32(1.2)]
    ]  # fmt: skip
    tensor.CopyFrom(numpy_helper.from_array(np.array([1.3], np.float32), tensor.name))


def unseen(result: Result) -> list[UnseenDiffers]:
    found = result.verdict.findings
    assert found
    assert all(isinstance(f, UnseenDiffers) for f in found), found
    return [f for f in found if isinstance(f, UnseenDiffers)]


def test_a_healthy_pair_differs_in_nothing_unseen(ran: Callable[[Change], Result]) -> None:
    assert ran(lambda _: None).passed


def test_a_row_that_no_feed_reached(ran: Callable[[Change], Result]) -> None:
    result = ran(row)
    (found,) = unseen(result)
    assert found.what == "weight"
    assert "4 of 400,012 elements differ" in str(found)
    explained = explain(result)
    assert explained is not None
    assert explained.stage == "weights"


def test_a_limit_that_no_feed_came_near(ran: Callable[[Change], Result]) -> None:
    found = unseen(ran(clip))
    assert {f.what for f in found} == {"attribute"}
    assert "1e-06" in found[0].line


@pytest.mark.slow
def test_a_parameter_of_one_element_is_to_blame(ran: Callable[[Change], Result]) -> None:
    result = ran(gain)
    assert not result.passed
    explained = explain(result, budget_s=0)
    assert explained is not None
    assert explained.stage == "weights"
    assert "1 of 1 elements differ" in explained.summary
