"""What takes seconds to make is made once a session, not once for each worker of pytest-xdist."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


def once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """The folder ``name``, which ``make`` was given to fill by whichever worker came first.

    What ``make`` raises is the failure of each test that asks, and the next one tries again.
    No test may change what lies there.
    """
    base = factory.getbasetemp()
    # The folders of all workers lie in the controller's.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, whole = shared / f"once-{name}", shared / f"once-{name}.whole"
    with (shared / f"once-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # given back however the process ends
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)  # half made, by one that failed
            folder.mkdir()
            make(folder)
            whole.touch()
    return folder


def built(script: Path, *arguments: object) -> None:
    """Run a script that makes models, in a process of its own: it imports Paddle."""
    done = subprocess.run(
        [sys.executable, str(script), *map(str, arguments)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
