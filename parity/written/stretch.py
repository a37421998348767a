"""A piece of a candidate with what the reference says of it."""

from dataclasses import dataclass

from parity.model.tensors import Feed, Outputs


@dataclass(frozen=True)
class Stretch:
    """Nodes of the candidate between aligned tensors, as a model, with what the reference says.

    model: a complete, small ONNX model (serialised ModelProto bytes; initializers included).
    inputs: the reference's values by the model's input names. expected: the reference's values by
    the model's output names. nodes: names of the candidate's nodes in it. reference_ops: Paddle
    ops that it was made of (e.g. "pd_op.rnn").
    """

    model: bytes
    inputs: Feed
    expected: Outputs
    nodes: tuple[str, ...]
    reference_ops: tuple[str, ...]
