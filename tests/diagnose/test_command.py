"""``parity weights``: what it prints, its JSON, its exit codes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.diagnose.conftest import Folder, Plant
from tests.diagnose.test_weights import swap


def weights(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parity", "weights", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=120, env={**os.environ},
    )  # fmt: skip


def test_equal_weights_are_0(folder: Folder) -> None:
    done = weights(folder("tagger"), folder("tagger"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "the weights are not to blame: all 11 are equal"


def test_a_fault_is_1_and_in_the_json(
    folder: Folder, planted: Callable[[str, Plant], Path], tmp_path: Path
) -> None:
    path = planted("tagger", swap("lstm_cell_0.w_0", "lstm_cell_0.w_1"))
    file = tmp_path / "weights.json"
    done = weights(folder("tagger"), path, "--json", file)
    assert done.returncode == 1
    assert "(and the reverse)" in done.stdout.splitlines()[-1]
    told = json.loads(file.read_text("utf-8"))
    assert told["passed"] is False
    assert told["counts"] == {"equal": 9, "swapped": 2}
    swapped = [w for w in told["weights"] if w["kind"] == "swapped"]
    assert {w["name"] for w in swapped} == {"lstm_cell_0.w_0", "lstm_cell_0.w_1"}
    done = weights(folder("tagger"), path, "--json", "-")
    assert json.loads(done.stdout)["counts"] == told["counts"]


def test_two_strangers_are_1(folder: Folder) -> None:
    done = weights(folder("tagger"), folder("picture"))
    assert done.returncode == 1
    assert "the weights are not to blame" not in done.stdout


def test_what_cannot_be_read_is_2(folder: Folder, tmp_path: Path) -> None:
    whole = (folder("tagger") / "model.onnx").read_bytes()
    damaged = tmp_path / "damaged.onnx"
    damaged.write_bytes(whole[: len(whole) // 2])
    for arguments in ((folder("tagger"), damaged), (tmp_path / "none", damaged)):
        done = weights(*arguments)
        assert done.returncode == 2
        assert len(done.stderr.strip().splitlines()) == 1
