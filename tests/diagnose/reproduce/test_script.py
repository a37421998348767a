"""An op alone, built, exported and run by a program that knows nothing of parity."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import onnx
import pytest

from parity.diagnose.explain import explain
from parity.diagnose.reproduce.builders import BUILDERS
from parity.diagnose.reproduce.script import script
from parity.model.artifact import Artifact, resolve
from parity.report import bundle
from parity.written.culprit import Culprit
from tests.diagnose.attributes.conftest import Folder
from tests.diagnose.attributes.conftest import model as model
from tests.diagnose.attributes.faults import attribute
from tests.diagnose.attributes.test_explained import run as verified


def run(text: str, into: Path) -> subprocess.CompletedProcess[str]:
    (into / "repro_op.py").write_text(text, "utf-8")
    return subprocess.run(
        [sys.executable, "-I", "repro_op.py"],
        cwd=into, capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def pair(folder: Path) -> tuple[Artifact, Artifact]:
    return resolve(folder, want="paddle"), resolve(folder / "model.onnx")


def of(folder: Path, kind: str) -> str | None:
    """The program for the first node of a kind."""
    reference, candidate = pair(folder)
    node = next(n for n in onnx.load(candidate.program).graph.node if n.op_type == kind)
    culprit = Culprit(node.name, kind, tuple(node.output), "?", "")
    return script(reference, candidate, culprit)


@pytest.mark.parametrize(
    ("kind", "call"),
    [
        pytest.param("Clip", "functional.hardtanh(x, -2.0, 2.0)", marks=pytest.mark.slow),
        ("LeakyRelu", "functional.leaky_relu(x, 0.3)"),
        pytest.param(
            "Pad",
            "functional.pad(x, [1, 2, 3, 4, 0, 0], mode='constant', value=0.5, "
            "data_format='NCDHW')",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_it_shows_what_the_exporter_does(
    model: Folder, tmp_path: Path, kind: str, call: str
) -> None:
    text = of(model("doubles"), kind)
    assert text is not None
    assert f"return {call}\n" in text
    done = run(text, tmp_path)
    assert done.returncode == 1, done.stderr[-2000:]
    assert "they differ" in done.stdout


@pytest.mark.parametrize(
    ("kind", "built"),
    [
        ("Elu", "functional.elu(x, 0.699999988079071)"),
        pytest.param(
            "InstanceNormalization", "nn.InstanceNorm2D(4, epsilon=", marks=pytest.mark.slow
        ),
        pytest.param(
            "MaxPool",
            "POOLS['max'](x, [3, 3], [2, 2], [1, 1], ceil_mode=True)",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "Resize",
            "functional.interpolate(x, size=[9, 9], mode='nearest', align_corners=False",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_what_the_exporter_does_right_is_the_same(
    model: Folder, tmp_path: Path, kind: str, built: str
) -> None:
    text = of(model("scene"), kind)
    assert text is not None
    assert built in text
    done = run(text, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    assert done.stdout.endswith("the same\n")


def test_an_op_that_nobody_knows_to_build_has_none(model: Folder) -> None:
    assert "rnn" not in BUILDERS
    assert of(model("speech"), "GRU") is None
    reference, candidate = pair(model("speech"))
    assert script(reference, candidate, Culprit("?", "?", ("nowhere",), "?", "")) is None
    assert script(candidate, candidate, Culprit("?", "?", ("nowhere",), "?", "")) is None


@pytest.mark.slow
def test_the_bundle_holds_it(model: Folder, tmp_path: Path) -> None:
    result = verified(model("scene"), attribute("Elu.0", "alpha", 2.0), tmp_path)
    found = explain(result)
    assert found is not None
    bundle.write(tmp_path / "bundle", result, found)
    text = (tmp_path / "bundle" / "repro_op.py").read_text("utf-8")
    assert "functional.elu(x, 0.699999988079071)" in text
    bundle.write(tmp_path / "bundle", result, replace(found, stage="unknown"))
    assert not (tmp_path / "bundle" / "repro_op.py").exists()
