"""A few spoiled files through the whole command: 0, 1 or 2, and one line where it is 2."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cli.command import Command
from tests.cli.conftest import command
from tests.fuzz.damage import QUICK, bytes_of
from tests.fuzz.test_cases import CASE, document
from tests.fuzz.test_tokenizers import VOCABULARY

__all__ = ["command"]

CHECK = ("check", "model.onnx", "--reference", "reference.onnx", "--max-examples", "1")
SPOILED = {
    "model.onnx": CHECK,
    "reference.onnx": CHECK,
    "model.pdiparams": ("check", "model.onnx", "--max-examples", "1"),
    "vocab.txt": (*CHECK, "--tokenizer", "vocab.txt"),
    "golden/mine/case.toml": ("check", "mine"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SPOILED)
@settings(QUICK, max_examples=2)
@given(data=st.data())
def test_spoiled_files_through_the_command(
    command: Command, name: str, data: st.DataObject
) -> None:
    path = command.work / name
    _prepare(command.work)
    good = path.read_bytes()
    try:
        path.write_bytes(data.draw(bytes_of(good)))
        done = command.run(*SPOILED[name])
    finally:
        path.write_bytes(good)
    assert done.code in (0, 1, 2), done.err
    assert "Traceback" not in done.out + done.err
    assert done.left == []
    if done.code == 2 and not done.out:  # a cell that can't run is told among its case's cells
        assert done.err.startswith("parity: ")
        assert done.err.count("\n") == 1


def _prepare(work: Path) -> None:
    (work / "vocab.txt").write_bytes(VOCABULARY)
    (work / "golden" / "mine").mkdir(parents=True, exist_ok=True)
    (work / "golden" / "mine" / "case.toml").write_bytes(document(CASE))
