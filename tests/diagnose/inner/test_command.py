"""``parity explain``: exit codes, where its feed comes from, its JSON."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from parity.model.formats import npz
from tests.diagnose.conftest import Folder, Plant
from tests.diagnose.inner.conftest import FEEDS
from tests.diagnose.inner.test_blame import gone, healthy
from tests.diagnose.test_weights import swap

Planted = Callable[[str, Plant], Path]


def parity(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parity", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=300, env={**os.environ},
    )  # fmt: skip


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.npz"
    npz.save(path, FEEDS["picture"])
    return path


@pytest.mark.slow
def test_a_fault_on_the_users_feed_is_1(
    folder: Folder, planted: Planted, feed: Path, tmp_path: Path
) -> None:
    path, file = planted("picture", gone("Relu")), tmp_path / "explained.json"
    done = parity("explain", path, folder("picture"), "--feed", feed, "--json", file)
    assert done.returncode == 1, done.stderr
    assert "blamed: the exporter" in done.stdout
    assert "Identity `Relu.0`, made of `pd_op.relu`" in done.stdout
    header = next(line for line in done.stdout.splitlines() if line.startswith("op "))
    assert header.split() == [
        "op", "node", "made", "of", "own", "inherited", "rounding", "of", "rounding"
    ]  # fmt: skip
    told = json.loads(file.read_text("utf-8"))
    assert told["feed"] == {"image": [2, 3, 16, 16]}
    found = told["explanation"]
    assert found["aligned"]["tensors"] == found["aligned"]["of"] > 5
    asked = [rung["name"] for rung in found["rungs"]]
    assert asked == [
        "weights", "attributes", "ops", "reference", "optimiser", "elsewhere", "float64"
    ]  # fmt: skip
    assert found["stage"] == "exporter"
    first = found["culprits"][0]
    assert set(first) == {
        "node", "op_type", "outputs", "reference_op", "own", "inherited", "rounding", "evidence"
    }  # fmt: skip
    assert (first["node"], first["reference_op"]) == ("Relu.0", "pd_op.relu")
    assert first["own"] > 100 * first["rounding"] > 0
    assert found["worst"][0] == first


@pytest.mark.slow
def test_of_a_healthy_model_the_largest_error_is_told_and_it_is_0(folder: Folder) -> None:
    done = parity("explain", folder("picture") / "model.onnx", "--max-examples", 1)
    assert done.returncode == 0, done.stderr
    assert "no op is to blame" in done.stdout
    assert "contributes most" in done.stdout


@pytest.mark.slow
def test_a_feed_that_shows_nothing_blames_nobody(folder: Folder, feed: Path) -> None:
    done = parity("explain", folder("picture") / "model.onnx", "--feed", feed)
    assert done.returncode == 0, done.stderr
    assert "contributes most" in done.stdout
    assert "blamed" not in done.stdout


def test_a_weight_is_blamed_before_any_op(folder: Folder, planted: Planted, feed: Path) -> None:
    path = planted("picture", swap("conv2d_1.w_0", "conv2d_2.w_0"))
    done = parity("explain", path, folder("picture"), "--feed", feed)
    assert done.returncode == 1, done.stderr
    assert "blamed: the weights" in done.stdout
    assert "made of" not in done.stdout
    said = "image: float32[n,3,16,16] in [0,1]"
    quiet = parity("explain", path, folder("picture"), "--feed", feed, "--input", said, "-q")
    assert quiet.returncode == 1, quiet.stderr
    (line,) = quiet.stdout.splitlines()
    assert line.startswith("blamed: the weights")
    wrong = parity("explain", path, folder("picture"), "--feed", feed, "--input", "imge: [0,1]")
    assert wrong.returncode == 2
    assert "--input" in wrong.stderr


@pytest.mark.slow
def test_a_check_explains_itself_and_leaves_a_bundle_that_can_be_explained(
    folder: Folder, planted: Planted, tmp_path: Path
) -> None:
    path, bundle = planted("picture", gone("Relu")), tmp_path / "bundle"
    file = tmp_path / "report.json"
    few = ("--max-examples", 1, "--shrink-budget", 1, "--json", file)
    arguments = ("check", path, "--reference", folder("picture"), *few)
    done = parity(*arguments, "--bundle", bundle)
    assert done.returncode == 1, done.stderr
    assert "blamed: the exporter" in done.stdout
    assert "Identity `Relu.0`, made of `pd_op.relu`" in done.stdout
    told = json.loads(file.read_text("utf-8"))["explanation"]
    assert told["stage"] == "exporter"
    assert told["culprits"][0]["node"] == "Relu.0"
    assert (bundle / "stretch" / "model.onnx").is_file()
    assert [n["node"] for n in told["strip"] if n["distance"] == 0] == ["Relu.0"]
    page = (bundle / "report.md").read_text("utf-8")
    assert "# The export says something else than the model: `pd_op.relu`" in page
    assert "[Identity Relu.0]" in page
    assert "| `Identity` | `Relu.0` | `pd_op.relu` |" in page
    assert "- `repro.py`: " in page
    again = parity("explain", bundle)
    assert again.returncode == 1, again.stderr
    assert "blamed: the exporter" in again.stdout
    assert "Identity `Relu.0`" in again.stdout
    short = parity(*arguments, "--explain-budget", 0)
    assert short.returncode == 1
    told = json.loads(file.read_text("utf-8"))["explanation"]
    assert "ops" not in [rung["name"] for rung in told["rungs"]]
    assert told["culprits"] == []


def test_what_cannot_be_explained_is_2(
    folder: Folder, planted: Planted, feed: Path, tmp_path: Path
) -> None:
    candidate = planted("picture", healthy)
    wrong = tmp_path / "wrong.npz"
    np.savez(wrong, other=np.ones(3))
    for arguments in (
        (candidate, folder("picture"), "--feed", wrong),
        (candidate, folder("picture"), "--feed", tmp_path / "none.npz"),
        (tmp_path / "none.onnx", folder("picture")),
    ):
        done = parity("explain", *arguments)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
