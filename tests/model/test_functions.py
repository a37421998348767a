"""Functions of an ONNX file are written out, or refused, in no time and without native code."""

import time
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.errors import ModelError
from parity.model.formats.onnx_walk import nodes as walked
from parity.model.operators import operators
from parity.model.parts import onnx_functions
from parity.model.parts.onnx_functions import inlined

OPSETS = [helper.make_opsetid("", 17), helper.make_opsetid("mine", 1)]
node = helper.make_node


def model(functions: list[Any], *nodes: Any, inputs: int = 1) -> onnx.ModelProto:
    info = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "g",
        [info(f"x{i}" if i else "x", TensorProto.FLOAT, [2, 2]) for i in range(inputs)],
        [info("y", TensorProto.FLOAT, None)],
    )
    return helper.make_model(graph, opset_imports=OPSETS, functions=functions, ir_version=9)


def function(name: str, inputs: list[str], outputs: list[str], *body: Any, **rest: Any) -> Any:
    return helper.make_function("mine", name, inputs, outputs, list(body), OPSETS, **rest)


def call(name: str, inputs: list[str], outputs: list[str], **rest: Any) -> Any:
    return node(name, inputs, outputs, domain="mine", **rest)


def branches() -> onnx.ModelProto:
    """A condition in a function whose branches read its inputs, and call another."""
    info = helper.make_tensor_value_info
    made = info("made", TensorProto.FLOAT, None)
    yes = helper.make_graph([call("Twice", ["a"], ["made"])], "yes", [], [made])
    no = helper.make_graph([node("Neg", ["a"], ["made"])], "no", [], [made])
    zero = numpy_helper.from_array(np.array(0.0, np.float32))
    return model(
        [
            function("Twice", ["a"], ["b"], node("Add", ["a", "a"], ["b"])),
            function(
                "Either",
                ["a"],
                ["b"],
                node("Constant", [], ["zero"], value=zero),
                node("ReduceSum", ["a"], ["sum"], keepdims=0),
                node("Greater", ["sum", "zero"], ["c"]),
                node("If", ["c"], ["b"], then_branch=yes, else_branch=no),
            ),
        ],
        call("Either", ["x"], ["h"]),
        call("Either", ["h"], ["y"]),
    )


def attributes() -> onnx.ModelProto:
    """Attributes of a call, by another name inside, passed on, and left to their default."""
    leaky = node("LeakyRelu", ["a"], ["b"])
    leaky.attribute.append(
        onnx.AttributeProto(name="alpha", ref_attr_name="slope", type=onnx.AttributeProto.FLOAT)
    )
    inner = call("Leaky", ["a"], ["b"])
    inner.attribute.append(
        onnx.AttributeProto(name="slope", ref_attr_name="given", type=onnx.AttributeProto.FLOAT)
    )
    return model(
        [
            function(
                "Leaky", ["a"], ["b"], leaky,
                attribute_protos=[helper.make_attribute("slope", 0.5)],
            ),
            function("Outer", ["a"], ["b"], inner, attributes=["given"]),
        ],
        call("Outer", ["x"], ["h"], given=3.0),
        call("Leaky", ["h"], ["y"]),
    )  # fmt: skip


def names() -> onnx.ModelProto:
    """Inner names equal to each other's and to the caller's, and an output nobody takes."""
    body = (node("Neg", ["a"], ["x"]), node("Exp", ["x"], ["h"]), node("Add", ["h", "a"], ["b"]))
    return model(
        [function("F", ["a"], ["b", "h"], *body)],
        call("F", ["x"], ["h"]),
        call("F", ["h"], ["", "z"]),
        node("Add", ["h", "z"], ["y"]),
    )


def through() -> onnx.ModelProto:
    """An output that is an input."""
    return model(
        [function("F", ["a"], ["a", "b"], node("Neg", ["a"], ["b"]))],
        call("F", ["x"], ["h", "k"]),
        node("Sub", ["h", "k"], ["y"]),
    )


