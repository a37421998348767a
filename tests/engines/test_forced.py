"""The engine that judges pieces: in chunks as at once, and where a piece doesn't run."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from parity.engines import Options, forced
from parity.engines.forced import open as opened
from parity.engines.ort import session_of
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


def test_a_chunk_begins_where_the_one_before_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model of many chunks isn't run from its start for each; what is read later is kept."""
    x = np.linspace(-1, 1, 300_000, dtype=np.float32)[None]
    nodes = [
        helper.make_node("Add", ["x" if at == 0 else f"t{at - 1}", "t0" if at > 2 else "x"],
                         [f"t{at}"], name=f"n{at}")
        for at in range(6)
    ]  # fmt: skip
    ends = [helper.make_tensor_value_info(n, TensorProto.FLOAT, None) for n in ("x", "t5")]
    ends[0] = helper.make_tensor_value_info("x", TensorProto.FLOAT, list(x.shape))
    graph = helper.make_graph(nodes, "g", ends[:1], ends[1:])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(made, tmp_path / "m.onnx")
    for at, times in enumerate((2, 3, 4, 6, 8, 11)):  # the fifth is off by one x
        np.save(tmp_path / f"{at}.npy", (times + (at == 4)) * x)
    pairs = [[f"t{at}", f"{at}.npy", []] for at in range(6)]
    (tmp_path / "pairs.json").write_text(json.dumps(pairs))
    pieces: list[int] = []

    def counted(piece: bytes, **options: Any) -> Any:
        pieces.append(len(onnx.load_from_string(piece).graph.node))
        return session_of(piece, **options)

    monkeypatch.setattr(forced, "session_of", counted)
    read = {}
    for chunk in (1, 128):
        pieces.clear()
        options: Options = {"folder": str(tmp_path), "chunk": chunk}
        engine = opened(Artifact("onnx", tmp_path / "m.onnx"), options)
        engine.run({"x": x})
        read[chunk] = json.loads((tmp_path / "measured.json").read_text())
        if chunk == 1:
            assert pieces == [1] * 12
    assert read[1] == read[128]
    assert [m["inherited"] > 0 for m in read[1]] == [False] * 5 + [True]


def test_of_equal_numbers_nothing_moves_where_nothing_rounds(tmp_path: Path) -> None:
    """Near a turn a moved number would say otherwise, and excuse a bound that is another's."""
    at = np.array([[4.0, 9.0, 9.0, 9.0]], np.float32)
    strict = save(tmp_path / "m.onnx", "Floor", "Exp")
    first, second = measured(strict, tmp_path, np.floor(at), np.exp(np.floor(at)))
    assert first["moved"] == 0
    assert float(str(second["moved"])) > 0
