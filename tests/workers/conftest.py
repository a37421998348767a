"""A worker around an engine that does as it is told."""

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parity.model.artifact import Artifact
from parity.workers.worker import Worker

MakeWorker = Callable[..., Worker]

ENTRY = """[parity.engines]
echo = tests.workers.echo_engine
"""


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeWorker]:
    """Make workers, not started; they are closed after the test."""
    information = tmp_path / "site" / "echo-1.dist-info"
    information.mkdir(parents=True)
    (information / "entry_points.txt").write_text(ENTRY)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: echo\nVersion: 1\n")
    root = Path(__file__).parents[2]
    paths = [str(information.parent), str(root), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(p for p in paths if p))
    with contextlib.ExitStack() as stack:

        def make_worker(open_: str = "", *, run_s: float = 20.0, open_s: float = 20.0) -> Worker:
            model = Artifact("onnx", tmp_path / "model.onnx")
            options = {"open": open_} if open_ else {}
            made = Worker("echo", model, options, open_timeout_s=open_s, run_timeout_s=run_s)
            stack.callback(made.close)
            return made

        yield make_worker
