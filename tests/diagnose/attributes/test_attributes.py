"""Attributes that an exporter or a person got wrong are named, with node and value."""

from pathlib import Path

import onnx
import onnxruntime
import pytest

from parity.model.artifact import resolve
from parity.written.attributes.compare import _fits, compare
from parity.written.attributes.expected import Expected
from parity.written.attributes.rule import Value
from parity.written.attributes.said import Attributes
from parity.written.attributes.tables import RULES
from tests.diagnose.attributes.conftest import Compare, Folder
from tests.diagnose.attributes.faults import FAULTS, Planted

HEALTHY = {
    "ernie-tiny-ner": 100, "ernie-tiny-sentiment": 100, "lac": 30, "minilm": 250,
    "ernie-3.0-nano": 180, "mobilenet-v3-small": 350, "mobilenet-v3-large": 400, "resnet18": 120,
    "ppocr-v2-cls": 250, "ppocr-v4-det": 350, "ppocr-v4-rec": 250, "scene": 70, "speech": 60,
}  # fmt: skip
"""So many values at least must have been compared."""


@pytest.mark.parametrize("name", HEALTHY)
def test_what_is_healthy_is_not_blamed(model: Folder, name: str) -> None:
    found = compare(resolve(model(name), want="paddle"), resolve(model(name) / "model.onnx"))
    assert found.culprits == ()
    assert found.compared >= HEALTHY[name]
    assert found.by == "names"


@pytest.mark.parametrize("planted", FAULTS, ids=str)
def test_a_wrong_attribute_is_named(changed: Compare, planted: Planted) -> None:
    found = changed(planted.model, planted.fault)
    assert [(c.op_type, c.node) for c in found.culprits] == [(planted.op_type, planted.node)]
    assert planted.evidence in found.culprits[0].evidence
    assert found.culprits[0].reference_op.startswith("pd_op.")
    assert found.sentence().startswith(
        f'blamed: the attributes. {planted.op_type} "{planted.node}"'
    )


def test_what_the_exporter_read_from_uninitialised_memory_is_named(model: Folder) -> None:
    folder = model("doubles")
    found = compare(resolve(folder, want="paddle"), resolve(folder / "model.onnx"))
    told = {culprit.op_type: culprit.evidence for culprit in found.culprits}
    assert set(told) == {"Pad", "LeakyRelu", "InstanceNormalization", "Clip"}
    assert "the reference's pd_op.pad3d has pad_value 0.5" in told["Pad"]
    assert "the reference's pd_op.leaky_relu has negative_slope 0.3" in told["LeakyRelu"]
    assert "the reference's pd_op.group_norm has epsilon 0.0001" in told["InstanceNormalization"]
    assert told["Clip"].count("the reference's pd_op.hardtanh has t_m") == 2


def nameless(proto: onnx.ModelProto) -> None:
    """As another exporter or a tool writes it: no name that Paddle2ONNX gave."""
    kept = {value.name for value in (*proto.graph.input, *proto.graph.output)}
    made = [o for node in proto.graph.node for o in node.output if o and o not in kept]
    names = {name: f"t{at}" for at, name in enumerate(made)}
    for at, node in enumerate(proto.graph.node):
        node.name = f"n{at}"
        node.input[:] = [names.get(name, name) for name in node.input]
        node.output[:] = [names.get(name, name) for name in node.output]
    for inner in proto.graph.value_info:
        inner.name = names.get(inner.name, inner.name)


@pytest.mark.parametrize("name", ["scene", "speech", "mobilenet-v3-small", "ernie-tiny-ner"])
def test_without_names_a_healthy_one_is_not_blamed(changed: Compare, name: str) -> None:
    found = changed(name, nameless)
    assert (found.culprits, found.by) == ((), "order")
    assert found.compared > 0


@pytest.mark.parametrize(
    "planted",
    [f for f in FAULTS if f.op_type in ("Conv", "BatchNormalization", "Elu", "Resize", "Softmax")
     and "sizes" not in f.evidence],
    ids=str,
)  # fmt: skip
def test_without_names_order_tells(changed: Compare, planted: Planted) -> None:
    def plant(proto: onnx.ModelProto) -> None:
        planted.fault(proto)
        nameless(proto)

    found = changed(planted.model, plant)
    assert [c.op_type for c in found.culprits] == [planted.op_type]
    assert planted.evidence in found.culprits[0].evidence


@pytest.mark.parametrize(
    "name", ["scene", "speech", "mobilenet-v3-small", "ernie-tiny-ner", "ppocr-v4-rec"]
)
@pytest.mark.parametrize("level", ["ORT_ENABLE_BASIC", "ORT_ENABLE_EXTENDED"])
def test_what_the_runtime_optimised_is_not_blamed(
    model: Folder, tmp_path: Path, name: str, level: str
) -> None:
    made = tmp_path / "optimised.onnx"
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.graph_optimization_level = getattr(onnxruntime.GraphOptimizationLevel, level)
    options.optimized_model_filepath = str(made)
    source = str(model(name) / "model.onnx")
    onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    found = compare(resolve(model(name), want="paddle"), resolve(made))
    assert found.culprits == ()
    assert found.compared > 0


def test_names_of_another_program_are_not_believed(model: Folder) -> None:
    found = compare(
        resolve(model("scene"), want="paddle"), resolve(model("mobilenet-v3-small") / "model.onnx")
    )
    assert found.by == "order"
    assert "of another saving" in found.notes[0]


def test_between_two_onnx_files_nothing_is_said(model: Folder) -> None:
    one = resolve(model("scene") / "model.onnx")
    found = compare(one, one)
    assert (found.compared, found.culprits) == (0, ())
    assert found.sentence() == "no attribute could be compared"
    assert (
        Attributes(compared=3, ops=2, of=5)
        .sentence()
        .endswith("all 3 that could be compared, of 2 of 5 ops, agree")
    )


@pytest.mark.parametrize(
    ("steps", "well"), [(1, True), ((1,), True), ((1, 1, 1), True), (2, False), ((1, 2), False)]
)
def test_a_slice_of_several_axes_has_a_step_for_each(steps: Value, well: bool) -> None:
    (rule,) = (r for r in RULES if r.ops == ("slice",) and r.at == ("input 4",))
    assert _fits(Expected(rule.value, "takes 1"), steps, rule) is well
