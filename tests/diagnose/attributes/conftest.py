"""Networks with many attributes, and copies of an export with one of them changed."""

import functools
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest

from parity.model.artifact import resolve
from parity.written.attributes.compare import compare
from parity.written.attributes.said import Attributes
from parity.zoo import build

NETS = ("scene", "speech", "doubles")

Folder = Callable[[str], Path]
Fault = Callable[[onnx.ModelProto], None]
Compare = Callable[[str, Fault], Attributes]


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The folder of a model of the zoo, or of a network of ``build_nets``."""
    root = tmp_path_factory.mktemp("nets")

    @functools.cache
    def nets() -> Path:
        script = Path(__file__).with_name("build_nets.py")
        done = subprocess.run(
            [sys.executable, str(script), str(root)],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
        return root

    return lambda name: nets() / name if name in NETS else build(name)


@pytest.fixture
def changed(model: Folder, tmp_path: Path) -> Compare:
    """What is said of an export in which something was changed."""

    def compared(name: str, fault: Fault) -> Attributes:
        proto = onnx.load(model(name) / "model.onnx")
        fault(proto)
        onnx.save(proto, tmp_path / "changed.onnx")
        return compare(resolve(model(name), want="paddle"), resolve(tmp_path / "changed.onnx"))

    return compared
