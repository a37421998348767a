"""Which model is the reference of a candidate."""

import json
import shutil

import pytest

from tests.cli.command import Command


@pytest.mark.slow
def test_a_folder_with_both_kinds_gives_its_paddle_model(command: Command) -> None:
    """As `parity zoo build` and every exporter leave it."""
    folder = command.work / "both"
    folder.mkdir()
    for name in ("model.json", "model.pdiparams", "model.onnx"):
        shutil.copy(command.work / name, folder)
    done = command.run(
        "check", "model.onnx", "--reference", "both", "--max-examples", "1", "--json", "-"
    )
    assert done.code == 0, done.err
    report = json.loads(done.out)
    assert report["reference"]["model"] == "both/model.json"
    assert report["candidate"]["model"] == "model.onnx"


def test_a_folder_with_onnx_alone_gives_that(command: Command) -> None:
    folder = command.work / "alone"
    folder.mkdir()
    shutil.copy(command.work / "reference.onnx", folder)
    done = command.run(
        "check", "model.onnx", "--reference", "alone", "--max-examples", "1", "--json", "-"
    )
    assert done.code == 0, done.err
    assert json.loads(done.out)["reference"]["format"] == "onnx"
