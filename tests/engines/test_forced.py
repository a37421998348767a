"""The engine that judges pieces: in chunks as at once, and where a piece doesn't run."""

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from parity.engines import Options
from parity.engines.forced import open as opened
from parity.errors import UsageError
from parity.model.artifact import Artifact

X = np.array([[1.0, -2.0, 3.0, 4.0]], np.float32)


def save(path: Path, *ops: str) -> Artifact:
    """x -> t0 -> t1 -> …, one op each."""
    nodes = [
        helper.make_node(op, [f"t{at - 1}" if at else "x"], [f"t{at}"], name=f"n{at}")
        for at, op in enumerate(ops)
    ]
    graph = helper.make_graph(
        nodes, "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 4])],
        [helper.make_tensor_value_info(f"t{len(ops) - 1}", TensorProto.FLOAT, None)],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.save(model, path)
    return Artifact("onnx", path)


def measured(
    model: Artifact, folder: Path, *values: np.ndarray, others: tuple[str, ...] = (), **options: int
) -> list[dict[str, object]]:  # fmt: skip
    for at, value in enumerate(values):
        np.save(folder / f"{at}.npy", value)
    pairs = [[f"t{at}", f"{at}.npy", list(others)] for at in range(len(values))]
    (folder / "pairs.json").write_text(json.dumps(pairs))
    chosen: Options = {"folder": str(folder), **options}
    engine = opened(model, chosen)
    assert engine.run({"x": X}) == {}
    read: list[dict[str, object]] = json.loads((folder / "measured.json").read_text())
    return read


TRUE = (np.abs(X), np.sqrt(np.abs(X)), np.exp(np.sqrt(np.abs(X))))


def test_own_and_inherited_are_told_apart(tmp_path: Path) -> None:
    """The second op is another than the reference's, and the third right."""
    model = save(tmp_path / "m.onnx", "Abs", "Neg", "Exp")
    first, second, third = measured(model, tmp_path, *TRUE)
    assert (first["own"], first["inherited"]) == (0, 0)
    assert second["own"] == pytest.approx(6)
    assert second["index"] == 3
    assert (second["expected"], second["actual"]) == (2, -4)
    assert second["inherited"] == 0
    assert third["own"] == pytest.approx(0, abs=1e-6)
    assert third["inherited"] == pytest.approx(np.exp(2) - np.exp(-4), rel=1e-5)
    assert third["total"] == pytest.approx(third["inherited"], rel=1e-5)
    assert 0 < float(str(third["moved"])) < 1e-5


def test_chunks_say_what_one_run_says(tmp_path: Path) -> None:
    model = save(tmp_path / "m.onnx", "Abs", "Sqrt", "Exp")
    large = tuple(np.broadcast_to(v, (1, 4)).copy() for v in TRUE)
    whole = measured(model, tmp_path, *large)
    engine = opened(model, {"folder": str(tmp_path)})
    engine._chunk = 1  # each tensor alone
    engine.run({"x": X})
    assert json.loads((tmp_path / "measured.json").read_text()) == whole


def test_a_piece_that_fails_is_told_alone(tmp_path: Path) -> None:
    """A value of another rank is no input of the node behind it: the rest is judged as ever."""
    model = save(tmp_path / "m.onnx", "Abs", "Det", "Exp")
    told = measured(model, tmp_path, *TRUE)
    assert "failed" in told[1]
    assert told[0]["own"] == 0
    assert told[2]["own"] == pytest.approx(0, abs=1e-6)


def test_another_shape_is_told(tmp_path: Path) -> None:
    model = save(tmp_path / "m.onnx", "Transpose", "Exp")
    first, _ = measured(model, tmp_path, np.ones((2, 2), np.float32), np.ones((1, 4), np.float32))
    assert first["shapes"] == [[2, 2], [4, 1]]


def test_what_a_piece_is_instead_is_told(tmp_path: Path) -> None:
    """It bears the name of the first and makes the second, as a folded normalisation does."""
    model = save(tmp_path / "m.onnx", "Sqrt", "Exp")
    np.save(tmp_path / "next.npy", np.sqrt(X.clip(0)))
    np.save(tmp_path / "0.npy", X)
    folder: Options = {"folder": str(tmp_path)}
    (tmp_path / "pairs.json").write_text(json.dumps([["t0", "0.npy", ["0.npy", "next.npy"]]]))
    engine = opened(model, folder)
    engine.run({"x": np.abs(X)})
    (told,) = json.loads((tmp_path / "measured.json").read_text())
    assert "is" not in told  # sqrt(2) stands where the other has 0
    np.save(tmp_path / "next.npy", np.sqrt(np.abs(X)))
    engine.run({"x": np.abs(X)})
    (told,) = json.loads((tmp_path / "measured.json").read_text())
    assert told["is"] == "next.npy"


def test_without_a_folder_it_does_not_open(tmp_path: Path) -> None:
    model = save(tmp_path / "m.onnx", "Abs")
    with pytest.raises(UsageError, match="no folder"):
        opened(model, {})
