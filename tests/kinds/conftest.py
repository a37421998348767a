"""The models of ``nets``, saved in both of Paddle's formats and exported, once a session."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``pir/<net>/inference.json`` and ``pdmodel/<net>/inference.pdmodel``, with model.onnx."""
    root = tmp_path_factory.mktemp("kinds")
    for form in ("pir", "pdmodel"):
        done = subprocess.run(
            [sys.executable, str(HERE / "build.py"), str(root / form), form],
            capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-2000:]
    return root
