"""Several models at once: each is checked, one table, the worst exit code."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Command, Done

QUICK = (
    *("--max-examples", "1", "--max-batch", "1", "--max-length", "4"),
    *("--shrink-budget", "0.5"),
)
LIKE = ("--reference", "reference.onnx", *QUICK)


def check(command: Command, *words: str) -> tuple[Done, dict[str, Any]]:
    """A run, and the JSON that it wrote."""
    done = command.run("check", *words, "--json", "-")
    document: dict[str, Any] = json.loads(done.out)
    return done, document


@pytest.fixture
def several(command: Command) -> Command:
    """In the folder m: good.onnx, like the reference; cut.onnx, which is broken."""
    folder = command.work / "m"
    folder.mkdir()
    shutil.copy(command.work / "model.onnx", folder / "good.onnx")
    whole = (command.work / "model.onnx").read_bytes()
    (folder / "cut.onnx").write_bytes(whole[: len(whole) // 2])
    return command


def unlike(command: Command) -> None:
    shutil.copy(command.work / "other" / "model.onnx", command.work / "m" / "unlike.onnx")


def test_a_folder_of_folders(several: Command) -> None:
    """Each folder in it with a model is one; the others are named."""
    for name in ("one", "two"):
        (several.work / "all" / name).mkdir(parents=True)
        shutil.copy(several.work / "model.onnx", several.work / "all" / name)
    Path(several.work / "all" / "none").mkdir()
    done, document = check(several, "all", *LIKE)
    assert done.code == 0, done.err
    assert (document["verdict"], document["passed"]) == ("parity", True)
    assert [m["name"] for m in document["models"]] == ["all/one", "all/two"]
    assert document["elements"] == sum(m["elements"] for m in document["models"]) > 0
    assert document["passed_over"] == ["all/none"]
    assert "all/none: no model" in done.err
    assert "2 models: 2 parity" in done.err
    assert done.left == []


def test_one_that_cannot_run_is_2_and_the_others_are_checked(several: Command) -> None:
    unlike(several)
    done, document = check(several, "m", *LIKE)
    assert done.code == 2
    assert [(m["name"], m["verdict"]) for m in document["models"]] == [
        ("m/cut.onnx", "error"), ("m/good.onnx", "parity"), ("m/unlike.onnx", "differs")
    ]  # fmt: skip
    assert (document["verdict"], document["passed"]) == ("error", False)
    assert "3 models: 1 parity, 1 differs, 1 error" in done.err


def test_a_pattern_and_a_name_of_nothing(several: Command) -> None:
    done, document = check(several, "m/g*.onnx", "gone.onnx", *LIKE)
    assert done.code == 2
    assert [m["verdict"] for m in document["models"]] == ["parity", "error"]
    assert document["models"][1]["error"] == "gone.onnx: no such file"


@pytest.mark.parametrize("name", ["*.pb", "none/*", "empty", "gone"])
def test_nothing_to_check_is_2(several: Command, name: str) -> None:
    (several.work / "empty" / "deeper").mkdir(parents=True)
    done, document = check(several, name, *LIKE)
    assert done.code == 2
    assert document["verdict"] == "error"
    assert document["elements"] == 0
    assert len(done.err.splitlines()) == 1
    assert name in done.err


@pytest.mark.slow
def test_one_that_differs_is_1_and_leaves_its_evidence(several: Command) -> None:
    unlike(several)
    words = ("--bundle", "out", *LIKE)
    done = several.run("check", "m/unlike.onnx", "model.onnx", "--json", "out.json", *words)
    assert done.code == 1
    document = json.loads((several.work / "out.json").read_text())
    assert [m["verdict"] for m in document["models"]] == ["differs", "parity"]
    assert (document["verdict"], document["passed"]) == ("differs", False)
    (bundle,) = (several.work / "out").iterdir()
    assert json.loads((bundle / "report.json").read_text())["verdict"] == "differs"
    shutil.copy(several.work / "model.onnx", several.work / "m" / "unlike.onnx")
    assert several.run("check", "m/un*.onnx", *words).code == 0
    (aside,) = (several.work / "out").iterdir()
    assert aside.name.endswith(".earlier")


def test_a_case_among_several_is_refused(several: Command) -> None:
    (several.work / "case").mkdir()
    (several.work / "case" / "case.toml").touch()
    done, document = check(several, "model.onnx", "case", *LIKE)
    assert done.code == 2
    assert "case: is a case" in document["error"]
