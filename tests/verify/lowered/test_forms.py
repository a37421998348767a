"""Every quantised weight of every form is read as the graph reads it."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from parity.compare.lowered import WeightDiffers
from parity.compare.tolerance import DEFAULTS
from parity.model.artifact import resolve
from parity.model.domains import signature
from parity.model.lowered.quantised import quantised
from parity.model.lowered.store import Store
from parity.model.lowered.weight import Weight
from parity.verify.checks import Asked, Said, weights
from parity.verify.request import Request, Side
from tests.verify.lowered.conftest import Bed

FORMS = {
    # Form: quantised weights in it, biases in INT32 included.
    "dynamic": 4,
    "dynamic-channels": 4,
    "dynamic-unsigned": 4,
    "dynamic-seven-bits": 4,
    "qdq": 7,
    "qdq-channels": 7,
    "qdq-unsigned": 7,
    "qdq-wide": 7,
    "qdq-four-bits": 7,
    "operators": 7,
    "operators-channels": 7,
}


@pytest.fixture(scope="module")
def forms(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forms")
    script = Path(__file__).with_name("make_forms.py")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", str(script), str(folder)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


def check(folder: Path, candidate: Path) -> Said:
    reference = resolve(folder / "reference.onnx")
    request = Request(
        Side(reference, "ort"), Side(resolve(candidate), "ort"), precision="int8",
        tolerance=DEFAULTS["int8"],
    )  # fmt: skip
    return weights.before(Asked(request, signature(reference)))


@pytest.mark.parametrize(("form", "count"), FORMS.items())
def test_all_weights_of_a_healthy_file_are_compared(forms: Path, form: str, count: int) -> None:
    said = check(forms, forms / f"{form}.onnx")
    assert said.findings == ()
    assert said.notes[0].startswith(f"weights: {count} of {count} quantised weights compared")
    assert len(said.notes) == 1


@pytest.mark.parametrize("form", FORMS)
def test_one_number_that_is_off_is_named_in_each_weight(
    forms: Path, tmp_path: Path, form: str
) -> None:
    """Also where weights are Constant nodes, as Paddle2ONNX writes them."""
    source = forms / f"{form}.onnx"
    names = [w.name for w in quantised(Store(source)) if isinstance(w, Weight)]
    assert len(names) == FORMS[form]
    for name in names:
        bed = Bed(source)
        if bed.tensor(name).data_type in (TensorProto.INT4, TensorProto.UINT4):
            continue  # numpy has no such numbers to write
        values = bed.values(name)
        index = tuple(extent // 2 for extent in values.shape)
        values[index] = int(values[index]) + (-3 if values[index] > 3 else 3)
        bed.put(name, values)
        as_constants(bed.graph)
        path = tmp_path / "planted.onnx"
        onnx.save(bed.model, path)
        (finding,) = check(forms, path).findings
        assert isinstance(finding, WeightDiffers)
        assert (finding.weight, finding.index, finding.count) == (name, index, 1)
        assert 2.4 < finding.off < 3.6


@pytest.mark.parametrize("form", FORMS)
def test_a_scale_and_a_zero_point_that_are_off_are_found(
    forms: Path, tmp_path: Path, form: str
) -> None:
    source = forms / f"{form}.onnx"
    scales = [
        n for n in names_of(source) if n.startswith(("matrix", "kernel_s", "table", "turned"))
    ]
    for name in (n for n in scales if n.endswith(("_scale", "_zero_point"))):
        bed = Bed(source)
        values: NDArray[Any] = bed.values(name)
        bed.put(name, values + 1 if name.endswith("_point") else values * np.float32(1.5))
        path = tmp_path / "planted.onnx"
        onnx.save(bed.model, path)
        findings = check(forms, path).findings
        assert findings, name
        assert all(isinstance(f, WeightDiffers) for f in findings)
        # A bias in INT32 has the scales of both operands.
        assert name.split("_")[0] in {f.parameter for f in findings if isinstance(f, WeightDiffers)}


def names_of(path: Path) -> list[str]:
    found = onnx.load(path).graph.initializer
    return [t.name for t in found if t.data_type not in (TensorProto.INT4, TensorProto.UINT4)]


def as_constants(graph: onnx.GraphProto) -> None:
    made = [helper.make_node("Constant", [], [t.name], value=t) for t in graph.initializer]
    del graph.initializer[:]
    for node in reversed(made):
        graph.node.insert(0, node)


def nbits(
    values: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], *, zeros: bool
) -> onnx.ModelProto:
    """MatMulNBits over codes (N, K) below 16, in blocks of 16."""
    n, k = values.shape
    packed = (values[:, 0::2] | (values[:, 1::2] << 4)).reshape(n, k // 16, 8)
    scales = np.full(n * k // 16, 0.25, np.float32)
    weights = [numpy_helper.from_array(packed, "codes"), numpy_helper.from_array(scales, "scales")]
    reads = ["x", "codes", "scales"]
    if zeros:
        weights.append(numpy_helper.from_array(np.full((n, k // 32), 0x88, np.uint8), "zeros"))
        reads.append("zeros")
    node = helper.make_node(
        "MatMulNBits", reads, ["y"], domain="com.microsoft", K=k, N=n, bits=4, block_size=16
    )
    return model([node], weights, k, n)


def model(
    nodes: list[onnx.NodeProto], weights: list[onnx.TensorProto], k: int, n: int
) -> onnx.ModelProto:
    graph = helper.make_graph(
        nodes, "one",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", k])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", n])],
        weights,
    )  # fmt: skip
    opsets = [helper.make_opsetid("", 13), helper.make_opsetid("com.microsoft", 1)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=8)


@pytest.mark.parametrize("zeros", [False, True])
def test_blocks_of_four_bits(tmp_path: Path, zeros: bool) -> None:
    rng = np.random.default_rng(2)
    codes = rng.integers(0, 16, (6, 32)).astype(np.uint8)
    real = (codes.astype(np.float32) - 8) * np.float32(0.25) + np.float32(0.1)
    product = helper.make_node("MatMul", ["x", "w"], ["y"])
    stored = [numpy_helper.from_array(np.ascontiguousarray(real.T), "w")]
    onnx.save(model([product], stored, 32, 6), tmp_path / "reference.onnx")
    onnx.save(nbits(codes, zeros=zeros), tmp_path / "healthy.onnx")
    assert check(tmp_path, tmp_path / "healthy.onnx").findings == ()
    codes[4, 30] ^= 8
    onnx.save(nbits(codes, zeros=zeros), tmp_path / "planted.onnx")
    (finding,) = check(tmp_path, tmp_path / "planted.onnx").findings
    assert isinstance(finding, WeightDiffers)
    assert (finding.index, finding.count, finding.parameter) == ((4, 30), 1, "w")


def test_a_file_of_which_nothing_pairs_says_so(forms: Path, tmp_path: Path) -> None:
    bed = Bed(forms / "dynamic.onnx")
    rng = np.random.default_rng(1)
    for tensor in list(bed.graph.initializer):
        if tensor.dims and tensor.data_type in (1, 2, 3):
            values = bed.values(tensor.name)
            bed.put(tensor.name, (rng.normal(size=values.shape) * 40).astype(values.dtype))
    bed.rename(lambda name: f"other {name}")
    path = tmp_path / "other.onnx"
    onnx.save(bed.model, path)
    said = check(forms, path)
    assert said.findings == ()
    assert "so none was compared" in said.notes[0]
