"""A stretch as a folder of ONNX's backend tests, run as ONNX's own runner reads it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from parity.diagnose.ladder import backend_test
from parity.engines.ort import session_of
from parity.model.tensors import Array
from parity.written.stretch import Stretch
from tests.diagnose.ladder.small import FLOAT, INT64, floats, linear, model, node


def stretch(made: onnx.ModelProto, inputs: dict[str, Array], **expected: Array) -> Stretch:
    return Stretch(made.SerializeToString(), inputs, expected, ("n",), ("pd_op.x",))


def off(folder: Path) -> float:
    """By how much ONNX Runtime is off what the folder says."""
    path = folder / "model.onnx"
    loaded = onnx.load(path)
    onnx.checker.check_model(loaded)
    data = folder / "test_data_set_0"

    def read(kind: str) -> list[onnx.TensorProto]:
        files = sorted(data.glob(f"{kind}_*.pb"), key=lambda p: int(p.stem.split("_")[1]))
        return [onnx.load_tensor(file) for file in files]

    inputs = read("input")
    assert [t.name for t in inputs] == [i.name for i in loaded.graph.input]
    outputs = read("output")
    assert [t.name for t in outputs] == [o.name for o in loaded.graph.output]
    feed = {t.name: numpy_helper.to_array(t) for t in inputs}
    found = session_of(str(path), level="disable", threads=1).run(None, feed)
    apart = [
        np.abs(np.float64(f) - numpy_helper.to_array(t)).max()
        for f, t in zip(found, outputs, strict=True)
    ]
    assert apart
    return float(max(apart))


def test_it_passes_where_the_runtime_is_right_and_fails_where_it_is_not(tmp_path: Path) -> None:
    x = floats(2, 4)
    made = linear()
    stored = {t.name: numpy_helper.to_array(t) for t in made.graph.initializer}
    right = x @ stored["w"] + stored["b"]
    assert backend_test.write(tmp_path / "right", stretch(made, {"x": x}, y=right))
    assert off(tmp_path / "right") < 1e-5
    assert backend_test.write(tmp_path / "wrong", stretch(made, {"x": x}, y=right + 1))
    assert off(tmp_path / "wrong") > 0.9
    assert (tmp_path / "right" / "model.onnx").stat().st_size < backend_test.WANTED_BYTES


def test_a_table_is_cut_to_the_rows_that_are_read(tmp_path: Path) -> None:
    rows = 20_000
    table = floats(rows, 16)
    made = model(
        [node("Gather", ["table", "ids"], ["word"]), node("Relu", ["word"], ["y"])],
        {"ids": (INT64, ["n", "s"])},
        {"y": (FLOAT, ["n", "s", 16])},
        {"table": table},
    )
    ids = np.array([[5, rows - 1, 5], [0, -1, 7]])
    assert len(made.SerializeToString()) > backend_test.WANTED_BYTES
    right = np.maximum(table[ids], 0)
    assert backend_test.write(tmp_path / "t", stretch(made, {"ids": ids}, y=right))
    assert (tmp_path / "t" / "model.onnx").stat().st_size < 2000
    assert off(tmp_path / "t") == 0


def test_a_table_that_others_read_stays_whole(tmp_path: Path) -> None:
    table = floats(20_000, 16)
    made = model(
        [node("Gather", ["table", "ids"], ["y"]), node("ReduceSum", ["table"], ["z"])],
        {"ids": (INT64, ["n"])},
        {"y": (FLOAT, ["n", 16]), "z": (FLOAT, [1, 1])},
        {"table": table},
    )
    ids = np.array([3, 4])
    total = table.astype(np.float64).sum(keepdims=True).astype(np.float32)
    assert backend_test.write(tmp_path / "t", stretch(made, {"ids": ids}, y=table[ids], z=total))
    assert off(tmp_path / "t") < 0.1


def test_a_stretch_without_all_its_values_leaves_nothing(tmp_path: Path) -> None:
    whole = stretch(linear(), {"x": floats(2, 4)}, y=floats(2, 3))
    for lacking in (replace(whole, inputs={}), replace(whole, expected={})):
        assert not backend_test.write(tmp_path / "t", lacking)
        assert not (tmp_path / "t").exists()
