"""Every command of every page is run, in the page's order, and prints what the page shows.

A page has a folder of its own; docs/developing.md says what lies in it, and how a fence is marked.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, Fence, fences
from tests.docs.shown import missing, shown

LONGEST_S = 300.0

WITH_COMMANDS = [page for page in PAGES if any(f.runs for f in fences(page))]


@pytest.fixture
def folder(models: Path, tmp_path: Path) -> Path:
    made = tmp_path / "page"
    shutil.copytree(models / "tiny", made)
    shutil.copytree(models / "other", made / "other")
    shutil.copytree(ROOT / "golden", made / "golden")
    return made


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_page_s_commands_run(page: Path, folder: Path) -> None:
    if page.name == "tutorial.md":  # begins in an empty one
        shutil.rmtree(folder)
        folder.mkdir()
    for fence in fences(page):
        if fence.runs:
            _run(fence, folder)


def _run(fence: Fence, folder: Path) -> None:
    match fence.language:
        case "sh" | "bash":
            _expect(fence, _bash(fence.text, folder))
        case "python":
            _expect(fence, _call([sys.executable, "-c", fence.text], folder))
        case _:
            for one in shown(fence.text):
                done = _bash(one.command, folder)
                _expect(fence, done)
                line = missing(one.lines, done.stdout)
                assert line is None, f"{fence}: nothing like {line!r} in\n{done.stdout}"


def _expect(fence: Fence, done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == fence.code, f"{fence}: {done.returncode}\n{done.stdout}"


def _bash(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return _call(["bash", "-euo", "pipefail", "-c", text], folder)


def _call(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PARITY_NO"))}
    return subprocess.run(
        command, cwd=folder, text=True, check=False, timeout=LONGEST_S,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=kept | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PARITY_REVIEWER": "reader",
            "COLUMNS": "110",
        },
    )  # fmt: skip
