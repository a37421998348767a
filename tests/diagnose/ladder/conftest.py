"""Paddle nets that go wrong, built once."""

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def nets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``split`` and ``lengths``."""
    root = tmp_path_factory.mktemp("nets")
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("build_nets.py")), str(root)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    return root


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def cache(shared_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of these tests' own."""
    monkeypatch.setenv("PARITY_CACHE", str(shared_cache))
    return shared_cache
