"""Small real models in every format, built once a session."""

from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from tests.once import built, once

HERE = Path(__file__).parent
OPSETS = (7, 13, 16)

MakeOnnx = Callable[..., Path]


@pytest.fixture(scope="session")
def nets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``pir/<net>/inference.json`` and ``pdmodel/<net>/inference.pdmodel``, with their exports."""

    def make(root: Path) -> None:
        for form in ("pir", "pdmodel"):
            built(HERE / "build_nets.py", root / form, form)
            built(HERE / "export_nets.py", root / form, *OPSETS)

    return once(tmp_path_factory, "nets", make)


@pytest.fixture
def make_onnx(tmp_path: Path) -> MakeOnnx:
    """Write an ONNX model of nodes; int64 inputs and float outputs by name and shape."""

    def make(
        nodes: list[onnx.NodeProto],
        inputs: dict[str, list[int | str | None]],
        *,
        initializers: list[onnx.TensorProto] | None = None,
        dtypes: dict[str, int] | None = None,
        name: str = "model.onnx",
    ) -> Path:
        dtypes = dtypes or {}
        graph = helper.make_graph(
            nodes,
            "graph",
            [
                helper.make_tensor_value_info(i, dtypes.get(i, TensorProto.INT64), shape)
                for i, shape in inputs.items()
            ],
            [helper.make_tensor_value_info(nodes[-1].output[0], TensorProto.FLOAT, None)],
            initializers or [],
        )
        path = tmp_path / name
        opset = helper.make_opsetid("", 16)
        onnx.save(helper.make_model(graph, opset_imports=[opset], ir_version=8), path)
        return path

    return make
