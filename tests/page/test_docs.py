"""docs/page.md: what it says to type runs, and shows what it says."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "page.md"


@pytest.mark.slow
def test_the_documentation_runs(tmp_path: Path) -> None:
    def run(*words: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "parity", *words]  # with the models that are there
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    text = PAGE.read_text()
    blocks = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    assert len(lines) == 4
    for line in lines:
        program, *words = shlex.split(line)
        assert program == "parity"
        done = run(*words)
        assert done.returncode == (1 if "zoo:lac" in words else 0), done.stderr
    assert 'class="verdict bad"' in (tmp_path / "again.html").read_text()
    assert "Since the baseline" in (tmp_path / "new.html").read_text()
    assert json.loads((tmp_path / "old.json").read_text())["passed"]
    (shown,) = re.findall(r"```console\n\$ parity show evidence\n(.*?)```", text, re.DOTALL)
    heads = [line.partition(" ")[0] for line in shown.splitlines()]
    said = run("show", "evidence").stdout
    assert [line.partition(" ")[0] for line in said.splitlines()][1:] == heads[1:]
