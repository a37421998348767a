"""Attributes to change in an export, and what is to be said of each."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import onnx
from onnx import helper, numpy_helper

Fault = Callable[[onnx.ModelProto], None]


@dataclass(frozen=True)
class Planted:
    """Of a model of the zoo or of ``build_nets``: a fault, the node, and part of the evidence."""

    model: str
    fault: Fault
    op_type: str
    node: str
    evidence: str

    def __str__(self) -> str:
        return f"{self.model}: {self.node} {self.evidence}"


def attribute(node: str, name: str, value: object) -> Fault:
    """Another value for an attribute; None takes it away."""

    def plant(model: onnx.ModelProto) -> None:
        (found,) = [n for n in model.graph.node if n.name == node]
        kept = [a for a in found.attribute if a.name != name]
        del found.attribute[:]
        found.attribute.extend(kept)
        if value is not None:
            found.attribute.append(helper.make_attribute(name, value))

    return plant


def number(node: str, at: int, values: object) -> Fault:
    """Other numbers in what a node reads, of its own; past what only hands them on."""

    def plant(model: onnx.ModelProto) -> None:
        made_by = {o: n for n in model.graph.node for o in n.output}
        (found,) = [n for n in model.graph.node if n.name == node]
        source = found.input[at]
        while made_by[source].op_type in ("Identity", "Cast", "Squeeze", "Concat"):
            source = made_by[source].input[-1]
        old = numpy_helper.to_array(made_by[source].attribute[0].t)
        new = np.asarray(values, old.dtype).reshape(old.shape)
        held = numpy_helper.from_array(new, "planted")
        constant = helper.make_node("Constant", [], ["planted"], value=held)
        model.graph.node.insert(0, constant)
        for reader in model.graph.node:
            if source in reader.input:
                reader.input[list(reader.input).index(source)] = "planted"
                break

    return plant


def _a(model: str, node: str, name: str, value: object, said: str) -> Planted:
    return Planted(model, attribute(node, name, value), node.split(".")[0], node, said)


def _n(model: str, node: str, at: int, values: object, said: str) -> Planted:
    return Planted(model, number(node, at, values), node.split(".")[0], node, said)


NER, SMALL = "ernie-tiny-ner", "mobilenet-v3-small"

FAULTS = (
    _a(NER, "Softmax.0", "axis", 1, "axis 1, the reference's pd_op.softmax has axis -1"),
    _a(NER, "Transpose.1", "perm", [0, 2, 3, 1], "perm [0, 2, 3, 1], the reference's pd_op.transp"),
    _a(NER, "Transpose.3", "perm", [0, 1, 2, 3], "perm [0, 1, 2, 3], the reference's pd_op.matmul"),
    _a(NER, "ReduceMean.2", "axes", [1], "axes 1, the reference's pd_op.layer_norm has begin_"),
    _a(NER, "Gather.1", "axis", 1, "axis 1, the reference's pd_op.embedding takes 0"),
    _a(NER, "Cast.0", "to", 7, "to int64, the reference's pd_op.cast has dtype float32"),
    _a(NER, "CumSum.0", "exclusive", 1, "exclusive 1, the reference's pd_op.cumsum has excl"),
    _n(NER, "Add.10", 1, 1e-5, "its constant is 1e-05, the reference's pd_op.layer_norm has epsi"),
    _n(NER, "Pow.0", 1, 3.0, "its constant is 3, the reference's pd_op.layer_norm takes 2"),
    _n(NER, "Mul.8", 1, 0.125, "its constant is 0.125, the reference's pd_op.scale has scale 0"),
    _n(NER, "Mul.0", 1, -1.0, "its constant is -1, the reference's pd_op.scale has scale -10000"),
    _a(SMALL, "Conv.1", "strides", [1, 1], "strides [1, 1], the reference's pd_op.depthw"),
    _a(SMALL, "Conv.0", "pads", [0, 0, 1, 1], "pads [0, 0, 1, 1], the reference's pd_op.conv"),
    _a(SMALL, "BatchNormalization.7", "epsilon", 1e-5, "epsilon 1e-05, the reference's pd_op.b"),
    _a(SMALL, "BatchNormalization.8", "epsilon", 0.0, "epsilon 0, the reference's pd_op.batch_n"),
    _a(SMALL, "HardSigmoid.2", "alpha", None, "alpha is not set, which is 0.2, the reference's"),
    _a(SMALL, "HardSigmoid.2", "beta", 0.25, "beta 0.25, the reference's pd_op.hard"),
    _a("scene", "Conv.0", "pads", [1, 0, 2, 1], "pads [1, 0, 2, 1], the reference's pd_op.conv2d"),
    _a("scene", "Conv.1", "dilations", [1, 1], "dilations [1, 1], the reference's pd_op.conv2d"),
    _a("scene", "Conv.1", "group", 2, "group 2, the reference's pd_op.conv2d has groups 4"),
    _a("scene", "Elu.0", "alpha", 2.3e-41, "alpha 2.29995e-41, the reference's pd_op.elu has"),
    _a("scene", "MaxPool.0", "ceil_mode", 0, "ceil_mode 0, the reference's pd_op.pool2d has ceil"),
    _a("scene", "AveragePool.0", "count_include_pad", None, "count_include_pad is not set, which"),
    _a("scene", "AveragePool.0", "kernel_shape", [2, 2], "kernel_shape [2, 2], the reference's pd"),
    _a("scene", "ConvTranspose.0", "output_padding", [0, 0], "output_padding [0, 0], the referen"),
    _a("scene", "InstanceNormalization.0", "epsilon", 0.1, "epsilon 0.1, the reference's pd_op.i"),
    _a("scene", "Resize.0", "nearest_mode", "ceil", "nearest_mode ceil, the reference's pd_op.nea"),
    _a("scene", "Resize.0", "mode", "linear", "mode linear, the reference's pd_op.nearest_interp"),
    _a("scene", "Resize.1", "coordinate_transformation_mode", "half_pixel",
       "coordinate_transformation_mode half_pixel, the reference's pd_op.bilinear_interp has align_"
       "corners True"),
    _n("scene", "Resize.1", 3, [9, 10], "sizes [9, 10], the reference's pd_op.bilinear_interp has"),
    _a("scene", "Concat.2", "axis", 2, "axis 2, the reference's pd_op.concat has axis 1"),
    _a("scene", "Split.0", "axis", 2, "axis 2, the reference's pd_op.split has axis 1"),
    _a("scene", "Softmax.0", "axis", -1, "axis 3, the reference's pd_op.softmax has axis 2"),
    _a("scene", "ReduceSum.0", "keepdims", 0, "keepdims 0, the reference's pd_op.sum has keepdim"),
    _a("scene", "TopK.0", "largest", 0, "largest 0, the reference's pd_op.topk has largest True"),
    _n("scene", "Slice.2", 1, [0], "starts 0, the reference's pd_op.slice has starts 1"),
    _a("speech", "LSTM.0", "direction", "forward", "direction forward, the reference's pd_op.rnn"),
    _a("speech", "LSTM.0", "activations", ["Tanh"] * 6, "activations [Tanh, Tanh, Tanh, T"),
    _a("speech", "LSTM.0", "input_forget", 1, "input_forget 1, the reference's pd_op.rnn takes 0"),
    _a("speech", "GRU.0", "linear_before_reset", None, "linear_before_reset is not set, which"),
    _a("speech", "Softmax.0", "axis", 1, "axis 1, the reference's pd_op.softmax has axis -1"),
)  # fmt: skip
