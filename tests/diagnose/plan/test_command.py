"""``parity plan``: what it prints, writes, and refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import onnx
import pytest

from tests.diagnose.plan.test_plan import CHAIN, STORED, Save, save
from tests.schemas.test_documents import problems

__all__ = ["save"]


def parity(*arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "parity", *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=300, env={**os.environ},
    )  # fmt: skip


@pytest.mark.slow
def test_the_plan_is_printed_as_a_case_takes_it_and_the_model_written(
    save: Save, tmp_path: Path
) -> None:
    model = save("chain", CHAIN, STORED).program
    out, file = tmp_path / "mixed.onnx", tmp_path / "plan.json"
    done = parity(
        "plan", model, "--reference", model, "--precision", "fp16", "--max-examples", 2,
        "--rtol", 0.01, "--atol", 0.01, "--out", out, "--json", file,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "plan      2 of 6 nodes in FP32; " in done.stdout
    assert '[candidate.fp16]\nkeep = ["square", "shrink"]\n' in done.stdout
    assert "overflow" not in done.stdout
    told = json.loads(file.read_text("utf-8"))
    assert problems("plan", told) == []
    assert problems("plan", {**told, "check": None})
    assert (told["keep"], told["minimal"], told["check"]["passed"]) == (
        ["square", "shrink"], True, True,
    )  # fmt: skip
    assert told["check"]["elements"] > 0
    assert [r["node"] for r in told["ranked"]][:2] == ["shrink", "square"]
    assert any(n.name == "square" for n in onnx.load(out).graph.node)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--out", "here.txt"), "ends in .onnx"),
        (("--rtol", "1e-3"), "--rtol without --atol"),
        (("--opset", "13"), "is taken as it is, not exported"),
    ],
)
def test_what_makes_no_sense_is_2(save: Save, more: tuple[str, ...], message: str) -> None:
    model = save("chain", CHAIN, STORED).program
    done = parity("plan", model, "--reference", model, "--precision", "fp16", *more)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
