"""The two lines of docs/ci.md, in a repository of a user's, with the package from a wheel."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests import wheel
from tests.gate.repository import Repository

CELL = "mine[opset13-fp32-default]"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has the wheel, and sees what parity depends on."""
    return wheel.installed(tmp_path_factory.mktemp("wheel"))


@pytest.mark.slow
def test_two_lines_run_the_gate(python: Path, models: Path, repository: Repository) -> None:
    subprocess.run([python.parent / "parity", "new", "mine"], cwd=repository.root, check=True)
    case = repository.root / "golden" / "mine"
    (case / "model").mkdir()
    for suffix in ("json", "pdiparams"):
        shutil.copy(models / "tiny" / f"model.{suffix}", case / "model" / f"inference.{suffix}")
    ran = repository.run("golden/", python=str(python), path=None)
    assert ran.code == 0, ran.text
    assert ran.status(CELL) == "passed"
    assert f"from {python.parents[1]}" in ran.text
    assert "1 passed; " in ran.text
    # And red once the model is another than the one that is released.
    shutil.copy(models / "tiny" / "model.onnx", case)
    text = (case / "case.toml").read_text()
    (case / "case.toml").write_text(text.replace("opset = 13 ", 'path = "model.onnx"', 1))
    assert repository.run("golden/", python=str(python), path=None).code == 0
    shutil.copy(models / "other" / "model.onnx", case)
    ran = repository.run("golden/", python=str(python), path=None)
    assert ran.code == 1, ran.text
    assert ran.status("mine[file-fp32-default]") == "failed"
