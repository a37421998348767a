"""A small tagger in ONNX, healthy and with one fault: quick to load, real to run."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from parity.model.artifact import resolve
from parity.verify.request import Effort, Request, Side

VOCABULARY, WIDTH, TAGS, POSITIONS = 50, 8, 3, 64


def tagger(
    *,
    vocabulary: int = VOCABULARY,
    swapped: int | None = None,
    broken_from: int | None = None,
    broken_id: int | None = None,
    output: str = "logits",
) -> onnx.ModelProto:
    """Ids (batch, sequence) to logits (batch, sequence, 3): word + position, then linear.

    swapped: the rows of that word and the next change places.
    broken_from: position rows from there up are another's. broken_id: that word's row is zero.
    """
    rng = np.random.default_rng(7)
    words = rng.normal(size=(vocabulary, WIDTH)).astype(np.float32)
    positions = rng.normal(size=(POSITIONS, WIDTH)).astype(np.float32)
    linear = rng.normal(size=(WIDTH, TAGS)).astype(np.float32)
    if broken_from is not None:
        positions[broken_from:] = positions[broken_from - 1]
    if swapped is not None:
        words[[swapped, swapped + 1]] = words[[swapped + 1, swapped]]
    if broken_id is not None:
        words[broken_id] = 0
    nodes = [
        helper.make_node("Gather", ["words", "ids"], ["word"]),
        helper.make_node("Shape", ["ids"], ["shape"]),
        helper.make_node("Gather", ["shape", "one"], ["length"]),
        helper.make_node("Range", ["zero", "length", "one"], ["range"]),
        helper.make_node("Gather", ["positions", "range"], ["position"]),
        helper.make_node("Add", ["word", "position"], ["sum"]),
        helper.make_node("MatMul", ["sum", "linear"], [output]),
    ]
    constants = [
        numpy_helper.from_array(words, "words"),
        numpy_helper.from_array(positions, "positions"),
        numpy_helper.from_array(linear, "linear"),
        numpy_helper.from_array(np.array(0, np.int64), "zero"),
        numpy_helper.from_array(np.array(1, np.int64), "one"),
    ]
    graph = helper.make_graph(
        nodes,
        "tagger",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "sequence"])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", "sequence", TAGS])],
        constants,
    )
    opset = [helper.make_opsetid("", 13)]
    return helper.make_model(graph, opset_imports=opset, ir_version=8)


def with_row(model: onnx.ModelProto, row: int, value: float) -> onnx.ModelProto:
    """The tagger with a word whose vector is of one value."""
    (words,) = (t for t in model.graph.initializer if t.name == "words")
    array = numpy_helper.to_array(words).copy()
    array[row] = value
    words.CopyFrom(numpy_helper.from_array(array, "words"))
    return model


class Bench:
    """Saves models into a folder and makes requests for them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.healthy = self.save("healthy", tagger())
        # The same network as an exporter would have written it: a file of other bytes.
        other = tagger()
        other.producer_name = "an exporter"
        self.twin = self.save("twin", other)

    def save(self, name: str, model: onnx.ModelProto) -> Path:
        path = self.folder / f"{name}.onnx"
        onnx.save(model, path)
        return path

    def request(
        self,
        candidate: Path | None = None,
        *,
        effort: Effort | None = None,
        reference_options: dict[str, str | int] | None = None,
        database: Path | None = None,
        max_batch: int | None = None,
        run_timeout_s: float = 60.0,
        **fault: str | int,
    ) -> Request:
        """A request; with ``fault`` the candidate runs in the engine that fails on purpose."""
        return Request(
            reference=Side(
                resolve(self.healthy),
                "fake" if reference_options else "ort",
                reference_options or {},
            ),
            candidate=Side(resolve(candidate or self.twin), "fake" if fault else "ort", fault),
            effort=effort or Effort(20, shrink_s=20),
            database=database,
            max_batch=max_batch,
            run_timeout_s=run_timeout_s,
        )


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
