"""The README's first command, with a wheel, where nothing of the repository lies around."""

import os
import subprocess
from pathlib import Path

import pytest

from tests import wheel
from tests.docs.pages import README, fences


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but ``.venv``, in which the wheel is installed."""
    folder = tmp_path_factory.mktemp("empty")
    wheel.installed(folder)
    return folder


def _run(command: str, folder: Path) -> str:
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, text=True, check=False, timeout=300,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.slow
def test_the_first_command_runs(empty: Path) -> None:
    (line,) = (f.text for f in fences(README) if f.test.endswith("test_wheel.py"))
    made, _, checked = line.strip().partition(" && .venv/bin/pip install . && ")
    assert made == "python3 -m venv .venv"
    assert checked.startswith(".venv/bin/parity check zoo:")
    where = _run(".venv/bin/python -c 'import parity; print(parity.__file__)'", empty)
    assert where.startswith(str(empty / ".venv"))
    assert "\nparity: " in _run(checked, empty)


@pytest.mark.slow
def test_what_is_data_is_in_the_wheel(empty: Path) -> None:
    assert '"$schema"' in _run(".venv/bin/parity schema check", empty)
    assert "ernie-tiny-ner" in _run(".venv/bin/parity zoo list", empty)
    _run(".venv/bin/parity new mine && test -f golden/mine/case.toml", empty)
    assert "a check   can run" in _run(".venv/bin/parity doctor", empty)
