"""Whatever the files of a model hold: what parity reads of them, or one line that names a file."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from parity.exports._content import facts
from parity.model.agree import agree
from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.model.operators import operators
from parity.model.opset import opsets
from parity.verify.caveats import caveats
from parity.verify.request import Request, Side
from tests.fuzz.damage import QUICK, bytes_of, message_of, told, tree_of
from tests.verify.conftest import tagger


def branching() -> onnx.ModelProto:
    """An If with a constant in one branch, a Loop, a function, and a sequence."""
    out = helper.make_tensor_value_info("out", TensorProto.FLOAT, [None])
    inner = helper.make_tensor_value_info("t", TensorProto.FLOAT, [None])
    two = numpy_helper.from_array(np.full(3, 2, np.float32), "two")
    then = helper.make_graph(
        [helper.make_node("Add", ["x", "two"], ["t"])], "t", [], [inner], [two]
    )
    other = helper.make_graph(
        [helper.make_node("Twice", ["x"], ["t"], domain="own")], "e", [], [inner]
    )
    body = helper.make_graph(
        [helper.make_node("Identity", ["keep"], ["still"]),
         helper.make_node("Neg", ["carried"], ["next"])],
        "b",
        [helper.make_tensor_value_info("i", TensorProto.INT64, []),
         helper.make_tensor_value_info("keep", TensorProto.BOOL, []),
         helper.make_tensor_value_info("carried", TensorProto.FLOAT, [None])],
        [helper.make_tensor_value_info("still", TensorProto.BOOL, []),
         helper.make_tensor_value_info("next", TensorProto.FLOAT, [None])],
    )  # fmt: skip
    nodes = [
        helper.make_node("If", ["choose"], ["picked"], then_branch=then, else_branch=other),
        helper.make_node("Constant", [], ["times"], value=numpy_helper.from_array(np.array(2))),
        helper.make_node("Loop", ["times", "choose", "picked"], ["out"], body=body),
    ]
    inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [None]),
              helper.make_tensor_value_info("choose", TensorProto.BOOL, [])]  # fmt: skip
    twice = helper.make_function(
        "own", "Twice", ["a"], ["b"], [helper.make_node("Add", ["a", "a"], ["b"])],
        [helper.make_opsetid("", 13)],
    )  # fmt: skip
    graph = helper.make_graph(nodes, "g", inputs, [out])
    imports = [helper.make_opsetid("", 13), helper.make_opsetid("own", 1)]
    return helper.make_model(graph, opset_imports=imports, functions=[twice], ir_version=8)


GOOD = {"tagger": tagger(vocabulary=8), "branching": branching()}


def look(path: Path, other: Path) -> None:
    """Everything that parity reads of a candidate before an engine has it."""
    candidate, reference = resolve(path), resolve(other)
    agree(signature(reference), signature(candidate))
    operators(path)
    opsets(candidate)
    facts(path)
    reference.same_bytes(candidate)
    for precision in ("fp32", "fp16"):
        caveats(Request(Side(reference, "ort"), Side(candidate, "ort"), precision=precision))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("onnx")
    for name, model in GOOD.items():
        onnx.save(model, made / f"{name}.onnx")
    return made


@pytest.mark.parametrize("name", GOOD)
def test_the_models_themselves_are_good(folder: Path, name: str) -> None:
    resolve(folder / f"{name}.onnx")
    facts(folder / f"{name}.onnx")
    operators(folder / f"{name}.onnx")


@pytest.mark.parametrize("name", GOOD)
@QUICK
@given(data=st.data())
def test_bytes_of_an_onnx_file(folder: Path, name: str, data: st.DataObject) -> None:
    path = folder / "spoiled.onnx"
    path.write_bytes(data.draw(bytes_of(GOOD[name].SerializeToString())))
    told(folder, lambda: look(path, folder / f"{name}.onnx"))


@pytest.mark.parametrize("name", GOOD)
@QUICK
@given(data=st.data())
def test_what_an_onnx_file_says(folder: Path, name: str, data: st.DataObject) -> None:
    path = folder / "spoiled.onnx"
    path.write_bytes(data.draw(message_of(GOOD[name])).SerializeToString())
    told(folder, lambda: look(path, folder / f"{name}.onnx"))


@QUICK
@given(data=st.data())
def test_what_an_onnx_file_says_of_its_external_weights(
    tmp_path: Path, data: st.DataObject
) -> None:
    model = tagger(vocabulary=8)
    path = tmp_path / "spoiled.onnx"
    onnx.save(model, path, save_as_external_data=True, location="w", size_threshold=0)
    path.write_bytes(data.draw(message_of(onnx.load(path, load_external_data=False)))
                     .SerializeToString())  # fmt: skip
    told(tmp_path, lambda: look(path, path))


@pytest.fixture
def paddle(models: Path, tmp_path: Path) -> Path:
    """A Paddle model that may be spoiled: its program."""
    for end in ("json", "pdiparams"):
        (tmp_path / f"model.{end}").write_bytes((models / "tiny" / f"model.{end}").read_bytes())
    return tmp_path / "model.json"


def look_at_paddle(program: Path) -> None:
    model = resolve(program)
    signature(model)
    opsets(model)


@pytest.mark.parametrize("end", ["json", "pdiparams"])
@QUICK
@given(data=st.data())
def test_bytes_of_a_paddle_model(paddle: Path, end: str, data: st.DataObject) -> None:
    path = paddle.with_suffix(f".{end}")
    good = path.read_bytes()
    try:
        path.write_bytes(data.draw(bytes_of(good)))
        told(paddle.parent, lambda: look_at_paddle(paddle))
    finally:
        path.write_bytes(good)


@QUICK
@given(data=st.data())
def test_what_a_paddle_program_says(paddle: Path, data: st.DataObject) -> None:
    good = paddle.read_bytes()
    try:
        spoiled: Any = data.draw(tree_of(json.loads(good)))
        paddle.write_text(json.dumps(spoiled), "utf-8", "surrogatepass")
        told(paddle.parent, lambda: look_at_paddle(paddle))
    finally:
        paddle.write_bytes(good)


@pytest.mark.parametrize("text", ["[" * 200_000, '{"base_code": ' * 5_000, "1" * 100_000, "{}"])
def test_what_readers_of_json_stumble_over(paddle: Path, text: str) -> None:
    paddle.write_text(text)
    told(paddle.parent, lambda: look_at_paddle(paddle))
