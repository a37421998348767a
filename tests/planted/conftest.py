"""The small ERNIE in which faults are planted, built once a session."""

import functools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest

from parity.model.artifact import resolve
from parity.verify.request import Effort, Request, Side
from tests.planted.faults import Fault

BUILD = Path(__file__).with_name("build_ernie.py")

Ernie = Callable[[str], Path]
Plant = Callable[[Fault], Path]
Ask = Callable[[Path, Path], Request]


@pytest.fixture(scope="session")
def ernie(tmp_path_factory: pytest.TempPathFactory) -> Ernie:
    """The folder of a head's Paddle model, its export and its vocabulary."""
    root = tmp_path_factory.mktemp("ernie")

    @functools.cache
    def build(head: str) -> Path:
        folder = root / head
        done = subprocess.run(
            [sys.executable, "-m", "tests.planted.build_ernie", str(folder), head],
            cwd=BUILD.parents[2],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return folder

    return build


@pytest.fixture
def plant(ernie: Ernie, tmp_path: Path) -> Plant:
    """An export with a fault in it, in a folder of its own."""

    def write(fault: Fault) -> Path:
        path = tmp_path / "model.onnx"
        onnx.save(fault.plant(onnx.load(ernie(fault.model) / "model.onnx")), path)
        return path

    return write


@pytest.fixture
def ask() -> Ask:
    """What ``parity check CANDIDATE --reference REFERENCE`` asks, without a database."""

    def request(reference: Path, candidate: Path) -> Request:
        return Request(
            Side(resolve(reference, want="paddle"), "paddle"),
            Side(resolve(candidate), "ort"),
            effort=Effort(shrink_s=30.0),
        )

    return request
