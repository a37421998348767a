"""The command, with a small model to spoil."""

import shutil
from pathlib import Path

import pytest

from tests.cli.command import Command


@pytest.fixture
def command(models: Path, tmp_path: Path) -> Command:
    """In its folder lie model.json, model.pdiparams, model.onnx and reference.onnx, its like;
    in ``other`` those of another model.

    With ``--reference reference.onnx`` no Paddle is started, which saves a second.
    """
    made = Command(tmp_path)
    for suffix in ("json", "pdiparams", "onnx"):
        shutil.copy(models / "tiny" / f"model.{suffix}", made.work)
    shutil.copy(models / "tiny" / "model.onnx", made.work / "reference.onnx")
    shutil.copytree(models / "other", made.work / "other")
    return made
