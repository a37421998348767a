"""The small ERNIE in which faults are planted, built once a session."""

import contextlib
import functools
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import onnx
import pytest

from parity.model.artifact import resolve
from parity.verify.reference import Reference, reference_of
from parity.verify.request import Effort, Request, Side
from parity.verify.result import Result
from parity.verify.run import verify
from tests.once import once
from tests.planted.faults import Fault

BUILD = Path(__file__).with_name("build_ernie.py")

Ernie = Callable[[str], Path]
Plant = Callable[[Fault], Path]
Ask = Callable[[Path, Path], Request]
Told = Callable[[str, Path], Result]


@pytest.fixture(scope="session")
def ernie(tmp_path_factory: pytest.TempPathFactory) -> Ernie:
    """The folder of a head's Paddle model, its export and its vocabulary."""

    @functools.cache
    def build(head: str) -> Path:
        def make(folder: Path) -> None:
            done = subprocess.run(
                [sys.executable, "-m", "tests.planted.build_ernie", str(folder), head],
                cwd=BUILD.parents[2],
                capture_output=True,
                text=True,
                check=False,
                timeout=300,
            )
            assert done.returncode == 0, done.stderr[-2000:]

        return once(tmp_path_factory, f"ernie-{head}", make)

    return build


@pytest.fixture
def plant(ernie: Ernie, tmp_path: Path) -> Plant:
    """An export with a fault in it, in a folder of its own."""

    def write(fault: Fault) -> Path:
        path = tmp_path / "model.onnx"
        onnx.save(fault.plant(onnx.load(ernie(fault.model) / "model.onnx")), path)
        return path

    return write


@pytest.fixture
def ask() -> Ask:
    """What ``parity check CANDIDATE --reference REFERENCE`` asks, without a database."""

    def request(reference: Path, candidate: Path) -> Request:
        return Request(
            Side(resolve(reference, want="paddle"), "paddle"),
            Side(resolve(candidate), "ort"),
            effort=Effort(shrink_s=30.0),
        )

    return request


@pytest.fixture(scope="session")
def references(ernie: Ernie) -> Iterator[Callable[[str], Reference]]:
    """The Paddle model of a head, loaded once, as the gate keeps it for the cells of a case."""
    with contextlib.ExitStack() as stack:

        @functools.cache
        def of(head: str) -> Reference:
            side = Side(resolve(ernie(head), want="paddle"), "paddle")
            return stack.enter_context(reference_of(side, remember=True, run_timeout_s=120.0))

        yield of


@pytest.fixture
def told(ernie: Ernie, ask: Ask, references: Callable[[str], Reference]) -> Told:
    """What is said of a candidate against the Paddle model of a head."""
    return lambda head, candidate: verify(ask(ernie(head), candidate), reference=references(head))
