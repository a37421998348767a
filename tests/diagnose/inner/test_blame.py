"""The op that is wrong is blamed, first and alone; healthy ones aren't."""

from collections.abc import Callable

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import numpy_helper

from parity.diagnose.inner.blame import FAR, blame
from parity.written.culprit import Culprit
from tests.diagnose.conftest import Bed
from tests.diagnose.inner.conftest import Judge

Plant = Callable[[Bed], None]


def healthy(bed: Bed) -> None:
    """Nothing planted."""


def node(bed: Bed, op_type: str, nth: int = 0) -> onnx.NodeProto:
    return [n for n in bed.model.graph.node if n.op_type == op_type][nth]


def minus(nth: int) -> Plant:
    """A sum becomes a difference."""

    def plant(bed: Bed) -> None:
        node(bed, "Add", nth).op_type = "Sub"

    return plant


def attribute(op_type: str, name: str, value: object, nth: int = 0) -> Plant:
    def plant(bed: Bed) -> None:
        chosen = node(bed, op_type, nth)
        kept = [a for a in chosen.attribute if a.name != name]
        del chosen.attribute[:]
        chosen.attribute.extend([*kept, onnx.helper.make_attribute(name, value)])

    return plant


def no_state(bed: Bed) -> None:
    """The recurrent layer loses its second bias: half of the gates' offsets."""
    lstm = node(bed, "LSTM")
    lstm.input[3] = ""


def doubled(op_type: str, nth: int = 0) -> Plant:
    """What a node makes goes in twice: a constant of the graph, no weight."""

    def plant(bed: Bed) -> None:
        graph = bed.model.graph
        chosen = node(bed, op_type, nth)
        was = chosen.output[0]
        chosen.output[0] = "once"
        graph.initializer.append(numpy_helper.from_array(np.float32(1.5), "planted"))
        made = onnx.helper.make_node("Mul", ["once", "planted"], [was], name="planted")
        graph.node.insert(list(graph.node).index(chosen) + 1, made)

    return plant


def gone(op_type: str) -> Plant:
    def plant(bed: Bed) -> None:
        chosen = node(bed, op_type)
        chosen.op_type = "Identity"
        del chosen.input[1:], chosen.attribute[:]

    return plant


def stretch_of(culprit: Culprit) -> tuple[str, ...]:
    assert culprit.stretch is not None
    return culprit.stretch.nodes


@pytest.mark.parametrize("name", ["tagger", "picture"])
def test_no_op_of_a_healthy_export_is_blamed(judged: Judge, name: str) -> None:
    judgement = judged(name, healthy)
    found = blame(judgement)
    assert found.culprits == ()
    assert found.whole
    assert found.aligned == found.of > 5
    assert found.worst  # something is always off by rounding
    assert found.worst[0].ratio < FAR / 3
    assert "only rounding, accumulated" in found.sentence
    assert f"aligned {found.of} of {found.of} tensors" in found.sentence