FEEDS = [sign * np.arange(1, 5, dtype=np.float32).reshape(2, 2) for sign in (1, -1)]


def answer(given: onnx.ModelProto, x: Any) -> Any:
    return onnxruntime.InferenceSession(given.SerializeToString()).run(None, {"x": x})[0]


def written_out(given: onnx.ModelProto) -> onnx.ModelProto:
    made: onnx.ModelProto = inlined(given)
    assert not made.functions
    assert not [n for n in walked(made.graph) if n.domain == "mine"]
    return made


@pytest.mark.parametrize("x", FEEDS, ids=["positive", "negative"])
@pytest.mark.parametrize("made", [branches, attributes])
def test_what_is_written_out_computes_the_same(made: Any, x: Any) -> None:
    np.testing.assert_array_equal(answer(made(), x), answer(written_out(made()), x))


@pytest.mark.parametrize("x", FEEDS, ids=["positive", "negative"])
def test_names_and_passing_through_that_onnx_runtime_takes_written_out_only(x: Any) -> None:
    h = np.exp(-x) + x
    np.testing.assert_allclose(answer(written_out(names()), x), h + np.exp(-h), rtol=1e-6)
    np.testing.assert_array_equal(answer(written_out(through()), x), 2 * x)


def save(given: onnx.ModelProto, folder: Path) -> Path:
    path = folder / "m.onnx"
    path.write_bytes(given.SerializeToString())
    return path


@pytest.mark.parametrize("length", [1, 2, 5])
@pytest.mark.parametrize("place", ["body", "branch"])
def test_a_function_that_calls_itself_is_a_damaged_file(
    length: int, place: str, tmp_path: Path
) -> None:
    """onnx's own inliner ends the process."""
    functions = []
    for i in range(length):
        body = call(f"F{(i + 1) % length}", ["a"], ["b"])
        if place == "branch":
            made = helper.make_tensor_value_info("b", TensorProto.FLOAT, None)
            graph = helper.make_graph([body], "g", [], [made])
            body = node("If", ["a"], ["b"], then_branch=graph, else_branch=graph)
        functions.append(function(f"F{i}", ["a"], ["b"], body))
    path = save(model(functions, call("F0", ["x"], ["y"])), tmp_path)
    with pytest.raises(ModelError, match=r"m\.onnx: damaged: .*function F0 calls itself"):
        operators(path)


def test_one_that_grows_without_bound_is_counted_and_not_written_out(tmp_path: Path) -> None:
    """A kilobyte that onnx's own inliner makes 2^40 nodes of."""
    functions = [
        function(
            f"F{i}", ["a"], ["b"], call(f"F{i + 1}", ["a"], ["h"]), call(f"F{i + 1}", ["h"], ["b"])
        )
        for i in range(40)
    ]
    half = numpy_helper.from_array(np.ones((2, 2), np.float16), "half")
    last = (node("Constant", [], ["w"], value=half), node("MatMul", ["a", "w"], ["b"]))
    path = save(
        model([*functions, function("F40", ["a"], ["b"], *last)], call("F0", ["x"], ["y"])),
        tmp_path,
    )
    begun = time.process_time()
    assert operators(path).half == 1
    assert time.process_time() - begun < 5


def test_what_is_large_counts_by_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnx_functions, "MOST_BYTES", 100_000)
    much = numpy_helper.from_array(np.ones(1000, np.float32))
    f = function("F", ["a"], ["b"], node("Constant", [], ["w"], value=much),
                 node("Add", ["a", "w"], ["b"]))  # fmt: skip
    for calls, written in ((10, True), (100, False)):
        chain = [call("F", [f"h{i}" if i else "x"], [f"h{i + 1}"]) for i in range(calls)]
        given = model([f], *chain, node("Neg", [f"h{calls}"], ["y"]))
        assert (not inlined(given).functions) is written
