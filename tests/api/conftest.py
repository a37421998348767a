"""A small model with a like and an unlike one beside it; both run in ONNX Runtime."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture
def work(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder: model.onnx, reference.onnx, its like; model.json, its Paddle model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARITY_CACHE", str(tmp_path / "cache"))
    for suffix in ("json", "pdiparams", "onnx"):
        shutil.copy(models / "tiny" / f"model.{suffix}", tmp_path)
    shutil.copy(models / "tiny" / "model.onnx", tmp_path / "reference.onnx")
    return tmp_path