FAULTS: dict[str, tuple[str, Plant, str]] = {
    "bias taken off": ("tagger", minus(0), "pd_op.add"),
    "lstm without biases": ("tagger", no_state, "pd_op.rnn"),
    "conv moved": ("picture", attribute("Conv", "pads", [2, 2, 0, 0]), "pd_op.conv2d"),
    "relu left out": ("picture", gone("Relu"), "pd_op.relu"),
    "conv scaled": ("picture", doubled("Conv", 1), "pd_op.conv2d"),
    "epsilon": ("picture", attribute("BatchNormalization", "epsilon", 1e-2), "pd_op.batch_norm_"),
    "mean of other axes": ("picture", attribute("ReduceMean", "axes", [1, 2]), "pd_op.mean"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_wrong_op_is_blamed_alone(judged: Judge, fault: str) -> None:
    name, plant, op = FAULTS[fault]
    found = blame(judged(name, plant))
    assert [c.reference_op for c in found.culprits] == [op], found.sentence
    (culprit,) = found.culprits
    assert culprit.ratio > FAR
    assert found.worst[0] == culprit
    assert culprit.node in found.sentence
    assert culprit.node in stretch_of(culprit)


def test_what_comes_after_it_inherits(judged: Judge) -> None:
    judgement = judged("picture", gone("Relu"))
    at = next(i for i, j in enumerate(judgement.judged) if j.ratio > FAR)
    before, guilty, *after = judgement.judged[at - 1 :]
    assert before.inherited is not None
    assert before.inherited < 1e-4
    assert guilty.own > 0.1
    assert all(j.inherited is not None and j.inherited > 1e-3 for j in after)
    assert all(j.ratio < FAR for j in after)


def test_two_faults_are_two_culprits_in_order(judged: Judge) -> None:
    def plant(bed: Bed) -> None:
        attribute("Conv", "pads", [2, 2, 0, 0])(bed)
        doubled("Conv", 2)(bed)

    found = blame(judged("picture", plant))
    assert [c.reference_op for c in found.culprits] == ["pd_op.conv2d", "pd_op.conv2d"]
    assert "planted" in stretch_of(found.culprits[1])
    assert found.sentence.count("made of `pd_op.conv2d`") == 2


def test_a_node_that_raises_is_blamed(judged: Judge) -> None:
    """Its shapes fit no more, so the model doesn't run at all on this feed."""
    found = blame(judged("picture", attribute("Conv", "strides", [2, 2], nth=1)))
    assert found.culprits
    first = found.culprits[0]
    assert first.reference_op == "pd_op.conv2d"
    assert "its shape is [2, 8, 8, 8], the reference's [2, 8, 16, 16]" in first.evidence
    assert len(found.culprits) == 1, found.sentence


def test_a_stretch_stands_on_its_own(judged: Judge) -> None:
    found = blame(judged("tagger", no_state))
    stretch = found.culprits[0].stretch
    assert stretch is not None
    onnx.checker.check_model(stretch.model)
    session = onnxruntime.InferenceSession(stretch.model)
    outputs = session.run(list(stretch.expected), dict(stretch.inputs))
    (name,) = stretch.expected
    off = np.abs(outputs[0] - stretch.expected[name]).max()
    assert off == pytest.approx(found.culprits[0].own)
    assert stretch.reference_ops[-1] == "pd_op.rnn"
    assert found.culprits[0].node in stretch.nodes


def test_lac_loses_its_lengths_in_the_recurrent_layer(judged: Judge) -> None:
    found = blame(judged("lac", healthy))
    assert [(c.op_type, c.reference_op) for c in found.culprits] == [("GRU", "pd_op.rnn")]
    assert found.aligned == found.of


def test_a_published_file_whose_names_a_fold_left_is_healthy(judged: Judge) -> None:
    """Convolutions there bear their old names, and hold the bias and normalisation behind them."""
    judgement = judged("ppocr-v4-det", healthy)
    found = blame(judgement)
    assert found.culprits == (), found.sentence
    assert found.aligned > 100
    assert any(pair.by == "value" for pair in judgement.alignment.pairs)


def unnamed(plant: Plant) -> Plant:
    """A fault in a graph in which only inputs and outputs have names that mean something."""

    def change(bed: Bed) -> None:
        plant(bed)
        graph = bed.model.graph
        kept = {value.name for value in (*graph.input, *graph.output)}
        made = dict.fromkeys(t.name for t in graph.initializer)
        made |= dict.fromkeys(o for n in graph.node for o in n.output if o)
        names = {o: f"t{i}" for i, o in enumerate(made) if o not in kept}
        for tensor in graph.initializer:
            tensor.name = names[tensor.name]
        for each in graph.node:
            each.input[:] = [names.get(i, i) for i in each.input]
            each.output[:] = [names.get(o, o) for o in each.output]

    return change


def test_without_names_tensors_are_aligned_by_what_they_hold(judged: Judge) -> None:
    judgement = judged("picture", unnamed(healthy))
    found = blame(judgement)
    assert found.culprits == ()
    assert found.whole
    assert found.aligned >= found.of - 1  # a mean over axes of one number is told by nothing
    assert all(pair.by == "value" for pair in judgement.alignment.pairs[:-1])
    assert f"{found.aligned} of them by value" in found.sentence or "by value" in found.sentence


@pytest.mark.parametrize(
    ("plant", "wrong"),
    [
        (doubled("Conv", 0), "planted"),
        (attribute("BatchNormalization", "epsilon", 0.3), "BatchNormalization.0"),
        (gone("Relu"), "Relu.0"),
    ],
)
def test_without_names_the_wrong_op_is_blamed(judged: Judge, plant: Plant, wrong: str) -> None:
    """What stands behind the fault equals nothing: it is found again by what agrees further on."""
    judgement = judged("picture", unnamed(plant))
    found = blame(judgement)
    assert [wrong in stretch_of(c) for c in found.culprits] == [True], found.sentence
    assert found.aligned >= found.of - 2
