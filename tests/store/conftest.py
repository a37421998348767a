"""A store of a test's own."""

from pathlib import Path

import pytest

from tests.verify.conftest import Bench


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PARITY_STORE", str(tmp_path / "store"))
    return tmp_path / "store"


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)
