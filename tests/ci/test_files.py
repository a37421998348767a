"""The hook for pre-commit and the Dockerfile: what they name is there.

Neither is run here: the one installs Paddle into an environment of its own, the other needs Docker.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")


def options_of_pytest() -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--help"], cwd=ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return done.stdout


def test_options_that_are_named_exist() -> None:
    known = options_of_pytest()
    files = ("Dockerfile", ".pre-commit-hooks.yaml", "action.yml")
    for file in files:
        named = set(re.findall(r"--(?:parity|junit)[a-z-]*", (ROOT / file).read_text("utf-8")))
        assert named, file
        for option in named:
            assert f"{option}=" in known or f"{option} " in known or f"{option}\n" in known, option


def test_the_hook_is_one_that_pre_commit_takes() -> None:
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-manifest", ".pre-commit-hooks.yaml"],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    hooks: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())
    (hook,) = hooks
    assert shlex.split(hook["entry"])[:4] == ["python", "-m", "pytest", "golden"]
    wanted = re.compile(hook["files"])
    for path in ("golden/mine/case.toml", "models/m.onnx", "a/b.pdiparams"):
        assert wanted.search(path), path
    assert not wanted.search("README.md")


def test_what_the_image_copies_is_there_and_is_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    copied = [word for line in re.findall(r"^COPY (.+)$", DOCKERFILE, re.M) for word in
              line.split()[:-1]]  # fmt: skip
    assert "parity" in copied
    for name in copied:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in ignored, name
    # What the build of the wheel reads.
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    for name in ("README.md", "LICENSE"):
        assert name in text
        assert name in copied


def test_the_image_runs_the_gate_as_somebody_without_rights() -> None:
    lines = [line.split(" ", 1) for line in DOCKERFILE.splitlines() if re.match("[A-Z]+ ", line)]
    last = dict(lines)
    assert last["FROM"].startswith("python:3.11")
    assert last["USER"] == "parity"
    assert yaml.safe_load(last["ENTRYPOINT"])[:3] == ["python", "-m", "pytest"]
    assert yaml.safe_load(last["CMD"])[0] == "golden"
