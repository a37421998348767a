"""Real pairs, and copies of the export with a fault in its weights."""

import functools
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from parity.model.artifact import resolve
from parity.written.said import Compared
from parity.written.weights import compare
from parity.zoo import build
from tests.once import built, once

Values = NDArray[np.float32]
Folder = Callable[[str], Path]
Plant = Callable[["Bed"], None]
Compare = Callable[[str, Plant], Compared]

SMALL = ("tagger", "picture")


class Bed:
    """An export to plant in, whose weights are initializers or Constant nodes."""

    def __init__(self, path: Path) -> None:
        self.model = onnx.load(path)

    def tensor(self, name: str) -> onnx.TensorProto:
        graph = self.model.graph
        made = [
            n.attribute[0].t for n in graph.node if n.op_type == "Constant" and name in n.output
        ]
        (found,) = [*made, *(t for t in graph.initializer if t.name == name)]
        return found

    def __getitem__(self, name: str) -> Values:
        return np.array(numpy_helper.to_array(self.tensor(name)))

    def __setitem__(self, name: str, values: Values) -> None:
        values = np.ascontiguousarray(values)
        self.tensor(name).CopyFrom(numpy_helper.from_array(values, self.tensor(name).name))

    def rename(self) -> None:
        """Give all that is stored names of no meaning."""
        stored = {t.name for t in self.model.graph.initializer}
        stored |= {o for n in self.model.graph.node if n.op_type == "Constant" for o in n.output}
        names = {name: f"stored.{at}" for at, name in enumerate(sorted(stored))}
        for tensor in self.model.graph.initializer:
            tensor.name = names[tensor.name]
        for node in self.model.graph.node:
            node.input[:] = [names.get(name, name) for name in node.input]
            node.output[:] = [names.get(name, name) for name in node.output]


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The folder of a model of the zoo, or of a small one of these tests."""
    script = Path(__file__).with_name("build_small.py")

    @functools.cache
    def small() -> Path:
        return once(tmp_path_factory, "diagnosed", lambda root: built(script, root))

    return lambda name: small() / name if name in SMALL else build(name)


@pytest.fixture
def planted(folder: Folder, tmp_path: Path) -> Callable[[str, Plant], Path]:
    """An export of a model with a fault in it."""

    def write(name: str, plant: Plant) -> Path:
        bed = Bed(folder(name) / "model.onnx")
        plant(bed)
        path = tmp_path / "planted.onnx"
        onnx.save(bed.model, path)
        return path

    return write


@pytest.fixture
def compared(folder: Folder, planted: Callable[[str, Plant], Path]) -> Compare:
    """What is said of such an export against the Paddle model."""
    return lambda name, plant: compare(
        resolve(folder(name), want="paddle"), resolve(planted(name, plant))
    )


@pytest.fixture
def optimised(tmp_path: Path) -> Callable[[Path], Path]:
    """A file as ONNX Runtime's optimiser leaves it: constants and normalisations folded."""

    def save(path: Path) -> Path:
        made = tmp_path / "optimised.onnx"
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.graph_optimization_level = level
        options.optimized_model_filepath = str(made)
        onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        return made

    return save
