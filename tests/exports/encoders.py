"""A small attention encoder in ONNX, weights as initializers or as Constant nodes."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

VOCABULARY, WIDTH, TAGS = 50, 32, 5
MATRICES = ("query", "key", "value", "out", "tags")


def weights() -> dict[str, Any]:
    rng = np.random.default_rng(5)
    # Scales apart, as in trained models, where neighbours differ by half and more.
    sizes = {"query": 0.2, "key": 0.1, "value": 0.3, "out": 0.15, "tags": 0.4}
    made = {
        name: rng.normal(size=(WIDTH, TAGS if name == "tags" else WIDTH)) * size
        for name, size in sizes.items()
    }
    words = rng.normal(size=(VOCABULARY, WIDTH))
    scalars = {"root": WIDTH**-0.5, "masked": -1e4}
    return {n: np.asarray(a, np.float32) for n, a in (made | scalars | {"words": words}).items()}


def encoder(*, constant_nodes: bool = False) -> onnx.ModelProto:
    """ids (batch, sequence) to logits (batch, sequence, 5); id 0 is padding, and masked."""
    ids = {"zero": np.array(0), "axes": np.array([1])}
    held = [numpy_helper.from_array(a, n) for n, a in (weights() | ids).items()]
    node = helper.make_node
    nodes = [
        node("Gather", ["words", "ids"], ["word"]),
        node("Equal", ["ids", "zero"], ["is_pad"]),
        node("Cast", ["is_pad"], ["pad"], to=TensorProto.FLOAT),
        node("Mul", ["pad", "masked"], ["mask_row"]),
        node("Unsqueeze", ["mask_row", "axes"], ["mask"]),
        *(node("MatMul", ["word", n], [f"{n}_rows"], n) for n in ("query", "key", "value")),
        node("Transpose", ["key_rows"], ["key_columns"], perm=[0, 2, 1]),
        node("MatMul", ["query_rows", "key_columns"], ["scores"]),
        node("Mul", ["scores", "root"], ["scaled"]),
        node("Add", ["scaled", "mask"], ["seen"]),
        node("Softmax", ["seen"], ["shares"], axis=-1),
        node("MatMul", ["shares", "value_rows"], ["context"]),
        node("MatMul", ["context", "out"], ["mixed"], "out"),
        node("Add", ["mixed", "word"], ["summed"]),
        node("Tanh", ["summed"], ["bent"]),
        node("MatMul", ["bent", "tags"], ["logits"], "tags"),
    ]
    if constant_nodes:
        nodes = [*(node("Constant", [], [t.name], value=t) for t in held), *nodes]
    graph = helper.make_graph(
        nodes,
        "encoder",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "sequence"])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "sequence", TAGS])],
        [] if constant_nodes else held,
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)


def save(model: onnx.ModelProto, path: Path) -> Path:
    onnx.checker.check_model(model)
    onnx.save(model, path)
    return path
