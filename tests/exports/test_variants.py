"""A variant that did less than it should is an error; what it did is counted."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.errors import ExportError, UsageError
from parity.exports import _content, _graph, _variant
from parity.exports.derive import derive
from parity.exports.variants import fp16, int8_dynamic
from parity.model.artifact import resolve
from tests.exports import encoders


def folded(model: Any) -> Any:
    _graph.fold(model)
    return model


def test_quantising_a_raw_export_does_nothing_and_is_caught() -> None:
    """As the guides call it on what Paddle2ONNX writes: weights in Constant nodes."""
    raw = encoders.encoder(constant_nodes=True)
    naive = int8_dynamic.convert(raw)
    assert "MatMulInteger" not in {n.op_type for n in naive.graph.node}
    with pytest.raises(ExportError, match=r"has no MatMulInteger: 0 of 5 .* are Constant nodes"):
        int8_dynamic.coverage(raw, naive)
    before = folded(encoders.encoder(constant_nodes=True))
    assert int8_dynamic.coverage(before, int8_dynamic.convert(before)) == (
        "5 of 7 MatMul quantised; 2 multiply activations; 1 of 1 lookup tables quantised"
    )


def test_one_matrix_left_out_is_named(tmp_path: Path) -> None:
    from onnxruntime.quantization import quantize_dynamic

    before = encoders.encoder()
    quantize_dynamic(before, tmp_path / "q.onnx", nodes_to_exclude=["value"])
    with pytest.raises(ExportError, match=r"4 of 5 .* quantised; left as they were: value"):
        int8_dynamic.coverage(before, onnx.load(tmp_path / "q.onnx"))


def test_a_model_without_weights_can_not_be_quantised() -> None:
    model = activations_only()
    with pytest.raises(ExportError, match="none of its 1 MatMul has constant weights"):
        int8_dynamic.coverage(model, model)


def test_fp16_that_changed_nothing_is_caught() -> None:
    model = encoders.encoder()
    with pytest.raises(ExportError, match="all 8 float tensors stayed as they were"):
        fp16.coverage(model, model)
    with pytest.raises(ExportError, match="no float tensor to convert"):
        fp16.coverage(activations_only(), activations_only())


def test_a_float_tensor_left_without_a_reason_is_named() -> None:
    before = encoders.encoder()
    after = fp16.convert(before)
    for tensor in after.graph.initializer:
        if tensor.name == "out":
            array = numpy_helper.to_array(tensor).astype(np.float32)
            tensor.CopyFrom(numpy_helper.from_array(array, "out"))
    with pytest.raises(ExportError, match=r"only 7 of 8 .* why out stayed FP32"):
        fp16.coverage(before, after)


def test_fp16_says_what_it_clamped() -> None:
    before = encoders.encoder()
    for tensor in before.graph.initializer:
        if tensor.name == "masked":
            tensor.CopyFrom(numpy_helper.from_array(np.array(-1e9, np.float32), "masked"))
        if tensor.name == "root":
            tensor.CopyFrom(numpy_helper.from_array(np.array(1e-12, np.float32), "root"))
    text = fp16.coverage(before, fp16.convert(before))
    assert text == "8 of 8 float tensors in FP16; 1 clamped to 65504; 1 raised to 5.96e-08"


@pytest.mark.parametrize("name", ["fp16", "int8_dynamic"])
def test_a_variant_is_valid_and_keeps_its_interface(tmp_path: Path, name: str) -> None:
    source = encoders.save(encoders.encoder(constant_nodes=True), tmp_path / "raw.onnx")
    coverage, size = _variant.make(source, name, tmp_path / "made.onnx")
    assert size == (tmp_path / "made.onnx").stat().st_size
    made, raw = onnx.load(tmp_path / "made.onnx"), onnx.load(source)
    assert [i.name for i in made.graph.input] == ["ids"]
    assert made.graph.output[0].type.tensor_type.elem_type == TensorProto.FLOAT
    _variant.same_interface(raw, made)
    noted = {p.key: p.value for p in made.metadata_props}
    assert (noted["parity.variant"], noted["parity.coverage"]) == (name, coverage)


def test_an_output_of_another_type_is_refused() -> None:
    before, after = encoders.encoder(), encoders.encoder()
    after.graph.output[0].type.tensor_type.elem_type = TensorProto.FLOAT16
    with pytest.raises(ExportError, match="has other outputs"):
        _variant.same_interface(before, after)


def test_what_onnx_runtime_refuses_is_refused(tmp_path: Path) -> None:
    node = helper.make_node("NoSuchOp", ["x"], ["y"], domain="com.example")
    value = (helper.make_tensor_value_info(n, TensorProto.FLOAT, [1]) for n in "xy")
    graph = helper.make_graph([node], "g", [next(value)], [next(value)])
    imports = [helper.make_opsetid("", 13), helper.make_opsetid("com.example", 1)]
    path = tmp_path / "odd.onnx"
    onnx.save(helper.make_model(graph, opset_imports=imports, ir_version=8), path)
    with pytest.raises(ExportError, match=r"can't be loaded by ONNX Runtime: .*com\.example"):
        _variant.loads(path)


def test_folding_keeps_what_a_model_computes() -> None:
    from onnx.reference import ReferenceEvaluator

    raw = encoders.encoder(constant_nodes=True)
    # A weight behind a Transpose and an Identity, and one computed from two constants.
    extra = [
        helper.make_node("Transpose", ["out"], ["turned"], perm=[1, 0]),
        helper.make_node("Identity", ["turned"], ["same"]),
        helper.make_node("Mul", ["same", "root"], ["tied"]),
        helper.make_node("MatMul", ["mixed", "tied"], ["mixed_again"]),
    ]
    at = next(i for i, n in enumerate(raw.graph.node) if n.output[0] == "summed")
    raw.graph.node[at].input[0] = "mixed_again"
    nodes = [*raw.graph.node[:at], *extra, *raw.graph.node[at:]]
    del raw.graph.node[:]
    raw.graph.node.extend(nodes)
    ids = np.array([[3, 7, 0], [9, 1, 4]])
    expected = ReferenceEvaluator(raw).run(None, {"ids": ids})[0]
    folded(raw)
    onnx.checker.check_model(raw)
    assert not {"Constant", "Identity"} & {n.op_type for n in raw.graph.node}
    assert "tied" in {t.name for t in raw.graph.initializer}
    assert "turned" not in {t.name for t in raw.graph.initializer}
    np.testing.assert_array_equal(ReferenceEvaluator(raw).run(None, {"ids": ids})[0], expected)


def test_folding_does_not_blow_a_model_up() -> None:
    shape = numpy_helper.from_array(np.array([4096, 4096]), "shape")
    one = numpy_helper.from_array(np.ones(1, np.float32), "one")
    nodes = [
        helper.make_node("Expand", ["one", "shape"], ["wide"]),
        helper.make_node("MatMul", ["x", "wide"], ["y"]),
    ]
    value = (helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 4096]) for n in "xy")
    graph = helper.make_graph(nodes, "g", [next(value)], [next(value)], [shape, one])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    assert [n.op_type for n in folded(model).graph.node] == ["Expand", "MatMul"]


def test_sorting_puts_makers_first() -> None:
    model = encoders.encoder()
    expected = [n.output[0] for n in model.graph.node]
    backwards = list(reversed(model.graph.node))
    del model.graph.node[:]
    model.graph.node.extend(backwards)
    with pytest.raises(onnx.checker.ValidationError, match="topologically"):
        onnx.checker.check_model(model)
    _graph.sort(model.graph)
    onnx.checker.check_model(model)
    assert sorted(n.output[0] for n in model.graph.node) == sorted(expected)


def test_content_is_what_a_model_computes(tmp_path: Path) -> None:
    def content(model: Any) -> str:
        return _content.facts(encoders.save(model, tmp_path / "one.onnx")).content

    plain = content(encoders.encoder())
    named = encoders.encoder()
    named.producer_name, named.doc_string, named.graph.name = "somebody", "text", "other"
    named.graph.node[0].name = "first"
    onnx.helper.set_model_props(named, {"parity.requested_opset": "7"})
    for node in named.graph.node:
        for names in (node.input, node.output):
            for i, name in enumerate(names):
                names[i] = "rows" if name == "word" else name
    assert content(named) == plain
    assert content(encoders.encoder(constant_nodes=True)) == plain

    weight, wired, attribute, opset, output = (encoders.encoder() for _ in range(5))
    raw = weight.graph.initializer[0].raw_data
    weight.graph.initializer[0].raw_data = raw[:-1] + bytes([raw[-1] ^ 1])
    wired.graph.node[6].input[1] = "query"
    attribute.graph.node[8].attribute[0].ints[:] = [1, 0, 2]
    opset.opset_import[0].version = 14
    output.graph.output[0].name = output.graph.node[-1].output[0] = "scores_of_tags"
    changed = [content(m) for m in (weight, wired, opset, output)]
    onnx.save(attribute, tmp_path / "attribute.onnx")
    changed.append(_content.facts(tmp_path / "attribute.onnx").content)
    assert len({plain, *changed}) == 6


def activations_only() -> Any:
    node = helper.make_node("MatMul", ["x", "x"], ["y"])
    value = (helper.make_tensor_value_info(n, TensorProto.FLOAT, [2, 2]) for n in "xy")
    graph = helper.make_graph([node], "g", [next(value)], [next(value)])
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


@pytest.mark.parametrize("name", ["fp16", "int8_dynamic"])
def test_a_node_that_is_kept_stays_in_fp32(tmp_path: Path, name: str) -> None:
    source = encoders.save(encoders.encoder(), tmp_path / "raw.onnx")
    coverage, _ = _variant.make(source, name, tmp_path / "made.onnx", ["query"])
    assert "1 nodes kept in FP32" in coverage
    made = onnx.load(tmp_path / "made.onnx")
    kept = next(n for n in made.graph.node if n.name == "query")
    stored = {t.name: t.data_type for t in made.graph.initializer}
    assert (kept.op_type, stored[kept.input[1]]) == ("MatMul", TensorProto.FLOAT)
    assert all(stored.get(n) != TensorProto.FLOAT for n in ("key", "value", "out", "tags"))


def test_a_kept_node_without_a_name_goes_by_what_it_makes(tmp_path: Path) -> None:
    source = encoders.save(encoders.encoder(), tmp_path / "raw.onnx")
    _variant.make(source, "fp16", tmp_path / "made.onnx", ["scaled"])
    made = onnx.load(tmp_path / "made.onnx")
    (kept,) = [n for n in made.graph.node if n.name == "scaled"]
    read = {n.output[0]: n for n in made.graph.node}[kept.input[0]]
    assert (read.op_type, read.attribute[0].i) == ("Cast", TensorProto.FLOAT)


def test_a_node_that_is_not_there_can_not_be_kept(tmp_path: Path) -> None:
    source = encoders.save(encoders.encoder(), tmp_path / "raw.onnx")
    with pytest.raises(ExportError, match=r'keep "querry" in FP32: .* the nearest is query'):
        _variant.make(source, "int8_dynamic", tmp_path / "made.onnx", ["querry"])


def test_between_two_kept_nodes_nothing_is_rounded(tmp_path: Path) -> None:
    """The converter casts to FP16 and back there, so that what overflows would all the same."""
    source = encoders.save(encoders.encoder(), tmp_path / "raw.onnx")
    _variant.make(source, "fp16", tmp_path / "made.onnx", ["scores", "scaled", "seen"])
    graph = onnx.load(tmp_path / "made.onnx").graph
    nodes = {n.name: n for n in graph.node}
    assert nodes["scaled"].input[0] == nodes["scores"].output[0]
    assert nodes["seen"].input[0] == nodes["scaled"].output[0]


def test_nothing_is_kept_of_what_is_fp32_anyway(tmp_path: Path) -> None:
    model = resolve(encoders.save(encoders.encoder(), tmp_path / "raw.onnx"))
    with pytest.raises(UsageError, match="for FP16 and INT8"):
        derive(model, opset=13, precision="fp32", keep=["query"])
