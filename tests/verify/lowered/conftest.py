"""ernie-tiny-ner in FP16 and INT8, as parity makes it, and copies of it with a fault."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import numpy_helper

from parity.compare.tolerance import DEFAULTS
from parity.exports.derive import derive
from parity.model.artifact import Artifact, resolve
from parity.verify.request import Effort, Request, Side
from parity.zoo import build

Values = NDArray[np.generic]


class Bed:
    """A model to plant in. ``values`` reads a stored tensor, ``put`` writes it."""

    def __init__(self, path: Path) -> None:
        self.model = onnx.load(path)

    @property
    def graph(self) -> onnx.GraphProto:
        return self.model.graph

    def tensor(self, name: str) -> onnx.TensorProto:
        (found,) = [t for t in self.graph.initializer if t.name == name]
        return found

    def values(self, name: str) -> Values:
        return np.array(numpy_helper.to_array(self.tensor(name)))

    def put(self, name: str, values: Values) -> None:
        self.tensor(name).CopyFrom(numpy_helper.from_array(np.ascontiguousarray(values), name))

    def rename(self, new: Callable[[str], str]) -> None:
        """Give stored tensors other names, wherever they are read."""
        names = {t.name: new(t.name) for t in self.graph.initializer}
        for tensor in self.graph.initializer:
            tensor.name = names[tensor.name]
        for node in self.graph.node:
            node.input[:] = [names.get(name, name) for name in node.input]


Made = Callable[[str], Path]
Ask = Callable[[Path, str], Request]


@pytest.fixture(scope="session")
def ner() -> Artifact:
    """The Paddle model."""
    return resolve(build("ernie-tiny-ner"), want="paddle")


@pytest.fixture(scope="session")
def made(ner: Artifact) -> Made:
    """parity's own file of a precision."""
    return lambda precision: derive(ner, opset=13, precision=precision).path


@pytest.fixture
def ask(ner: Artifact) -> Ask:
    def request(candidate: Path, precision: str) -> Request:
        return Request(
            Side(ner, "paddle"), Side(resolve(candidate), "ort"), precision=precision,
            tolerance=DEFAULTS[precision], effort=Effort(1, shrink_s=1), max_length=64,
        )  # fmt: skip

    return request
