"""The action for users of GitHub: its inputs, what it uses, and its script, really run."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.gate.repository import PLUGIN, ROOT, TASK, Repository, changed
from tests.signals import as_usual
from tests.verify.conftest import tagger

ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
GATE = next(step for step in STEPS if step.get("id") == "gate")

USED = re.compile(r"inputs\.([\w-]+)")


def test_it_is_a_composite_action_with_words_for_people() -> None:
    assert ACTION["runs"]["using"] == "composite"
    assert ACTION["name"] == "parity"
    assert ACTION["description"]
    assert all(one["description"] and "default" in one for one in ACTION["inputs"].values())


def test_every_input_is_used_and_every_used_one_is_declared() -> None:
    assert set(USED.findall(yaml.safe_dump(STEPS))) == set(ACTION["inputs"])


def test_steps_are_whole() -> None:
    for step in STEPS:
        assert ("run" in step) != ("uses" in step)
        if "run" in step:
            assert step["shell"] == "bash"
            # Pasted into a script, what a stranger names could be a command.
            assert "${{" not in step["run"]
        else:
            assert re.fullmatch(r"actions/[\w/-]+@v\d+", step["uses"])


def test_outputs_are_of_steps_that_exist() -> None:
    known = {step["id"] for step in STEPS if "id" in step}
    for output in ACTION["outputs"].values():
        (named,) = re.findall(r"steps\.(\w+)\.outputs\.(\w+)", output["value"])
        assert named[0] in known
        assert f'echo "{named[1]}=' in GATE["run"]


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """``python`` and ``parity`` as a step finds them."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, words in {"python": "", "parity": "-m parity"}.items():
        (folder / name).write_text(f'#!/bin/sh\nexec {sys.executable} {words} "$@"\n')
        (folder / name).chmod(0o755)
    return folder


def gate(repository: Repository, path: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """The step itself, as the runner runs it, with the defaults of the action."""
    given = {name: one["default"] for name, one in ACTION["inputs"].items()} | inputs
    environment = {
        name: USED.sub(lambda m: given[m[1]], value).replace("${{ ", "").replace(" }}", "")
        for name, value in GATE["env"].items()
    }
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PARITY_"))}
    places = {name: str(repository.root / name) for name in ("output", "summary")}
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", GATE["run"]],
        cwd=repository.root,
        env={
            **kept, **environment,
            "PATH": f"{path}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTEST_ADDOPTS": " ".join(PLUGIN),
            "PARITY_CACHE": str(repository.cache),
            "GITHUB_OUTPUT": places["output"],
            "GITHUB_STEP_SUMMARY": places["summary"],
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(repository.root),
        },
        capture_output=True, text=True, check=False, timeout=300, preexec_fn=as_usual,
    )  # fmt: skip


@pytest.mark.slow
def test_the_gate_runs_and_leaves_its_reports(tmp_path: Path, bin_folder: Path) -> None:
    (tmp_path / "repository").mkdir()
    repository = Repository(tmp_path / "repository")
    repository.record(repository.case("mine", tagger(), TASK))
    done = gate(repository, bin_folder, arguments="--parity-examples 3 -k mine")
    assert done.returncode == 0, done.stdout + done.stderr
    report = repository.root / "parity-evidence" / "gate.json"
    assert (repository.root / "output").read_text() == f"report={report}\n"
    assert "mine[file-fp32-short]" in report.read_text()
    assert "| mine" in (repository.root / "summary").read_text()
    assert "::error" not in done.stdout


@pytest.mark.slow
def test_a_finding_fails_the_step_and_is_noted_at_its_line(
    tmp_path: Path, bin_folder: Path
) -> None:
    (tmp_path / "repository").mkdir()
    repository = Repository(tmp_path / "repository")
    repository.record(repository.case("mine", changed("linear"), TASK))
    done = gate(repository, bin_folder, arguments="--parity-examples 3 --parity-explain-budget 0")
    assert done.returncode == 1, done.stdout + done.stderr
    assert (repository.root / "summary").exists()
    assert (repository.root / "parity-evidence" / "bundles").is_dir()
    notes = [line for line in done.stdout.splitlines() if line.startswith("::error ")]
    assert any("file=golden/mine/case.toml,line=" in note for note in notes)
    assert any("file=golden/mine/golden.json,line=" in note for note in notes)
